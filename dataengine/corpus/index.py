"""The corpus index: one Parquet row per item with its hash, units, language and licence.

It is built once by killable workers and cached; the next time only files whose size or time
changed are read again. Rows stand in listing order, so that the same corpus gives the same index.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.canonical import content_hash
from dataengine.corpus.index_file import INDEX_SCHEMA, ROW_GROUP_ITEMS, read_groups
from dataengine.corpus.known import Known
from dataengine.corpus.listing import Listed, list_items
from dataengine.corpus.places import BUNDLED
from dataengine.corpus.probing import Row, probe_in_order
from dataengine.corpus.sidecar import Sidecar, load_sidecar, said_by
from dataengine.corpus.twins import Hashes, mark_twins
from dataengine.errors import StorageError
from dataengine.pipeline import Item, Pipeline
from dataengine.recipe import CorpusSpec, Limits, Part
from dataengine.storage import Storage
from dataengine.worker_child import WorkerSetup


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
    """Return where the index of a part's corpora is cached.

    Other versions of what reads the files may count other units, so they have an index of their
    own.
    """
    options = pipeline.Options.model_validate(dict(part.options))
    key = content_hash(
        {
            "pipeline": [pipeline.name, pipeline.version],
            "options": reading_options(part, pipeline),
            "versions": dict(pipeline.requirements(options).versions),
            "corpora": [_absolute(corpus.model_dump()) for corpus in part.corpora],
        }
    )
    return cache_folder() / "index" / f"{pipeline.name}-{key[:20]}.parquet"


def reading_options(part: Part, pipeline: Pipeline) -> dict[str, Any]:
    """Return the options that works are read with: see `Pipeline.material_options`."""
    chosen = dict(part.options)
    if pipeline.material and pipeline.material_options is not None:
        chosen = {name: chosen[name] for name in pipeline.material_options if name in chosen}
    return pipeline.Options.model_validate(chosen).model_dump(mode="json")


def suffixes_of(part: Part, pipeline: Pipeline) -> tuple[str, ...]:
    """Return the endings of a part's items."""
    return pipeline.suffixes_for(pipeline.Options.model_validate(dict(part.options)))


def index_setup(name: str, part: Part, pipeline: Pipeline, limits: Limits) -> WorkerSetup:
    """Return what a worker must know to probe and harvest the corpora of a part."""
    return WorkerSetup(
        pipeline.name,
        reading_options(part, pipeline),
        part.paths,
        seed=0,
        part=name,
        limits=limits,
        files=part.files,
    )


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

    Raises:
        CorpusError: nothing is where a corpus should be.
        StorageError: the index cannot be written.
        ToolMissing, WorkerError: no item can be read.
    """
    path = path or index_path(part, pipeline)
    setup = index_setup(name, part, pipeline, limits)
    pipeline.prepare(pipeline.Options.model_validate(dict(setup.options)))
    known = Known(path)
    suffixes = suffixes_of(part, pipeline)
    items = (item for corpus in part.corpora for item in _listed_items(corpus, suffixes))
    try:
        with Storage(path.parent).staged(path.name) as staged:
            probed = staged.with_name("probed.parquet")
            repeated = _write(probed, probe_in_order(items, known, setup, workers), seen)
            if repeated:
                mark_twins(probed, staged, repeated)
            else:
                probed.rename(staged)
            return _report(path, staged, known.reused)
    except StorageError as error:
        remedy = "indexes are kept there; set DATAENGINE_CACHE to choose another folder"
        raise StorageError(f"{error}; {remedy}") from error
    finally:
        known.close()


def _write(path: Path, rows: Iterable[Row], seen: Callable[[int], None]) -> frozenset[int]:
    """Write rows as they come; return which hashes came more than once."""
    hashes = Hashes()
    count = 0
    with pq.ParquetWriter(path, INDEX_SCHEMA, compression="zstd") as writer:
        held: list[Row] = []
        for row in rows:
            hashes.add(row)
            held.append(row)
            if len(held) == ROW_GROUP_ITEMS:
                writer.write_table(pa.Table.from_pylist(held, schema=INDEX_SCHEMA))
                count += len(held)
                held = []
                seen(count)
        if held:
            writer.write_table(pa.Table.from_pylist(held, schema=INDEX_SCHEMA))
    seen(count + len(held))
    return hashes.repeated()


def _report(path: Path, written: Path, reused: int) -> IndexReport:
    items = units = 0
    refused: Counter[str] = Counter()
    with pq.ParquetFile(written, pre_buffer=False) as file:
        for batch in read_groups(file, ["units", "reason"]):
            items += len(batch)
            units += sum(batch.column("units").to_pylist())
            refused.update(reason for reason in batch.column("reason").to_pylist() if reason)
    return IndexReport(path, items, units, dict(sorted(refused.items())), reused)


def _absolute(corpus: Mapping[str, Any]) -> dict[str, Any]:
    path = corpus["path"]
    named = "://" in path or path.startswith(BUNDLED)
    return {**corpus, "path": path if named else str(Path(path).absolute())}


def _listed_items(corpus: CorpusSpec, suffixes: tuple[str, ...]) -> Iterator[tuple[Item, str]]:
    place, listing = list_items(corpus.path, suffixes)
    sidecar = load_sidecar(place.root, corpus) if place.fs is None else said_by(corpus)
    for listed in listing:
        yield _as_item(listed, corpus.name, sidecar), listed.mtime


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
