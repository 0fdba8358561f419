"""Makes one shard: units through a worker, outcomes into files, then the receipt.

`ShardRenderer` is what executors call; it holds a worker between shards. The shard's bytes are a
function of the plan and the corpora, whatever worker, machine or attempt made them.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dataengine.duplicates import SeenInShard
from dataengine.environment import engine_version
from dataengine.errors import ShardError
from dataengine.pipeline import Item, Unit
from dataengine.plan import Plan, ShardTask, shard_units
from dataengine.plan_material import local_material
from dataengine.reasons import FAILURES
from dataengine.receipt import Receipt, save_receipt
from dataengine.recipe import Limits
from dataengine.sample import Rejection, Sample, works_of
from dataengine.schema import Origin, Rejected
from dataengine.shard import ShardWriter
from dataengine.storage import Storage
from dataengine.worker_child import WorkerSetup
from dataengine.worker_process import Rendered, WorkerProcess

DRAWS_PER_SAMPLE = 20
"""Generated kinds: a shard gives up after so many draws per sample that it owes."""

PEAK_EVERY = 50
"""Units between two looks at the worker's memory."""


@dataclass(slots=True)
class Progress:
    """What one renderer is doing, for whoever shows it; written by one thread, read by another."""

    shard: str = ""
    planned: int = 0
    done: int = 0
    samples: int = 0
    rejections: int = 0
    pid: int | None = None


class ShardRenderer:
    """Renders shards of one plan, one at a time. Use as a context manager."""

    def __init__(self, storage: Storage, plan: Plan, limits: Limits) -> None:
        self._storage = storage
        self._plan = plan
        self._limits = limits
        # Both take a walk through the recipe or the installed packages: once, not per row.
        self._label = plan.recipe.label
        self._kinds = {name: plan.pipeline(name).kind for name in plan.parts}
        self._workers: dict[str, WorkerProcess] = {}
        self.progress = Progress()

    def __enter__(self) -> ShardRenderer:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers.values():
            worker.close()

    def __call__(self, task: ShardTask) -> Receipt:
        """Make a shard.

        Raises:
            ShardError: too many of its units failed.
            CorpusChanged: a file is not the one that was planned with.
            StorageError: it cannot be written.
            ToolMissing, WorkerError: no shard can be made here.
        """
        started = time.monotonic()
        name = self._plan.name(task)
        worker = self._worker(task.part)
        worker.enough.clear()
        replaced = worker.replaced
        tally = _Tally()
        planned = self._plan.planned_units(task)
        self.progress = Progress(name, planned, pid=worker.pid)
        with ShardWriter(self._storage, name, self._plan.recipe.shards) as writer:
            for id_, rendered in self._outcomes(task, worker):
                self._keep(writer, tally, id_, rendered)
                self.progress.pid = worker.pid
                if tally.units % PEAK_EVERY == 0:
                    tally.peak_mb = max(tally.peak_mb, worker.peak_mb)
            tally.peak_mb = max(tally.peak_mb, worker.peak_mb)
            self._judge(name, tally)
            data, rejects = writer.finish()
        receipt = Receipt(
            plan=self._plan.hash,
            part=task.part,
            shard=task.shard,
            name=name,
            data=data,
            rejects=rejects,
            units=tally.units,
            reasons=dict(sorted(tally.reasons.items())),
            tallies={key: dict(sorted(counts.items())) for key, counts in tally.counts.items()},
            attempts=tally.attempts,
            replaced=worker.replaced - replaced,
            peak_mb=round(tally.peak_mb, 1),
            seconds={**tally.seconds, "wall": round(time.monotonic() - started, 3)},
            limits=self._limits.model_dump(),
            engine=engine_version(),
        )
        save_receipt(self._storage, receipt)
        return receipt

    def _worker(self, part: str) -> WorkerProcess:
        if part not in self._workers:
            for other in self._workers.values():
                other.close()
            setup = worker_setup(self._storage, self._plan, part, self._limits)
            self._workers = {part: WorkerProcess(setup)}
        return self._workers[part]

    def _outcomes(self, task: ShardTask, worker: WorkerProcess) -> Iterator[tuple[str, Rendered]]:
        """Yield id and outcome of every unit that belongs into the shard, in order."""
        seen = SeenInShard(self._plan.recipe.near_duplicates)
        if self._plan.parts[task.part].promise == "found":
            rendered = _render_found(shard_units(self._storage, self._plan, task), worker)
        else:
            rendered = self._render_until_enough(task, worker)
        for one in rendered:
            id_ = self._plan.sample_id(task.part, one.unit.index)
            if isinstance(sample := one.outcome, Sample):
                if match := seen.match(sample.fingerprint):
                    one = replace(one, outcome=_near_duplicate(sample, *match))
                else:
                    seen.add(id_, sample.fingerprint)
            self.progress.samples += isinstance(one.outcome, Sample)
            self.progress.rejections += isinstance(one.outcome, Rejection)
            self.progress.done += 1
            yield id_, one

    def _render_until_enough(self, task: ShardTask, worker: WorkerProcess) -> Iterator[Rendered]:
        """Draw indices of the shard's own range until it has the samples that it owes."""
        owed = self._plan.planned_units(task)
        first = task.shard * self._plan.parts[task.part].rows * DRAWS_PER_SAMPLE
        drawn = 0
        while self.progress.samples < owed:
            batch = min(owed - self.progress.samples, owed * DRAWS_PER_SAMPLE - drawn)
            if batch <= 0:
                raise ShardError(
                    f"{self._plan.name(task)}: {drawn} draws gave {self.progress.samples} of "
                    f"{owed} samples; see the reasons in `dataengine stats`"
                )
            units = (Unit(first + drawn + step) for step in range(batch))
            yield from worker.render(units)
            drawn += batch

    def _keep(self, writer: ShardWriter, tally: _Tally, id_: str, rendered: Rendered) -> None:
        tally.add(rendered)
        if isinstance(rendered.outcome, Sample):
            origin = Origin(id_, self._label, self._plan.recipe.seed)
            writer.add_sample(origin, rendered.outcome)
            return
        rejection = rendered.outcome
        if rendered.unit.item and not rejection.source:
            rejection = replace(rejection, source=item_source(rendered.unit.item))
        kept = self._plan.recipe.gallery.previews_per_reason
        if tally.reasons[rejection.reason] > kept:
            rejection = replace(rejection, preview=b"")
        elif tally.reasons[rejection.reason] == kept:
            self._workers[writer.part].enough.add(rejection.reason)
        kind = self._kinds[writer.part]
        writer.add_rejection(Rejected(id_, kind, rejection))

    def _judge(self, name: str, tally: _Tally) -> None:
        """Refuse a shard that too many units fell out of: something is wrong with the job."""
        rejected = sum(tally.reasons.values())
        failed = sum(tally.reasons[reason] for reason in FAILURES)
        for count, share, what in (
            (failed, self._limits.max_failed_share, "failed"),
            (rejected, self._limits.max_rejected_share, "were rejected"),
        ):
            if count >= self._limits.min_counted and count > share * tally.units:
                worst = ", ".join(f"{reason} {n}" for reason, n in tally.reasons.most_common(3))
                raise ShardError(
                    f"{name}: {count} of {tally.units} units {what} ({worst}); if that is as it "
                    f"should be, raise limits.max_{what.split()[-1]}_share"
                )


