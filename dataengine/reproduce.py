"""Renders one unit of a dataset again, alone, and compares it with what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dataengine.errors import ConfigError, DataEngineError
from dataengine.pipeline import Unit
from dataengine.plan import Plan, ShardTask, shard_units
from dataengine.reader import read_batches
from dataengine.receipt import Receipt, StoredFile, load_receipt
from dataengine.rendering import DRAWS_PER_SAMPLE, item_source, prepare, worker_setup
from dataengine.sample import Outcome, Rejection, Sample
from dataengine.schema import Origin, Rejected, rejects_table, samples_table
from dataengine.storage import Storage
from dataengine.worker_process import WorkerProcess

IGNORED = ("preview",)
"""A shard keeps the pictures of the first few rejections only."""


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A unit rendered again.

    Attributes:
        row: as it is now, a row of the samples or of the rejects.
        stored: as it was stored, or None where no finished shard has it.
        differing: columns that are not as stored, pictures compared by bytes.
        same_pixels: whether the pictures show the same, by pixel hash.
    """

    id: str
    accepted: bool
    row: Mapping[str, Any]
    stored: Mapping[str, Any] | None
    differing: tuple[str, ...]
    same_pixels: bool

    @property
    def exact(self) -> bool:
        """Whether all is as stored, byte for byte."""
        return self.stored is not None and not self.differing


def reproduce(storage: Storage, plan: Plan, sample_id: str) -> Reproduction:
    """Render a unit again by its id.

    Raises:
        ConfigError: the id is none of this dataset.
        CorpusChanged: its file is no longer what it was.
    """
    part, index = plan.find(sample_id)
    task = _task_of(plan, part, index)
    unit = _find_unit(storage, plan, task, index)
    outcome = _render(storage, plan, part, unit)
    receipt = load_receipt(storage, plan.name(task))
    stored, accepted = _stored_row(storage, receipt, sample_id)
    if stored is not None and not accepted and stored["reason"] == "near-duplicate":
        # What the shard refused for its neighbours' sake is a sample when it stands alone.
        return _as_near_duplicate(plan, sample_id, outcome, stored)
    row = _row(plan, sample_id, unit, outcome, part)
    now_accepted = isinstance(outcome, Sample)
    if stored is None or accepted != now_accepted:
        changed = () if stored is None else ("outcome",)
        return Reproduction(sample_id, now_accepted, row, stored, changed, stored is None)
    differing = tuple(name for name in row if name not in IGNORED and row[name] != stored.get(name))
    same = row.get("pixel_hash") == stored.get("pixel_hash")
    return Reproduction(sample_id, now_accepted, row, stored, differing, same)


def _task_of(plan: Plan, part: str, index: int) -> ShardTask:
    planned = plan.parts[part]
    span = planned.rows * (1 if planned.promise == "found" else DRAWS_PER_SAMPLE)
    task = ShardTask(part, index // span)
    if task.shard >= planned.shards:
        raise ConfigError(f"{plan.sample_id(part, index)} lies beyond the plan's last unit")
    return task


def _find_unit(storage: Storage, plan: Plan, task: ShardTask, index: int) -> Unit:
    if plan.parts[task.part].promise == "generated":
        return Unit(index)
    for unit in shard_units(storage, plan, task):
        if unit.index == index:
            return unit
    raise ConfigError(f"{plan.sample_id(task.part, index)} lies beyond the plan's last unit")


def _render(storage: Storage, plan: Plan, part: str, unit: Unit) -> Outcome:
    if unit.item and unit.item.reason:
        return Rejection(unit.item.reason, unit.item.detail)
    prepare(plan, part)
    with WorkerProcess(worker_setup(storage, plan, part, plan.recipe.limits)) as worker:
        return next(iter(list(worker.render([unit])))).outcome


def _row(plan: Plan, sample_id: str, unit: Unit, outcome: Outcome, part: str) -> Mapping[str, Any]:
    if isinstance(outcome, Sample):
        origin = Origin(sample_id, plan.recipe.label, plan.recipe.seed)
        rows: list[dict[str, Any]] = samples_table([(origin, outcome)]).to_pylist()
        return rows[0]
    if unit.item and not outcome.source:
        outcome = Rejection(
            outcome.reason, outcome.detail, item_source(unit.item), outcome.proof, outcome.preview
        )
    rejected = Rejected(sample_id, plan.pipeline(part).kind, outcome)
    rows = rejects_table([rejected]).to_pylist()
    return rows[0]


def _stored_row(
    storage: Storage, receipt: Receipt | None, sample_id: str
) -> tuple[Mapping[str, Any] | None, bool]:
    if receipt is None:
        return None, False
    for stored, accepted in ((receipt.data, True), (receipt.rejects, False)):
        found = _find_row(storage, stored, sample_id)
        if found is not None:
            return found, accepted
    return None, False


def _find_row(storage: Storage, stored: StoredFile, sample_id: str) -> Mapping[str, Any] | None:
    for batch in read_batches(storage, stored):
        ids = batch.column("id").to_pylist()
        if sample_id in ids:
            rows: list[dict[str, Any]] = batch.slice(ids.index(sample_id), 1).to_pylist()
            return rows[0]
    return None


def _as_near_duplicate(
    plan: Plan, sample_id: str, outcome: Outcome, stored: Mapping[str, Any]
) -> Reproduction:
    if not isinstance(outcome, Sample):
        raise DataEngineError(f"{sample_id} was a near-duplicate and is now {outcome.reason}")
    origin = Origin(sample_id, plan.recipe.label, plan.recipe.seed)
    row = samples_table([(origin, outcome)]).to_pylist()[0]
    differing = tuple(name for name in ("source",) if row[name] != stored[name])
    return Reproduction(sample_id, False, row, stored, differing, True)
