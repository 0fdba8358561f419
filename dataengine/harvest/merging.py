"""Merges chunks into one material file, sorted by group, without duplicates, in flat memory.

The chunks are read twice. The first pass hashes every piece's group and key (16 bytes per piece)
and finds those that came before; the second hands the pieces out to their groups, a row group at a
time, in a file on the side from which the groups are then copied one after the other.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dataengine.documents import Interval, named_document, within
from dataengine.harvest.chunk_file import ChunkFacts, read_pieces
from dataengine.harvest.report import Counts
from dataengine.material import COLUMNS, FORMAT_KEY, MATERIAL_FORMAT, ROW_GROUP_PIECES
from dataengine.pipeline import Item

SCHEMA = pa.schema([(name, pa.string()) for name in COLUMNS])
PENDING_BYTES = 32 << 20
"""Pieces in memory, of all groups together, before they are put on the side."""

_HASH_BYTES = 16
_SPILLING = {"compression": "lz4", "write_statistics": False, "use_dictionary": False}
_WRITING = {
    "compression": "zstd",
    "write_statistics": False,
    "write_page_checksum": True,
    "use_dictionary": ["group", "corpus", "item", "licence", "url"],
}


@dataclass(frozen=True, slots=True)
class Source:
    """A chunk to be merged."""

    path: Path
    works: tuple[Item, ...]
    facts: ChunkFacts


def merge(
    sources: Callable[[], Iterable[Source]],
    target: Path,
    side: Path,
    counts: Counts,
    documents: Interval | None = None,
) -> None:
    """Write the material file.

    Args:
        sources: gives the chunks in corpus order, each time it is called.
        side: a file to write to meanwhile; the caller removes it.
        counts: counted into.
        documents: keep the pieces of these documents only (`dataengine.documents`). A piece that
            several documents hold counts as the first one's, whichever are kept, so that no piece
            is both in a held-out part and in another.

    Raises:
        StorageError: a chunk is damaged.
        OSError: the disk is full.
    """
    kept = _first_ones(_hashes(sources()))
    groups = _spill(sources(), kept, side, counts, documents)
    _write(groups, side, target, counts)


def _hashes(sources: Iterable[Source]) -> npt.NDArray[np.uint64]:
    """Return 16 bytes per piece, as two columns."""
    found = bytearray()
    for source in sources:
        for table in read_pieces(source.path, source.facts, ("group", "key")):
            names = zip(
                table.column("group").to_pylist(), table.column("key").to_pylist(), strict=True
            )
            for group, key in names:
                text = f"{len(group)} {group}{key}".encode()
                found += hashlib.blake2b(text, digest_size=_HASH_BYTES).digest()
    return np.frombuffer(bytes(found), np.uint64).reshape(-1, 2)


def _first_ones(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Return for each row whether no earlier one is the same."""
    first = np.ones(len(hashes), np.bool_)
    order = np.lexsort((hashes[:, 1], hashes[:, 0]))  # stable: equal ones stay in order
    ordered = hashes[order]
    repeated = (ordered[1:] == ordered[:-1]).all(axis=1)
    first[order[1:][repeated]] = False
    return first


class _Side:
    """Pieces on their way: per group, in memory first, then in row groups of the side file."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, SCHEMA, **_SPILLING)
        self._pending: defaultdict[str, list[pa.Table]] = defaultdict(list)
        self._bytes = 0
        self._row_groups = 0
        self.places: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, table: pa.Table) -> None:
        """Take pieces of any groups."""
        names = table.column("group")
        for group in pc.unique(names).to_pylist():
            own = table.filter(pc.equal(names, group)).combine_chunks()
            pending = self._pending[group]
            pending.append(own)
            self._bytes += own.nbytes
            if sum(map(len, pending)) >= ROW_GROUP_PIECES:
                self._flush(group)
        if self._bytes > PENDING_BYTES:
            self.flush()

    def flush(self) -> None:
        for group in list(self._pending):
            self._flush(group)

    def _flush(self, group: str) -> None:
        table = pa.concat_tables(self._pending.pop(group))
        self._bytes -= table.nbytes
        self._writer.write_table(table, row_group_size=len(table))
        self.places[group].append(self._row_groups)
        self._row_groups += 1

    def close(self) -> None:
        self.flush()
        self._writer.close()


def _spill(
    sources: Iterable[Source],
    kept: npt.NDArray[np.bool_],
    path: Path,
    counts: Counts,
    documents: Interval | None,
) -> dict[str, list[int]]:
    """Hand the pieces out to their groups; returns the side file's row groups of each."""
    side = _Side(path)
    try:
        done = 0
        for source in sources:
            pieces = np.zeros(len(source.works), np.int64)
            wanted = np.array([_is_wanted(work, documents) for work in source.works], np.bool_)
            for table in read_pieces(source.path, source.facts, ("group", "key", "body")):
                here = wanted[table.column("work").to_numpy()]
                mask = kept[done : done + len(table)] & here
                done += len(table)
                counts.duplicates += int(here.sum() - mask.sum())
                table = table.filter(pa.array(mask))
                pieces += np.bincount(table.column("work").to_numpy(), minlength=len(pieces))
                if len(table):
                    side.add(_with_origins(table, source.works))
            for number, (work, facts) in enumerate(
                zip(source.works, source.facts.works, strict=True)
            ):
                if wanted[number]:
                    counts.add_work(work, facts, int(pieces[number]))
    finally:
        side.close()
    return dict(side.places)


def _is_wanted(work: Item, documents: Interval | None) -> bool:
    return documents is None or within(documents, named_document(work.corpus, work.name))


def _with_origins(table: pa.Table, works: tuple[Item, ...]) -> pa.Table:
    """Return pieces as the material file has them: each with the work that it comes from."""
    which = table.column("work")
    origins = {
        "corpus": [work.corpus for work in works],
        "item": [work.name for work in works],
        "licence": [work.licence for work in works],
        "url": [work.url for work in works],
    }
    columns = [
        pa.array(origins[name], pa.string()).take(which) if name in origins else table.column(name)
        for name in COLUMNS
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _write(groups: dict[str, list[int]], side: Path, target: Path, counts: Counts) -> None:
    places: dict[str, tuple[int, int]] = {}
    row_groups = 0
    with (
        pq.ParquetFile(side, pre_buffer=False) as spilled,
        pq.ParquetWriter(target, SCHEMA, **_WRITING) as writer,
    ):
        for group, numbers in sorted(groups.items()):
            first, pieces = row_groups, 0
            for table in _recut(spilled, numbers):
                writer.write_table(table, row_group_size=ROW_GROUP_PIECES)
                row_groups += 1
                pieces += len(table)
            places[group] = (first, pieces)
            counts.groups[group] = pieces
        said = {"format": MATERIAL_FORMAT, "groups": places}
        writer.add_key_value_metadata({FORMAT_KEY: json.dumps(said, ensure_ascii=False).encode()})


def _recut(spilled: pq.ParquetFile, numbers: list[int]) -> Iterator[pa.Table]:
    """Yield a group's pieces in tables of `ROW_GROUP_PIECES`, the last one shorter."""
    held: pa.Table | None = None
    for number in numbers:
        table = spilled.read_row_group(number, use_threads=False)
        held = pa.concat_tables([held, table]) if held is not None else table
        while len(held) >= ROW_GROUP_PIECES:
            yield held.slice(0, ROW_GROUP_PIECES)
            held = held.slice(ROW_GROUP_PIECES).combine_chunks()
    if held is not None and len(held):
        yield held
