"""What a format is: it writes shards of examples, and an index when all of them are there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from dataengine.exporting.settings import FormatOptions
from dataengine.receipt import StoredFile
from dataengine.storage import Storage
from dataengine.views.example import Example

Shards = Mapping[str, Sequence[Sequence[StoredFile]]]
"""Split -> the files of each of its shards, in order."""

Files = tuple[StoredFile, ...]
"""What was written; `rows` counts the examples in a file of records and is 0 for a picture."""


class Format(ABC):
    """A file format for examples, bound to its options.

    What is written depends on nothing but the examples and the options.

    Attributes:
        name: as on the command line; also the module's.
        split_pattern: what names of splits must match.
        leftovers: folders that nobody needs any more once the export is whole.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    split_pattern: ClassVar[str] = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
    leftovers: ClassVar[tuple[str, ...]] = ()
    Options: ClassVar[type[FormatOptions]]

    def __init__(self, options: Any) -> None:
        self.options = options

    def fault(self, example: Example) -> str | None:
        """Return the code of a reason why an example cannot stand in this format, if any."""
        return None

    @abstractmethod
    def write(
        self, storage: Storage, split: str, number: int, examples: Iterator[Example]
    ) -> Files:
        """Write a shard, in whole files only; raises `StorageError`."""

    @abstractmethod
    def finish(self, storage: Storage, shards: Shards) -> Files:
        """Write what needs all shards, and return the files that readers are pointed to."""

    def front(self, files: Files, licences: Sequence[str]) -> dict[str, Any]:
        """Return what stands as YAML at the head of the page; nothing in most formats."""
        return {}

    @abstractmethod
    def usage(self) -> str:
        """Return Markdown that says how the export is read."""
