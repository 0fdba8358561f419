"""Looks at every sample of a dataset once: which members may draw it, and what it would give them.

A scan is a file per shard, so that it can be made by several processes and resumed, with a record
batch per row group of the shard, so that what is drawn can be looked up without reading the rest.
It is an Arrow IPC file that is mapped, not read: a scan of five million samples takes no memory.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import pyarrow as pa

from dataengine.canonical import content_hash
from dataengine.errors import ShardError, WorkerError
from dataengine.manifest import ShardEntry
from dataengine.mixture.filters import filter_columns, licences, refusal
from dataengine.mixture.settings import Member
from dataengine.mixture.shard_rows import ShardFile
from dataengine.mixture.splits import Splits
from dataengine.parent import end_with_parent
from dataengine.reader import decoded
from dataengine.storage import Storage
from dataengine.views.viewing import Viewer

SCAN_FORMAT = 1
NO_TASK = "no task"
"""Why a member draws no sample that gives no conversation under its view."""

_KEY = b"dataengine.scan"
_ID = re.compile(r"[a-z0-9_-]+")
"""Examples are named by it, and exporters name files by examples."""

_BASE = pa.schema(
    [
        ("id", pa.string()),
        ("key", pa.uint64()),  # of the id: draws go by it, so the order of rows does not matter
        ("kind", pa.string()),
        ("language", pa.string()),
        ("licence", pa.string()),
        ("document", pa.string()),  # the split by documents
        ("sample", pa.string()),  # the split by pixels
    ]
)
_COLUMNS = ("id", "kind", "language", "source", "pixel_hash")


@dataclass(frozen=True, slots=True)
class ScanTask:
    """A shard to be looked at.

    Attributes:
        url: of its dataset.
        out: where the mixture is made.
        name: of the scan in it.
        members: those that draw from the dataset.
        splits: held-out split -> share.
    """

    url: str
    shard: ShardEntry
    out: str
    name: str
    seed: int
    members: Mapping[str, Member]
    splits: Mapping[str, float]

    @property
    def key(self) -> str:
        """Hash of all that the scan depends on."""
        members = {
            name: {"filter": member.filter.model_dump(), "view": member.view.model_dump()}
            for name, member in self.members.items()
        }
        data = self.shard.data
        return content_hash(
            [SCAN_FORMAT, self.seed, data.sha256, members, [*self.splits.items()], self.shard.part]
        )


def scan_schema(members: Mapping[str, Member]) -> pa.Schema:
    """Return the columns: for each member why it refuses a sample ("" if not), and what it gives.

    `tasks.MEMBER` and `chars.MEMBER` have one entry per conversation.
    """
    schema = _BASE
    for name in members:
        schema = schema.append(pa.field(f"refusal.{name}", pa.string()))
        schema = schema.append(pa.field(f"tasks.{name}", pa.list_(pa.string())))
        schema = schema.append(pa.field(f"chars.{name}", pa.list_(pa.int32())))
    return schema


def scan_all(tasks: list[ScanTask], workers: int) -> Iterator[ScanTask]:
    """Make the scans that are not there yet; yield each task when its scan is there.

    Raises:
        ShardError: a shard cannot be read, or is not what its manifest says.
        StorageError: a scan cannot be written.
        WorkerError: a process died.
    """
    todo = []
    for task in tasks:
        if _is_done(task):
            yield task
        else:
            todo.append(task)
    if workers == 1 or len(todo) < 2:
        for task in todo:
            scan_shard(task)
            yield task
        return
    # Not forked: Arrow's threads do not survive that.
    pool = ProcessPoolExecutor(
        min(workers, len(todo)),
        mp_context=get_context("spawn"),
        initializer=end_with_parent,
        initargs=(os.getpid(),),
    )
    try:
        for task, _ in zip(todo, pool.map(scan_shard, todo), strict=True):
            yield task
    except BrokenProcessPool as error:
        raise WorkerError(
            "a process that looked at samples died; run again, with fewer --workers if memory "
            "was short"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def scan_shard(task: ScanTask) -> None:
    """Make the scan of a shard."""
    schema = scan_schema(task.members).with_metadata({_KEY: task.key.encode()})
    look = _Look(task)
    with (
        Storage(task.out).staged(task.name) as path,
        pa.OSFile(str(path), "wb") as sink,
        pa.ipc.new_file(sink, schema) as writer,
    ):
        for batch in look.batches():
            writer.write_batch(batch.replace_schema_metadata(schema.metadata))


def open_scan(path: str, key: str) -> pa.ipc.RecordBatchFileReader | None:
    """Map a scan; None where there is none, or another one."""
    try:
        reader = pa.ipc.open_file(pa.memory_map(path))
    except (OSError, pa.ArrowException):
        return None
    return reader if (reader.schema.metadata or {}).get(_KEY) == key.encode() else None


def id_key(sample_id: str) -> int:
    """Return a 64-bit hash of a sample's id."""
    return int.from_bytes(hashlib.blake2b(sample_id.encode(), digest_size=8).digest(), "big")


def _is_done(task: ScanTask) -> bool:
    return open_scan(Storage(task.out).path(task.name), task.key) is not None


class _Look:
    """Goes through a shard."""

    def __init__(self, task: ScanTask) -> None:
        self._task = task
        self._splits = Splits(task.splits)
        self._viewers = {
            name: Viewer(member.view, task.seed, name) for name, member in task.members.items()
        }
        wanted = {*_COLUMNS}
        for name, member in task.members.items():
            wanted |= {*self._viewers[name].columns} | filter_columns(member.filter)
        self._columns = sorted(wanted)
        self._schema = scan_schema(task.members)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield one batch per row group, in order."""
        with ShardFile(Storage(self._task.url), self._task.shard.data) as file:
            for group in range(file.row_groups):
                rows = [self._row(row) for row in file.rows(group, self._columns)]
                yield pa.RecordBatch.from_pylist(rows, self._schema)

    def _row(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        row = {**decoded(stored), "part": self._task.shard.part}
        if not _ID.fullmatch(str(row["id"])) or not isinstance(row["source"], dict):
            raise ShardError(
                f"{self._task.url}, {self._task.shard.name}: a sample without source, or whose id "
                f"is not made of a-z, 0-9, - and _: {str(row['id'])[:80]!r}"
            )
        found = {
            "id": row["id"],
            "key": id_key(row["id"]),
            "kind": row["kind"],
            "language": row["language"],
            "licence": licences(row["source"]),
            "document": self._splits.of_source(row["source"]),
            "sample": self._splits.of_document(f"pixels:{row['pixel_hash']}"),
        }
        for name, member in self._task.members.items():
            why = refusal(row, member.filter)
            conversations = [] if why else self._viewers[name].conversations(row)
            found[f"refusal.{name}"] = why or ("" if conversations else NO_TASK)
            found[f"tasks.{name}"] = [one.task for one in conversations]
            found[f"chars.{name}"] = [one.answer_chars for one in conversations]
        return found
