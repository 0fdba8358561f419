"""The corpus index: one Parquet row per item with its hash, units, language and licence.

It is built once by killable workers and cached; the next time only files whose size or time
changed are read again. Rows stand in listing order, so that the same corpus gives the same index.
"""

from __future__ import annotations

import dataclasses
import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.canonical import content_hash
from dataengine.corpus.listing import Listed, list_items
from dataengine.corpus.sidecar import Sidecar, load_sidecar
from dataengine.pipeline import Item, Pipeline
from dataengine.recipe import Limits, Part
from dataengine.storage import Storage
from dataengine.worker_process import Probed, WorkerProcess, WorkerSetup

BATCH_ITEMS = 64
ROW_GROUP_ITEMS = 16_384

_STRINGS = ("corpus", "path", "member", "sha256", "language", "licence", "url", "reason", "detail")
INDEX_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _STRINGS),
        ("offset", pa.int64()),
        ("size", pa.int64()),
        ("units", pa.int32()),
        ("mtime", pa.string()),
    ]
)
_ITEM_FIELDS = tuple(field.name for field in dataclasses.fields(Item))


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What building an index came to.

    Attributes:
        items: files and archive members, good or not.
        units: pages, photos, … in them.
        refused: items that hold no unit, by reason.
        reused: items taken over from the cached index unread.
    """

    path: Path
    items: int
    units: int
    refused: Mapping[str, int]
    reused: int


def cache_folder() -> Path:
    """Return where indexes are kept: $DATAENGINE_CACHE, or the user's cache folder."""
    if chosen := os.environ.get("DATAENGINE_CACHE"):
        return Path(chosen)
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "dataengine"


def index_path(part: Part, pipeline: Pipeline) -> Path:
    """Return where the index of a part's corpora is cached."""
    key = content_hash(
        {
            "pipeline": [pipeline.name, pipeline.version],
            "options": part.options,
            "corpora": [_absolute(corpus.model_dump()) for corpus in part.corpora],
        }
    )
    return cache_folder() / "index" / f"{pipeline.name}-{key[:20]}.parquet"


def build_index(
    name: str,
    part: Part,
    pipeline: Pipeline,
    *,
    limits: Limits,
    workers: int,
    path: Path | None = None,
    seen: Callable[[int], None] = lambda count: None,
) -> IndexReport:
    """List, hash and probe a part's corpora; write the index and return what is in it.

    Args:
        path: where to write it; by default the cache.
        seen: called with the number of items done, now and then.
    """
    path = path or index_path(part, pipeline)
    setup = WorkerSetup(
        pipeline.name,
        part.options,
        {corpus.name: corpus.path for corpus in part.corpora},
        seed=0,
        part=name,
        limits=limits,
    )
    known = _Known(path)
    tally = _Tally()
    items = (item for corpus in part.corpora for item in _listed_items(corpus, pipeline))
    with Storage(path.parent).staged(path.name) as staged, _Pool(setup, workers) as pool:
        with pq.ParquetWriter(staged, INDEX_SCHEMA, compression="zstd") as writer:
            rows: list[dict[str, Any]] = []
            for row in _probe_in_order(items, known, pool):
                tally.add(row)
                rows.append(row)
                if len(rows) == ROW_GROUP_ITEMS:
                    _write(writer, rows)
                    seen(tally.items)
            _write(writer, rows)
        known.close()
    seen(tally.items)
    return IndexReport(path, tally.items, tally.units, tally.refused, known.reused)


