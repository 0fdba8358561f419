"""Measures what samples of a recipe cost here and now: renders a few of each part, and counts."""

from __future__ import annotations

from collections.abc import Callable
from tempfile import TemporaryDirectory

from dataengine.errors import ShardError
from dataengine.executors.local import LocalExecutor
from dataengine.job import open_plan, run, standing
from dataengine.mixture.rates import Cost, measured
from dataengine.recipe import Recipe
from dataengine.storage import Storage


def measure_part(recipe: Recipe, part: str, samples: int, *, say: Callable[[str], None]) -> Cost:
    """Render some samples of a part by one worker, in a folder that is removed, and measure them.

    Raises:
        ShardError: a shard failed.
        ToolMissing, CorpusError, PlanError: nothing can be rendered here.
    """
    chosen = recipe.parts[part].model_copy(update={"samples": samples})
    small = recipe.model_copy(update={"parts": {part: chosen}})
    with TemporaryDirectory(prefix="dataengine-measure-") as folder:
        storage = Storage(folder)
        plan = open_plan(storage, small, workers=1)
        report = run(storage, plan, plan.tasks(), LocalExecutor(1), limits=small.limits)
        if not report.complete:
            raise ShardError(f"{part} cannot be measured: {next(iter(report.failed.values()))}")
        cost = measured(standing(storage, plan).done)
    say(
        f"{part}: {cost.cpu_ms:.1f} ms and {cost.bytes / 1000:,.0f} kB per sample, "
        f"{cost.kept:.1%} of units kept ({cost.samples} samples)"
    )
    return cost
