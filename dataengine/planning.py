"""Makes a plan: draws units from the corpus index and cuts them into shards, in flat memory.

Found kinds: the index is read twice, in windows. The first pass counts units; the second permutes
the runs of each window (a run is up to 32 units of one item, so that a document is opened once for
many pages) and cuts them into shards. Shuffling inside windows instead of over the whole corpus
keeps memory independent of the corpus's size; readers shuffle shards anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dataengine.canonical import file_sha256
from dataengine.corpus.index import iter_index
from dataengine.errors import PlanError
from dataengine.plan import RUNS_SCHEMA, PartPlan, Plan, save_plan
from dataengine.recipe import Part, Recipe, Shards
from dataengine.registry import get_pipeline
from dataengine.seeding import part_key
from dataengine.storage import Storage

RUN_UNITS = 32
MIN_RUNS = 64
"""A small draw from a large corpus takes shorter runs, so that it sees many documents."""


def make_plan(
    storage: Storage,
    recipe: Recipe,
    environment: Mapping[str, str],
    indexes: Mapping[str, Path],
) -> Plan:
    """Plan a recipe and write the plan.

    Args:
        environment: as from `environment.fingerprint`.
        indexes: part -> corpus index, for found kinds.

    Raises:
        PlanError: a corpus holds nothing.
    """
    parts = {}
    for name, part in recipe.parts.items():
        if name in indexes:
            parts[name] = _plan_found(storage, recipe, name, part, indexes[name])
        else:
            parts[name] = _plan_generated(recipe, part)
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


def _plan_found(storage: Storage, recipe: Recipe, name: str, part: Part, index: Path) -> PartPlan:
    pipeline = get_pipeline(part.pipeline)
    windows = [_planned_units(batch).sum() for batch in iter_index(index, ["units"])]
    available = int(sum(windows))
    if available == 0:
        suffixes = ", ".join(pipeline.suffixes)
        raise PlanError(
            f"parts.{name}: the corpora hold nothing that {pipeline.name} can use ({suffixes}); "
            "see `dataengine index`"
        )
    units = min(part.samples or available, available)
    rows = shard_rows(units, recipe.shards)
    rng = np.random.Generator(
        np.random.PCG64(np.random.SeedSequence(recipe.seed, spawn_key=(part_key(name), 0, 1)))
    )
    quotas = rng.multivariate_hypergeometric(np.array(windows, np.int64), units, method="marginals")
    longest = max(1, min(RUN_UNITS, units // MIN_RUNS)) if units < available else RUN_UNITS
    file = f"plan/{name}.parquet"
    cutter = _Cutter(rows)
    items = 0
    with storage.staged(file) as path:
        with pq.ParquetWriter(path, RUNS_SCHEMA, compression="zstd") as writer:
            for batch, quota in zip(iter_index(index), quotas, strict=True):
                items += batch.num_rows
                for group in cutter.cut(_draw(batch, int(quota), longest, rng)):
                    writer.write_table(group, row_group_size=len(group))
            for group in cutter.rest():
                writer.write_table(group, row_group_size=len(group))
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


def _planned_units(batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """Return units per item; an item without any counts as one, which ends as a rejection."""
    units: npt.NDArray[np.int64] = batch.column("units").to_numpy().astype(np.int64)
    return np.maximum(units, np.int64(1))


def _draw(batch: pa.RecordBatch, quota: int, longest: int, rng: np.random.Generator) -> pa.Table:
    """Cut a window's items into runs, shuffle them, and keep the first `quota` units."""
    units = _planned_units(batch)
    runs_per_item = -(-units // longest)
    owner = np.repeat(np.arange(len(units)), runs_per_item)
    ordinal = np.arange(len(owner)) - np.repeat(
        np.cumsum(runs_per_item) - runs_per_item, runs_per_item
    )
    first = ordinal * longest
    count = np.minimum(longest, units[owner] - first)
    order = rng.permutation(len(owner))
    owner, first, count = owner[order], first[order], count[order]
    total = np.cumsum(count)
    kept = int(np.searchsorted(total, quota, side="left")) + 1 if quota else 0
    owner, first, count = owner[:kept], first[:kept], count[:kept].copy()
    if kept:
        count[-1] -= max(0, int(total[kept - 1]) - quota)
    table = pa.Table.from_batches([batch.take(pa.array(owner))])
    return _runs(table, first, count)


def _runs(items: pa.Table, first: npt.NDArray[np.int64], count: npt.NDArray[np.int64]) -> pa.Table:
    columns = {
        "first_index": pa.array(np.zeros(len(first), np.int64)),
        "first_number": pa.array(first.astype(np.int32)),
        "count": pa.array(count.astype(np.int32)),
    }
    arrays = [
        columns[field.name] if field.name in columns else items.column(field.name)
        for field in RUNS_SCHEMA
    ]
    return pa.Table.from_arrays(arrays, schema=RUNS_SCHEMA)


class _Cutter:
    """Cuts a stream of runs into tables of exactly `rows` units, numbering the units."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._held = RUNS_SCHEMA.empty_table()
        self._next_index = 0

    def cut(self, runs: pa.Table) -> Iterator[pa.Table]:
        self._held = pa.concat_tables([self._held, runs])
        while len(self._held):
            counts = self._held.column("count").to_numpy().astype(np.int64)
            total = np.cumsum(counts)
            if total[-1] < self._rows:
                return
            yield self._number(self._take(total))

    def rest(self) -> Iterator[pa.Table]:
        if len(self._held):
            yield self._number(self._held)
            self._held = self._held.slice(0, 0)

    def _take(self, total: npt.NDArray[np.int64]) -> pa.Table:
        """Take `rows` units off the front, splitting the run that crosses the border."""
        last = int(np.searchsorted(total, self._rows, side="left"))
        over = int(total[last]) - self._rows
        taken, left = self._held.slice(0, last + 1), self._held.slice(last + 1)
        if over:
            crossing = self._held.slice(last, 1).to_pylist()[0]
            inside = crossing["count"] - over
            head = {**crossing, "count": inside}
            tail = {**crossing, "count": over, "first_number": crossing["first_number"] + inside}
            taken = pa.concat_tables([self._held.slice(0, last), _one_row(head)])
            left = pa.concat_tables([_one_row(tail), left])
        self._held = left.combine_chunks()
        return taken

    def _number(self, runs: pa.Table) -> pa.Table:
        counts = pc.cast(runs.column("count"), pa.int64())
        ends = pc.add(pc.cumulative_sum(counts), self._next_index)
        numbered = runs.set_column(0, RUNS_SCHEMA.field(0), pc.subtract(ends, counts))
        self._next_index += pc.sum(counts).as_py()
        return numbered.combine_chunks()


def _one_row(row: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist([row], schema=RUNS_SCHEMA)
