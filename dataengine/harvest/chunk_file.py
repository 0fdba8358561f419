"""One chunk's harvest as a Parquet file: pieces as rows, all that is to be counted in its footer.

A work that is tried again leaves the rows of its earlier attempts behind; the footer says which
attempt counts, and 0 for a work that gave nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.canonical import content_hash
from dataengine.errors import StorageError
from dataengine.harvest.chunks import Chunk
from dataengine.harvest_frames import Part
from dataengine.material import Refusal
from dataengine.worker_process import Harvested

KEPT_DETAILS = 20
"""Details kept per reason, of a chunk and of all."""

DEATHS = ("crash", "timeout", "memory")
"""Ends of a work that other limits may spare it."""

_SCHEMA = pa.schema(
    [
        ("work", pa.int32()),
        ("attempt", pa.int32()),
        ("group", pa.string()),
        ("key", pa.string()),
        ("body", pa.string()),
    ]
)
_FOOTER = b"dataengine.chunk"
_GROUP_ROWS = 1024
_GROUP_BYTES = 4 << 20


@dataclass(slots=True)
class WorkFacts:
    """What is to be known of a work's harvest beside its pieces.

    Attributes:
        attempt: the one whose pieces count; 0 where none do.
        refusals: kind, reason and how many.
        details: the first refusals of each reason in full: kind, reason, detail, place.
        beside: name -> sha256 of what was read beside the work, "" where nothing was given.
    """

    attempt: int = 0
    refusals: list[tuple[str, str, int]] = field(default_factory=list)
    details: list[tuple[str, str, str, str]] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChunkFacts:
    """A chunk's footer.

    Attributes:
        key: the chunk's.
        limits: those that works died of; empty where none died.
    """

    key: str
    works: list[WorkFacts]
    limits: Mapping[str, float]

    @property
    def digest(self) -> str:
        """Hash of what tells this harvest of the chunk from another one."""
        works = [asdict(work) | {"attempt": work.attempt > 0} for work in self.works]
        return content_hash([self.key, works])


class ChunkWriter:
    """Writes a chunk's file as its works come in. Use as a context manager."""

    def __init__(self, path: Path, chunk: Chunk) -> None:
        self._key = chunk.key
        self._writer = pq.ParquetWriter(
            path, _SCHEMA, compression="zstd", write_statistics=False, write_page_checksum=True
        )
        self._open = [_OpenWork() for _ in chunk.works]
        self._rows: list[tuple[int, int, str, str, str]] = []
        self._bytes = 0

    def __enter__(self) -> ChunkWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def take(self, number: int, attempt: int, part: Part) -> None:
        """Take a part of a work's harvest."""
        work = self._open[number]
        work.begin(attempt)
        work.add(part)
        for group, key, body in part.pieces:
            self._rows.append((number, attempt, group, key, body))
            self._bytes += len(body)
            if len(self._rows) == _GROUP_ROWS or self._bytes > _GROUP_BYTES:
                self._flush()

    def end(self, number: int, harvested: Harvested) -> str:
        """Close a work; returns what it died of, or ""."""
        work = self._open[number]
        work.begin(harvested.attempts)
        if harvested.died is None:
            work.facts.attempt = harvested.attempts
            return ""
        reason = harvested.died.reason
        work.clear()
        work.add(Part(refusals=[Refusal("work", reason, harvested.died.detail)]))
        return reason

    def finish(self, limits: Mapping[str, float]) -> None:
        """Write the footer."""
        self._flush()
        facts = ChunkFacts(self._key, [work.closed() for work in self._open], limits)
        self._writer.add_key_value_metadata({_FOOTER: json.dumps(asdict(facts)).encode()})

    def _flush(self) -> None:
        if self._rows:
            columns = list(zip(*self._rows, strict=True))
            arrays = [pa.array(one, kind.type) for one, kind in zip(columns, _SCHEMA, strict=True)]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=_SCHEMA))
        self._rows, self._bytes = [], 0


class _OpenWork:
    """A work whose parts still come in."""

    def __init__(self) -> None:
        self.facts = WorkFacts()
        self._attempt = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._by_reason: Counter[str] = Counter()

    def begin(self, attempt: int) -> None:
        """Forget the refusals of an earlier attempt; what it read stays."""
        if attempt != self._attempt:
            self._attempt = attempt
            self.clear()

    def clear(self) -> None:
        self._counts.clear()
        self._by_reason.clear()
        self.facts.details.clear()

    def add(self, part: Part) -> None:
        self.facts.beside.update(part.beside)
        for one in part.refusals:
            self._counts[one.kind, one.reason] += 1
            self._by_reason[one.reason] += 1
            if self._by_reason[one.reason] <= KEPT_DETAILS:
                self.facts.details.append((one.kind, one.reason, one.detail, one.place))

    def closed(self) -> WorkFacts:
        self.facts.refusals = [(*key, count) for key, count in sorted(self._counts.items())]
        return self.facts


def load_facts(path: Path, chunk: Chunk) -> ChunkFacts | None:
    """Return a chunk's footer, or None where it is not there or of no use."""
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            said = json.loads((file.metadata.metadata or {})[_FOOTER])
        works = [_work_facts(one) for one in said["works"]]
        facts = ChunkFacts(said["key"], works, said["limits"])
    except (OSError, LookupError, TypeError, ValueError, pa.ArrowException):
        return None
    return facts if (facts.key, len(works)) == (chunk.key, len(chunk.works)) else None


def _work_facts(said: Mapping[str, Any]) -> WorkFacts:
    return WorkFacts(
        int(said["attempt"]),
        [(str(kind), str(reason), int(count)) for kind, reason, count in said["refusals"]],
        [(str(a), str(b), str(c), str(d)) for a, b, c, d in said["details"]],
        {str(name): str(sha256) for name, sha256 in said["beside"].items()},
    )


def read_pieces(path: Path, facts: ChunkFacts, columns: tuple[str, ...]) -> Iterator[pa.Table]:
    """Yield the pieces that count, in the order of the works.

    Args:
        columns: some of "group", "key", "body"; "work" always comes first.

    Raises:
        StorageError: the file is damaged.
    """
    counted = np.array([work.attempt for work in facts.works], np.int32)
    wanted = ["work", "attempt", *columns]
    try:
        with pq.ParquetFile(path, pre_buffer=False, page_checksum_verification=True) as file:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group, columns=wanted, use_threads=False)
                works = table.column("work").to_numpy()
                alive = table.column("attempt").to_numpy() == counted[works]
                yield table.filter(pa.array(alive)).drop_columns(["attempt"])
    except (OSError, IndexError, pa.ArrowException) as error:
        raise StorageError(f"{path} is damaged ({error}); remove it and run again") from error
