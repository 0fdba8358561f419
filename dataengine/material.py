"""Material: pieces of other people's works, vetted and stored, from which a kind draws its samples.

A pipeline with `material = True` harvests pieces (a paragraph, a formula, a table) from the items
of its corpora; the engine drops duplicates and stores them group by group in one Parquet file, a
copy of which belongs to the plan. Renderers read it through `Context.material`.

The file: columns `COLUMNS`, all strings, `body` as JSON; each group's rows are contiguous and in
the order of the corpora, neighbouring pieces of one work beside each other; row groups hold
`ROW_GROUP_PIECES` rows of one group, only the last one of a group fewer.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dataengine.errors import PlanError

MATERIAL_FORMAT = 1
FORMAT_KEY = b"dataengine.material"
COLUMNS = ("group", "key", "body", "corpus", "item", "licence", "url")
ROW_GROUP_PIECES = 256

CACHED_ROW_GROUPS = 32
CACHED_BYTES = 64 << 20
"""Decoded row groups that a reader keeps: this many or this much, whichever is less."""

MAX_BODY_BYTES = 256 << 10
MAX_NAME_CHARS = 500
"""Longest group, and longest key that is stored as it is."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that samples are made of.

    Attributes:
        group: what pieces are drawn by, such as "en/table".
        key: what makes two pieces of a group the same one, such as its text; the first in corpus
            order is kept. A long key is stored as its hash.
        body: plain JSON data, up to `MAX_BODY_BYTES` as UTF-8.
    """

    group: str
    key: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something in a work that did not become a piece.

    Attributes:
        kind: what it would have been: "table", "formula"; "work" if it is the whole item.
        reason: short code in kebab-case.
        detail: one sentence with the values seen.
        place: where in the work, such as "main.tex:120"; may be empty.
    """

    kind: str
    reason: str
    detail: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A stored piece and where it comes from. `body` is shared between readers: do not change it.

    Attributes:
        corpus, item, licence, url: as in `Item` (`item` is its `name`).
    """

    body: Mapping[str, Any]
    corpus: str
    item: str
    licence: str
    url: str


class Material:
    """Reads a material file; it is opened with the first question. Not thread-safe."""

    def __init__(self, path: str | Path) -> None:
        self._path = str(path)
        self._file: Any = None
        self._places: Mapping[str, tuple[int, int]] = {}
        self._groups: Mapping[str, int] = {}
        self._cache: OrderedDict[int, _RowGroup] = OrderedDict()

    @property
    def groups(self) -> Mapping[str, int]:
        """Group -> number of its pieces, sorted by name."""
        self._open()
        return self._groups

    def read(self, group: str, start: int, count: int) -> list[Row]:
        """Return neighbouring pieces of a group; asking for few at a time reads one row group.

        Raises:
            KeyError: there is no such group.
            IndexError: `start` or `start + count` lies outside the group.
            PlanError: the file is damaged.
        """
        self._open()
        first, pieces = self._places[group]
        if start < 0 or count < 0 or start + count > pieces:
            raise IndexError(
                f"pieces {start} to {start + count} of the {pieces} in material group {group!r}"
            )
        rows = []
        for at in range(start, start + count):
            step, row = divmod(at, ROW_GROUP_PIECES)
            rows.append(self._row_group(first + step).row(row))
        return rows

    def close(self) -> None:
        """Let go of the file; the next question opens it again."""
        if self._file is not None:
            self._file.close()
        self._file = None
        self._cache.clear()

    def _open(self) -> None:
        if self._file is not None:
            return
        # Workers of other kinds need neither Arrow nor its memory.
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            self._file = pq.ParquetFile(
                self._path, pre_buffer=False, page_checksum_verification=True
            )
            said = json.loads((self._file.metadata.metadata or {})[FORMAT_KEY])
            if said["format"] != MATERIAL_FORMAT:
                raise ValueError(f"it has format {said['format']}, not {MATERIAL_FORMAT}")
            self._places = {name: (first, count) for name, (first, count) in said["groups"].items()}
        except (OSError, LookupError, TypeError, ValueError, pa.ArrowException) as error:
            raise PlanError(f"{self._path} is no material file, or damaged: {error}") from error
        self._groups = MappingProxyType({name: count for name, (_, count) in self._places.items()})

    def _row_group(self, number: int) -> _RowGroup:
        if number in self._cache:
            self._cache.move_to_end(number)
            return self._cache[number]
        import pyarrow as pa

        try:
            table = self._file.read_row_group(number, columns=list(COLUMNS[2:]), use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise PlanError(f"{self._path} is damaged in row group {number}: {error}") from error
        found = self._cache[number] = _RowGroup(table)
        size = sum(one.size for one in self._cache.values())
        while len(self._cache) > CACHED_ROW_GROUPS or (
            len(self._cache) > 1 and size > CACHED_BYTES
        ):
            size -= self._cache.popitem(last=False)[1].size
        return found


class _RowGroup:
    """A decoded row group; bodies are parsed one by one, when they are first asked for."""

    def __init__(self, table: Any) -> None:
        self._columns = [table.column(name).combine_chunks() for name in COLUMNS[2:]]
        self._rows: dict[int, Row] = {}
        self.size = int(table.nbytes)

    def row(self, number: int) -> Row:
        if number not in self._rows:
            body, corpus, item, licence, url = (one[number].as_py() for one in self._columns)
            self._rows[number] = Row(json.loads(body), corpus, item, licence, url)
        return self._rows[number]