def worker_setup(storage: Storage, plan: Plan, part: str, limits: Limits) -> WorkerSetup:
    """Return what a worker must know to render a part of a plan.

    Raises:
        PlanError: the part's material is missing or damaged.
    """
    spec = plan.recipe.parts[part]
    return WorkerSetup(
        plan.pipeline(part).name,
        spec.options,
        spec.paths,
        plan.recipe.seed,
        part,
        limits,
        local_material(storage, plan.parts[part]),
        spec.files,
    )


def prepare(plan: Plan, part: str) -> None:
    """Have a part's pipeline make what its workers share; raises `ToolMissing`."""
    pipeline = plan.pipeline(part)
    pipeline.prepare(pipeline.Options.model_validate(dict(plan.recipe.parts[part].options)))


def item_source(item: Item) -> Mapping[str, str]:
    """Return where a unit comes from, for outcomes that did not get far enough to say it."""
    return {
        "corpus": item.corpus,
        "item": item.name,
        "licence": item.licence,
        "url": item.url,
        "sha256": item.sha256,
    }


def _render_found(units: Iterator[Unit], worker: WorkerProcess) -> Iterator[Rendered]:
    """Render units in order; an item that the index refused is rejected without a worker."""
    refused: list[Unit] = []

    def wanted() -> Iterator[Unit]:
        for unit in units:
            if unit.item and unit.item.reason:
                refused.append(unit)
            else:
                yield unit

    for rendered in worker.render(wanted()):
        while refused and refused[0].index < rendered.unit.index:
            yield _refused(refused.pop(0))
        yield rendered
    yield from map(_refused, refused)


def _refused(unit: Unit) -> Rendered:
    assert unit.item is not None
    return Rendered(unit, Rejection(unit.item.reason, unit.item.detail), 1)


def _near_duplicate(sample: Sample, of: str, similarity: float) -> Rejection:
    return Rejection(
        "near-duplicate",
        f"{similarity:.0%} similar to {of}",
        sample.source,
        {**sample.proof, "near_duplicate_of": of, "similarity": round(similarity, 3)},
        preview=sample.image,
        seconds=sample.seconds,
    )


class _Tally:
    """Counts of a shard for its receipt."""

    def __init__(self) -> None:
        self.units = self.attempts = 0
        self.peak_mb = 0.0
        self.reasons: Counter[str] = Counter()
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, rendered: Rendered) -> None:
        outcome = rendered.outcome
        self.units += 1
        self.attempts += rendered.attempts > 1
        for stage, seconds in outcome.seconds.items():
            self.seconds[stage] = round(self.seconds[stage] + seconds, 6)
        if isinstance(outcome, Rejection):
            self.reasons[outcome.reason] += 1
            return
        self.counts["language"][outcome.language] += 1
        self.counts["kind"][outcome.kind] += 1
        licences = {str(work.get("licence") or "unknown") for work in works_of(outcome.source)}
        self.counts["licence"].update(licences)
        self.counts["template"][outcome.template or "none"] += 1
