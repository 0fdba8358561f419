"""Runs a small job for a benchmark: one worker, all stages, shards on disk."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataengine.errors import ShardError
from dataengine.executors.inline import InlineExecutor
from dataengine.job import open_plan, run
from dataengine.measuring import measured
from dataengine.recipe import Limits, resolve
from dataengine.registry import get_pipeline
from dataengine.storage import Storage
from dataengine.worker_child import WorkerSetup
from dataengine.worker_process import WorkerProcess


@dataclass(frozen=True, slots=True)
class JobCost:
    """What a job cost per unit, accepted or not; indexing and planning are not counted.

    Attributes:
        cpu_ms: CPU milliseconds of worker and parent, the start of the worker included.
        stage_ms: CPU milliseconds by stage inside the worker.
        peak_mb: largest resident memory of the worker, MiB.
    """

    cpu_ms: float
    wall_ms: float
    stage_ms: Mapping[str, float]
    samples: int
    units: int
    peak_mb: float


def render_once(
    pipeline: str,
    paths: Sequence[str],
    folder: str,
    samples: int | None = None,
    options: Mapping[str, Any] | None = None,
) -> JobCost:
    """Render every unit of some corpora (or so many samples) with one worker.

    Raises:
        ShardError: a shard failed.
    """
    corpora = [{"path": path} for path in paths]
    part = {
        "pipeline": pipeline,
        "corpora": corpora,
        "samples": samples,
        "options": dict(options or {}),
    }
    # Shards of the size that a large job has, not cut finer as a small one's would be.
    recipe = resolve(
        {"name": "bench", "parts": {pipeline: part}, "shards": {"at_least": 1}}, "bench"
    )
    storage = Storage(str(Path(folder) / "out"))
    plan = open_plan(storage, recipe, workers=1)
    with measured() as cost:
        report = run(storage, plan, plan.tasks(), InlineExecutor(), limits=recipe.limits)
    if not report.complete:
        raise ShardError(f"the benchmark's job failed: {list(report.failed.values())}")
    units = sum(receipt.units for receipt in report.made)
    stages: Counter[str] = Counter()
    for receipt in report.made:
        stages.update(receipt.seconds)
    stages.pop("wall", None)
    return JobCost(
        1000 * cost.cpu_s / units,
        1000 * cost.wall_s / units,
        {name: 1000 * seconds / units for name, seconds in stages.items()},
        sum(receipt.samples for receipt in report.made),
        units,
        max(receipt.peak_mb for receipt in report.made),
    )


def worker_start_s(pipeline: str) -> float:
    """Return the CPU seconds that starting and ending an idle worker takes, median of three."""
    found = get_pipeline(pipeline)
    found.prepare(found.Options())
    options = found.Options().model_dump(mode="json")
    costs = []
    for _ in range(3):
        with measured() as cost:
            worker = WorkerProcess(WorkerSetup(pipeline, options, {}, 0, "bench", Limits()))
            worker.start()
            worker.close()
        costs.append(cost.cpu_s)
    return statistics.median(costs)
