"""Harvests the chunks of a corpus on several killable workers; finished ones are never made again.

A cached chunk is used again if the files that its works had read beside them are as they were, and
if no work died in it under other limits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dataengine.corpus.pool import in_order
from dataengine.corpus.reading import ItemReader
from dataengine.harvest.chunk_file import DEATHS, ChunkFacts, ChunkWriter, load_facts
from dataengine.harvest.chunks import Chunk, cut_chunks
from dataengine.recipe import Limits
from dataengine.storage import Storage
from dataengine.worker_child import WorkerSetup
from dataengine.worker_process import WorkerProcess


@dataclass(frozen=True, slots=True)
class HarvestedChunk:
    """A chunk whose file is there.

    Attributes:
        digest: hash of chunk and harvest: another one where a file beside its works was another.
        reused: whether it was there already.
    """

    works: int
    digest: str
    reused: bool


def chunk_path(folder: Path, key: str) -> Path:
    """Return where a chunk's file is cached."""
    return folder / _name(key)


def harvest_chunks(
    index: Path, key: str, setup: WorkerSetup, workers: int, folder: Path
) -> Iterator[HarvestedChunk]:
    """Make the chunks that are not cached yet; yield all, in corpus order.

    Args:
        key: as from `harvest_key`.
        folder: where chunks are cached.

    Raises:
        CorpusChanged: a work is no longer the one that was indexed.
        StorageError, ToolMissing, WorkerError: no chunk can be made.
    """
    work = partial(_make, folder=folder)
    return in_order(cut_chunks(index, key), work, setup, workers)


def _make(worker: WorkerProcess, chunk: Chunk, folder: Path) -> HarvestedChunk:
    path = chunk_path(folder, chunk.key)
    facts = load_facts(path, chunk)
    if facts is not None and _is_current(facts, chunk, worker.setup):
        return HarvestedChunk(len(chunk.works), facts.digest, reused=True)
    with (
        Storage(folder).staged(_name(chunk.key)) as staged,
        ChunkWriter(staged, chunk) as writer,
    ):
        ended = worker.harvest(chunk.works, writer.take)
        # A list, not an iterator: a worker is replaced after its share only when asked for more.
        died = [writer.end(number, one) for number, one in enumerate(ended)]
        writer.finish(_limits(worker.setup.limits) if {*died} & {*DEATHS} else {})
    facts = load_facts(path, chunk)
    assert facts is not None
    return HarvestedChunk(len(chunk.works), facts.digest, reused=False)


def _is_current(facts: ChunkFacts, chunk: Chunk, setup: WorkerSetup) -> bool:
    if facts.limits and facts.limits != _limits(setup.limits):
        return False
    reader = ItemReader(setup.corpora, setup.limits.item_mb, setup.files)
    try:
        for work, known in zip(chunk.works, facts.works, strict=True):
            for name, sha256 in known.beside.items():
                data = reader.beside(work, name)
                if sha256 != ("" if data is None else hashlib.sha256(data).hexdigest()):
                    return False
    finally:
        reader.close()
    return True


def _limits(limits: Limits) -> dict[str, float]:
    names = ("unit_cpu_s", "unit_wall_s", "memory_mb")
    return {name: float(getattr(limits, name)) for name in names}


def _name(key: str) -> str:
    return f"{key[:2]}/{key}.parquet"
