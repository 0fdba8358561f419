"""What a format gives: the records of a file, each an entry (a picture and what is said of it)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from dataengine.pipeline import Item
from dataengine.sample import Turn
from pipelines.imported.options import Options


class Problem(Exception):
    """A record, a picture or a file that cannot be imported.

    Attributes:
        reason: code, one of `pipelines.imported.reasons.REASONS`.
        detail: the values seen; the renderer puts the file and the record before it.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Opening:
    """A file that is to be read, and what to read it by.

    Attributes:
        beside: as in `dataengine.pipeline.Context`, for this item.
    """

    item: Item
    data: bytes
    options: Options
    beside: Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture with what is said of it, before the picture has been looked at.

    Attributes:
        image: the file's bytes, or its name.
        targets: ground truth: "caption", "qa", …
        turns: the conversation, if one came with it.
        kind: where the format has several; "": that of the format.
    """

    image: bytes | str
    targets: Mapping[str, Any] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    kind: str = ""

    @property
    def text(self) -> str:
        """All that is said, to tell its language by."""
        caption = self.targets.get("caption", "")
        return "\n".join((str(caption), *(turn.text for turn in self.turns))).strip()


class Records(ABC):
    """An opened file: its units by number."""

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of units."""

    @abstractmethod
    def entry(self, number: int, source: dict[str, Any]) -> Entry:
        """Return a unit; `source` is filled with what is known of it, as far as that gets.

        Raises:
            Problem: it cannot be imported.
        """


class Format(ABC):
    """A way that others keep pictures and text: one module under `formats`, named `FORMAT`."""

    name: ClassVar[str]
    """The module's name, and the one in recipes."""

    summary: ClassVar[str]
    """One line for the list of formats."""

    kind: ClassVar[str]
    """`Sample.kind`, unless the recipe says otherwise."""

    suffixes: ClassVar[tuple[str, ...]] = ()
    """Endings of its files in folders and archives, if the recipe names the format; none: the
    pipeline's own."""

    @abstractmethod
    def recognises(self, name: str, data: bytes) -> bool:
        """Say whether a file looks like one of this format (`format: auto`)."""

    @abstractmethod
    def open(self, opening: Opening) -> Records:
        """Find the records of a file.

        Raises:
            Problem: it is not of this format, or is damaged as a whole.
        """