def iter_index(path: Path, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield an index's rows, one batch per row group, in flat memory."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        for group in range(file.num_row_groups):
            yield from file.read_row_group(group, columns=columns).combine_chunks().to_batches()


def row_to_item(row: Mapping[str, Any]) -> Item:
    """Return the item that a row describes."""
    return Item(**{name: row[name] for name in _ITEM_FIELDS})


def _absolute(corpus: dict[str, Any]) -> dict[str, Any]:
    path = corpus["path"]
    return {**corpus, "path": path if ":" in path else str(Path(path).absolute())}


def _write(writer: pq.ParquetWriter, rows: list[dict[str, Any]]) -> None:
    if rows:
        writer.write_table(pa.Table.from_pylist(rows, schema=INDEX_SCHEMA))
        rows.clear()


def _listed_items(corpus: Any, pipeline: Pipeline) -> Iterator[tuple[Item, str]]:
    place, listing = list_items(corpus.path, pipeline.suffixes)
    sidecar = load_sidecar(place.root, corpus) if place.fs is None else _said(corpus)
    for listed in listing:
        yield _as_item(listed, corpus.name, sidecar), listed.mtime


def _said(corpus: Any) -> Sidecar:
    return Sidecar(licence=corpus.licence, language=corpus.language, url=corpus.url)


def _as_item(listed: Listed, corpus: str, sidecar: Sidecar) -> Item:
    facts = sidecar.facts(f"{listed.path}/{listed.member}" if listed.member else listed.path)
    return Item(
        corpus=corpus,
        path=listed.path,
        member=listed.member,
        offset=listed.offset,
        size=listed.size,
        language=facts.language,
        licence=facts.licence,
        url=facts.url,
        reason=listed.reason,
        detail=listed.detail,
    )


def _probe_in_order(
    items: Iterable[tuple[Item, str]], known: _Known, pool: _Pool
) -> Iterator[dict[str, Any]]:
    """Probe batches of items on all workers, and yield rows in listing order."""
    first_with: dict[bytes, str] = {}
    waiting = iter(items)
    flying: deque[Future[list[dict[str, Any]]]] = deque()
    while True:
        while len(flying) < 2 * pool.size:
            batch = list(islice(waiting, BATCH_ITEMS))
            if not batch:
                break
            rows = [known.row(item, mtime) for item, mtime in batch]
            flying.append(pool.submit([(item, mtime) for item, mtime in batch], rows))
        if not flying:
            return
        for row in flying.popleft().result():
            yield _without_duplicates(row, first_with)


def _without_duplicates(row: dict[str, Any], first_with: dict[bytes, str]) -> dict[str, Any]:
    """Keep the first of several equal files (16 bytes of memory and a name per file)."""
    if not row["sha256"] or row["units"] == 0:
        return row
    name = f"{row['path']}!{row['member']}" if row["member"] else row["path"]
    key = bytes.fromhex(row["sha256"][:32])
    first = first_with.setdefault(key, name)
    if first == name:
        return row
    return {
        **row,
        "units": 0,
        "reason": "duplicate-file",
        "detail": f"byte for byte the same as {first}",
    }


class _Pool:
    """Workers, each lent to one batch at a time."""

    def __init__(self, setup: WorkerSetup, size: int) -> None:
        self.size = max(1, size)
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="index")
        self._idle: queue.SimpleQueue[WorkerProcess] = queue.SimpleQueue()
        self._all = [WorkerProcess(setup) for _ in range(self.size)]
        for worker in self._all:
            self._idle.put(worker)
        self._here = threading.local()

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._all:
            worker.close()

    def submit(
        self, batch: list[tuple[Item, str]], rows: list[dict[str, Any] | None]
    ) -> Future[list[dict[str, Any]]]:
        return self._threads.submit(self._probe, batch, rows)

    def _probe(
        self, batch: list[tuple[Item, str]], rows: list[dict[str, Any] | None]
    ) -> list[dict[str, Any]]:
        # A thread keeps its worker: the kernel ends a worker when the thread that started it ends.
        if not hasattr(self._here, "worker"):
            self._here.worker = self._idle.get()
        unread = [
            item for (item, _), row in zip(batch, rows, strict=True) if not row and not item.reason
        ]
        probed = self._here.worker.probe(unread)
        return [
            row or _as_row(item, mtime, None if item.reason else next(probed))
            for (item, mtime), row in zip(batch, rows, strict=True)
        ]


def _as_row(item: Item, mtime: str, probed: Probed | None) -> dict[str, Any]:
    row = {**dataclasses.asdict(item), "mtime": mtime}
    if probed:
        probe = probed.probe
        row |= {"sha256": probed.sha256, "units": probe.units}
        row |= {"reason": probe.reason, "detail": probe.detail}
    return row


class _Known:
    """The cached index, walked in step with the new listing, so that memory stays flat.

    Listings are ordered, so an unchanged corpus meets its rows one after another; after a change
    the walk skips what is gone and leaves alone what is new.
    """

    _LOOK_AHEAD = 4096

    def __init__(self, path: Path) -> None:
        self.reused = 0
        self._ahead: dict[tuple[str, ...], dict[str, Any]] = {}
        self._rows = self._read(path) if path.exists() else iter(())

    def _read(self, path: Path) -> Iterator[dict[str, Any]]:
        for batch in iter_index(path):
            yield from batch.to_pylist()

    def row(self, item: Item, mtime: str) -> dict[str, Any] | None:
        """Return the row of an unchanged item, or None if it must be read."""
        while len(self._ahead) < self._LOOK_AHEAD:
            row = next(self._rows, None)
            if row is None:
                break
            self._ahead[self._key(row)] = row
        row = self._ahead.pop(self._key({**dataclasses.asdict(item), "mtime": mtime}), None)
        if row is None or not mtime or not row["sha256"] or row["reason"] == "duplicate-file":
            return None
        self.reused += 1
        facts = {"language": item.language, "licence": item.licence, "url": item.url}
        return {**row, **facts}

    @staticmethod
    def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(
            str(row[name]) for name in ("corpus", "path", "member", "offset", "size", "mtime")
        )

    def close(self) -> None:
        """Let go of the file."""
        self._rows = iter(())
        self._ahead.clear()


class _Tally:
    def __init__(self) -> None:
        self.items = self.units = 0
        self.refused: dict[str, int] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        self.items += 1
        self.units += row["units"]
        if row["reason"]:
            self.refused[row["reason"]] = self.refused.get(row["reason"], 0) + 1
