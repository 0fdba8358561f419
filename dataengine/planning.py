"""Makes a plan: draws units from the corpus index and cuts them into shards, in flat memory.

Found kinds: the index is read twice, in windows of items. The first pass counts units; the second
permutes the runs of each window (a run is up to 128 units of one item, so that a document is opened
once for many pages) and cuts them at the borders of shards. Shuffling inside windows instead of
over the whole corpus keeps memory independent of the corpus's size; readers shuffle shards anyway.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dataengine.canonical import file_sha256
from dataengine.corpus.index import suffixes_of
from dataengine.corpus.index_file import read_groups
from dataengine.corpus.places import TARS
from dataengine.documents import document_of, within
from dataengine.errors import PlanError
from dataengine.harvest.build import MaterialReport
from dataengine.pipeline import Item
from dataengine.plan import RUNS_SCHEMA, PartPlan, Plan, save_plan
from dataengine.recipe import Part, Recipe, Shards
from dataengine.registry import get_pipeline
from dataengine.seeding import part_key
from dataengine.storage import Storage

Numbers = npt.NDArray[np.int64]

RUN_UNITS = 128
MIN_RUNS = 64
"""A small draw from a large corpus takes shorter runs, so that it sees many documents."""

_WRITING = {"compression": "zstd", "write_statistics": False}
"""Every shard task reads the footer, where statistics would take most of the room."""


def make_plan(
    storage: Storage,
    recipe: Recipe,
    environment: Mapping[str, str],
    indexes: Mapping[str, Path],
    materials: Mapping[str, MaterialReport] = MappingProxyType({}),
) -> Plan:
    """Plan a recipe and write the plan.

    Args:
        environment: as from `environment.fingerprint`.
        indexes: part -> corpus index, for found kinds.
        materials: part -> its material, for kinds that have some.

    Raises:
        PlanError: a corpus holds nothing.
    """
    parts = {}
    for name, part in recipe.parts.items():
        if name in indexes:
            parts[name] = _plan_found(storage, recipe, name, part, indexes[name])
        else:
            parts[name] = _plan_generated(recipe, part)
        if name in materials:
            parts[name] = _with_material(storage, name, parts[name], materials[name])
    plan = Plan(recipe, environment, parts)
    save_plan(storage, plan)
    return plan


def shard_rows(units: int, shards: Shards) -> int:
    """Return how many units a shard gets: a function of the job alone, not of the workers."""
    finest = max(shards.min_rows, -(-units // shards.at_least))
    return max(1, min(shards.rows, finest))


def _plan_generated(recipe: Recipe, part: Part) -> PartPlan:
    pipeline = get_pipeline(part.pipeline)
    assert part.samples is not None
    rows = shard_rows(part.samples, recipe.shards)
    return PartPlan(
        pipeline.name,
        pipeline.version,
        pipeline.promise,
        part.split,
        units=part.samples,
        shards=-(-part.samples // rows),
        rows=rows,
    )


def _with_material(
    storage: Storage, name: str, planned: PartPlan, material: MaterialReport
) -> PartPlan:
    """Put a copy of the material beside the plan, so that rendering needs no corpus."""
    if not material.pieces:
        raise PlanError(
            f"parts.{name}: the corpora hold {material.works} works and not one piece that "
            f"{planned.pipeline} can use; see `dataengine index`"
        )
    file = f"plan/{name}.parquet"
    with storage.staged(file) as path:
        shutil.copyfile(material.path, path)
        sha256 = file_sha256(path)
    return replace(
        planned, items=material.works, file=file, sha256=sha256, pieces=dict(material.groups)
    )


def _plan_found(storage: Storage, recipe: Recipe, name: str, part: Part, index: Path) -> PartPlan:
    pipeline = get_pipeline(part.pipeline)
    file = f"plan/{name}.parquet"
    # One opening for both passes: another job may put a new index under the same name meanwhile.
    with pq.ParquetFile(index, pre_buffer=False) as known, storage.staged(file) as path:
        windows, items = [], 0
        for batch in _chosen_groups(known, part, ["units", *_DOCUMENT_COLUMNS]):
            windows.append(int(_planned_units(batch).sum()))
            items += len(batch)
        available = sum(windows)
        if available == 0:
            suffixes = ", ".join(suffixes_of(part, pipeline))
            raise PlanError(
                f"parts.{name}: the corpora hold nothing that {pipeline.name} can use "
                f"({suffixes}{_interval(part)}); see `dataengine index`"
            )
        units = min(part.samples or available, available)
        rows = shard_rows(units, recipe.shards)
        rng = np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(recipe.seed, spawn_key=(part_key(name), 0, 1)))
        )
        quotas = windows if units == available else _share_out(windows, units, rng)
        longest = RUN_UNITS if units == available else max(1, min(RUN_UNITS, units // MIN_RUNS))
        with pq.ParquetWriter(path, RUNS_SCHEMA, **_WRITING) as writer:
            drawn = (
                _draw(batch, quota, longest, rng)
                for batch, quota in zip(_chosen_groups(known, part), quotas, strict=True)
            )
            for shard in _cut(drawn, rows, whole_items=pipeline.whole_items):
                writer.write_table(shard, row_group_size=len(shard))
        sha256 = file_sha256(path)
    return PartPlan(
        pipeline.name,
        pipeline.version,
        pipeline.promise,
        part.split,
        units,
        shards=-(-units // rows),
        rows=rows,
        items=items,
        file=file,
        sha256=sha256,
    )


_DOCUMENT_COLUMNS = ("corpus", "path", "member", "sha256")


def _chosen_groups(
    known: pq.ParquetFile, part: Part, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield an index's items, without those of documents that the part leaves to others."""
    for batch in read_groups(known, columns):
        if part.documents:
            mask = [within(part.documents, document) for document in _documents(batch)]
            yield batch.filter(pa.array(mask, pa.bool_()))
        else:
            yield batch


