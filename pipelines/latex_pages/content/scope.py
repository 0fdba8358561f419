"""What a parser must know of the work around a block."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipelines.latex_pages.content.nodes import Inlines
    from pipelines.latex_pages.content.reading import Tokens


@dataclass
class References:
    """Numbers for labels and citations: the author's are not known, so the order of first use.

    Labels are counted by their prefix ("eq:", "fig:"), as their kinds are numbered in print.
    """

    labels: dict[str, int] = field(default_factory=dict)
    citations: dict[str, int] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def label(self, key: str) -> int:
        """Return the number of a label."""
        key = key.strip()
        if key not in self.labels:
            prefix = key.partition(":")[0] if ":" in key else ""
            self._counts[prefix] = self._counts.get(prefix, 0) + 1
            self.labels[key] = self._counts[prefix]
        return self.labels[key]

    def citation(self, key: str) -> int:
        """Return the number of a work cited."""
        return self.citations.setdefault(key.strip(), len(self.citations) + 1)


@dataclass(frozen=True, slots=True)
class Scope:
    """The work around a block.

    Attributes:
        words: reads the text inside a formula (`\\text{…}`); a function here, because text and
            formulas hold each other.
        references: numbers given to labels and citations so far.
        chinese: whether the work's printed names are Chinese.
        theorems: environment -> printed name, as the work declares them.
        unnumbered: environments of `theorems` without numbers.
        nouns: label -> the word before its number ("Section"), by where it stands.
        refused: the work's own macros that could not be expanded.
    """

    words: Callable[[Tokens, Scope, int], Inlines]
    references: References = field(default_factory=References)
    chinese: bool = False
    theorems: Mapping[str, str] = field(default_factory=dict)
    unnumbered: frozenset[str] = frozenset()
    nouns: Mapping[str, str] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
