"""What a plan's material holds for charts of one language, drawn piece by piece."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dataengine.material import Material, Row

if TYPE_CHECKING:
    import numpy as np

ANY = "any"
"""Role of phrases whose file says none; they may play every role."""

_TOGETHER = 0.5


class Draws:
    """The draws of one chart: takes pieces from a stock and remembers whose they are."""

    def __init__(self, stock: Stock, rng: np.random.Generator) -> None:
        self.stock = stock
        self.rng = rng
        self._works: dict[tuple[str, str], Mapping[str, str]] = {}

    @property
    def works(self) -> list[Mapping[str, str]]:
        """The files that pieces were taken from, each once."""
        return list(self._works.values())

    def phrase(self, role: str, longest: int = 80) -> str:
        """Return a phrase for a role, "" if the stock has none that is short enough."""
        found = self.phrases(role, 1, longest)
        return found[0] if found else ""

    def phrases(self, role: str, count: int, longest: int = 80) -> list[str]:
        """Return up to `count` different phrases for a role.

        Half the time they stand beside each other in their file: neighbours often belong together.
        """
        found: list[str] = []
        group = self.stock.phrase_group(role)
        size = self.stock.count(group)
        run = self.rng.random() < _TOGETHER
        at = 0
        for step in range(8 * count if size else 0):
            if len(found) == count:
                break
            at = (at + 1) % size if run and step else int(self.rng.integers(size))
            row = self._row(group, at)
            text = row.body["text"]
            if len(text) <= longest and text not in found:
                found.append(text)
                self._note(row)
        return found

    def body(self, group: str) -> Mapping[str, Any] | None:
        """Return a piece of a group, None if there is none."""
        size = self.stock.count(group)
        if not size:
            return None
        row = self._row(group, int(self.rng.integers(size)))
        self._note(row)
        return row.body

    def _row(self, group: str, at: int) -> Row:
        return self.stock.material.read(group, at, 1)[0]

    def _note(self, row: Row) -> None:
        work = {"corpus": row.corpus, "item": row.item, "licence": row.licence, "url": row.url}
        self._works.setdefault((row.corpus, row.item), work)


class Stock:
    """The material of one language.

    Args:
        material: of the plan; groups are "language/phrase/role", "language/table/use" and
            "language/spec/kind".
        language: "en" or "zh".
    """

    def __init__(self, material: Material, language: str) -> None:
        self.material = material
        self.language = language

    def count(self, group: str) -> int:
        """Return how many pieces a group holds; 0 for one that is not there."""
        return self.material.groups.get(group, 0)

    def phrase_group(self, role: str) -> str:
        """Return the group of a role's phrases, or of those without a role."""
        named = f"{self.language}/phrase/{role}"
        return named if self.count(named) else f"{self.language}/phrase/{ANY}"