def _documents(batch: pa.RecordBatch) -> Iterator[str]:
    columns = (batch.column(name).to_pylist() for name in _DOCUMENT_COLUMNS)
    for corpus, path, member, sha256 in zip(*columns, strict=True):
        item = Item(corpus, path, member)
        yield document_of({"corpus": corpus, "item": item.name, "sha256": sha256})


def _interval(part: Part) -> str:
    return f", documents {list(part.documents)}" if part.documents else ""


def _share_out(windows: list[int], units: int, rng: np.random.Generator) -> list[int]:
    """Draw how many of the units each window gives, as if all were drawn from one urn."""
    left, owed = sum(windows), units
    quotas = []
    for window in windows:
        left -= window
        # The library's multivariate draw, and a single one of more than a thousand million, are
        # refused; beyond that the share is rounded, which nobody can tell from a draw.
        small = left + window < 10**9
        taken = (
            int(rng.hypergeometric(window, left, owed))
            if small
            else owed * window // (left + window)
        )
        quotas.append(taken)
        owed -= taken
    return quotas


def _planned_units(batch: pa.RecordBatch) -> Numbers:
    """Return units per item; an item without any counts as one, which ends as a rejection."""
    units: Numbers = batch.column("units").to_numpy().astype(np.int64)
    return np.maximum(units, np.int64(1))


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of units in the order of the plan; `owner` counts rows of `items`."""

    items: pa.RecordBatch
    owner: Numbers
    first: Numbers
    count: Numbers


def _draw(items: pa.RecordBatch, quota: int, longest: int, rng: np.random.Generator) -> _Runs:
    """Cut a window's items into runs, shuffle them, and keep the first `quota` units."""
    units = _planned_units(items)
    runs_per_item = -(-units // longest)
    owner = np.repeat(np.arange(len(units)), runs_per_item)
    ordinal = np.arange(len(owner)) - np.repeat(
        np.cumsum(runs_per_item) - runs_per_item, runs_per_item
    )
    first = ordinal * longest
    count = np.minimum(longest, units[owner] - first)
    order = rng.permutation(len(owner))
    total = np.cumsum(count[order])
    order = order[: int(np.searchsorted(total, quota, side="left")) + 1 if quota else 0]
    count = count[order]
    if len(order):
        count[-1] -= max(0, int(total[len(order) - 1]) - quota)
    return _Runs(items, owner[order], first[order], count)


def _cut(windows: Iterable[_Runs], rows: int, *, whole_items: bool) -> Iterator[pa.Table]:
    """Number the units and yield one table of runs per shard of `rows` units."""
    pending: list[pa.Table] = []
    start = 0
    for runs in windows:
        pieces = _split_at_borders(runs, start, rows)
        borders = np.flatnonzero(np.diff(pieces.index // rows)) + 1
        for begin, end in pairwise([0, *borders.tolist(), len(pieces.index)]):
            if pending and begin < end and pieces.index[begin] % rows == 0:
                yield _in_reach(pending, whole_items=whole_items)
                pending = []
            if begin < end:
                pending.append(pieces.table(begin, end))
        start += int(runs.count.sum())
    if pending:
        yield _in_reach(pending, whole_items=whole_items)


def _in_reach(pending: list[pa.Table], *, whole_items: bool) -> pa.Table:
    """Return a shard's runs; item by item where asked for, and members of tars in their order.

    A member of a compressed tar is reached by decompressing all that stands before it, and files
    beside a member by reading all headers, so a shard in random order would do so once per run.
    """
    shard = pa.concat_tables(pending).combine_chunks()
    names = pc.utf8_lower(shard.column("path"))
    tars = (pc.any(pc.ends_with(names, suffix)).as_py() for suffix in TARS)
    if not whole_items and not any(tars):
        return shard
    keys = ("corpus", "path", "offset", "member", "first_number")
    ordered = shard.sort_by([(key, "ascending") for key in keys])
    counts = ordered.column("count").to_numpy().astype(np.int64)
    start = int(shard.column("first_index")[0].as_py())
    index = pa.array(start + np.cumsum(counts) - counts)
    return ordered.set_column(0, RUNS_SCHEMA.field(0), index).combine_chunks()


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Runs that cross no border of a shard, with the index of their first unit."""

    items: pa.RecordBatch
    owner: Numbers
    index: Numbers
    first: Numbers
    count: Numbers

    def table(self, begin: int, end: int) -> pa.Table:
        """Return some of them as the plan stores them."""
        items = self.items.take(pa.array(self.owner[begin:end]))
        columns = {"first_index": self.index, "first_number": self.first, "count": self.count}
        arrays = [
            pa.array(columns[field.name][begin:end]).cast(field.type)
            if field.name in columns
            else items.column(field.name)
            for field in RUNS_SCHEMA
        ]
        return pa.Table.from_arrays(arrays, schema=RUNS_SCHEMA)


def _split_at_borders(runs: _Runs, start: int, rows: int) -> _Pieces:
    ends = start + np.cumsum(runs.count)
    starts = ends - runs.count
    pieces = (ends - 1) // rows - starts // rows + 1
    which = np.repeat(np.arange(len(starts)), pieces)
    ordinal = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    border = (starts[which] // rows + ordinal) * rows
    index = np.maximum(starts[which], border)
    count = np.minimum(ends[which], border + rows) - index
    first = runs.first[which] + index - starts[which]
    return _Pieces(runs.items, runs.owner[which], index, first, count)
