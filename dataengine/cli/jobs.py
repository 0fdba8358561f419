"""What `plan`, `render` and `retry` share: preparing a folder, running shards, telling the end."""

from __future__ import annotations

from collections.abc import Callable

import click

from dataengine.cli import FAILED, INCOMPLETE
from dataengine.cli.console import Interrupts, duration, print_json, say, shown
from dataengine.corpus.index import IndexReport
from dataengine.executors import Done
from dataengine.executors.local import LocalExecutor
from dataengine.finalize import finalize
from dataengine.harvest.build import MaterialReport
from dataengine.job import RunReport, Standing, open_plan, run
from dataengine.plan import Plan
from dataengine.progress import JobProgress
from dataengine.recipe import Limits, Recipe
from dataengine.registry import get_pipeline
from dataengine.storage import Storage

WORKS_SAID = 1000
"""Works between two lines of progress."""


def prepare(
    storage: Storage, recipe: Recipe, workers: int, *, other_environment: bool = False
) -> Plan:
    """Sweep leftovers and return the folder's plan, making it where there is none."""
    if swept := storage.sweep():
        say(f"removed {swept} leftovers of an interrupted run")
    plan = open_plan(
        storage,
        recipe,
        workers=workers,
        other_environment=other_environment,
        on_index=lambda part, report: say(describe_index(recipe, part, report)),
        on_items=lambda part, count: say(f"{part}: {count:,} items indexed"),
        on_material=lambda part, report: say(describe_material(part, report)),
        on_works=every(WORKS_SAID, lambda part, count: say(f"{part}: {count:,} works harvested")),
    )
    for name, part in plan.parts.items():
        noun = get_pipeline(part.pipeline).unit_noun
        say(f"{name}: {part.units:,} {noun}s planned in {part.shards} shards")
    return plan


def describe_index(recipe: Recipe, part: str, report: IndexReport) -> str:
    """Return what an index holds, in one line."""
    noun = get_pipeline(recipe.parts[part].pipeline).unit_noun
    refused = ", ".join(f"{reason} {count}" for reason, count in report.refused.items())
    return (
        f"{part}: {report.items:,} items with {report.units:,} {noun}s"
        f" ({report.reused:,} known already{f'; without any: {refused}' if refused else ''})"
    )


def describe_material(part: str, report: MaterialReport) -> str:
    """Return what was harvested, in a few lines."""
    lines = [
        f"{part}: {report.pieces:,} pieces of {report.works:,} works ({report.reused:,} works "
        f"known already; {report.facts['duplicates']:,} duplicates dropped)"
    ]
    groups = (f"{group} {count:,}" for group, count in report.groups.items())
    lines.append(f"  pieces: {', '.join(groups) or 'none'}")
    for kind, reasons in report.facts["refusals"].items():
        said = (f"{reason} {count:,}" for reason, count in reasons.items())
        lines.append(f"  refused, {kind}: {', '.join(said)}")
    return "\n".join(lines)


def every(step: int, tell: Callable[[str, int], None]) -> Callable[[str, int], None]:
    """Return a function that passes a count on each time it has grown by a step."""
    told: dict[str, int] = {}

    def count(part: str, now: int) -> None:
        if now - told.get(part, 0) >= step:
            told[part] = now
            tell(part, now)

    return count


def run_tasks(
    storage: Storage, plan: Plan, state: Standing, limits: Limits, workers: int
) -> RunReport:
    """Render the shards that are not done, with progress and Ctrl-C."""
    for doubt in state.doubts.values():
        say(f"made again: {doubt}")
    if state.done:
        say(f"{len(state.done)} of {len(plan.tasks())} shards are done already")
    progress = JobProgress(storage, plan)
    progress.planned = sum(plan.planned_units(task) for task in state.todo)

    def on_done(done: Done) -> None:
        progress.count(done)
        if done.error:
            say(f"failed: {plan.name(done.task)}: {done.error}")

    with Interrupts() as interrupts, shown(progress):
        return run(
            storage,
            plan,
            state.todo,
            LocalExecutor(min(workers, max(1, len(state.todo)))),
            limits=limits,
            draining=lambda: interrupts.draining,
            on_done=on_done,
            watch=progress.watch,
        )


def finish_job(
    storage: Storage, plan: Plan, report: RunReport, *, finalizing: bool, as_json: bool
) -> None:
    """Finalize a complete job, tell how it ended, and exit with the code for that."""
    made = sum(receipt.units for receipt in report.made)
    samples = sum(receipt.samples for receipt in report.made)
    wall = max((receipt.seconds["wall"] for receipt in report.made), default=0.0)
    if report.made:
        say(f"{len(report.made)} shards made: {samples:,} samples of {made:,} units")
    result = {
        "shards_made": len(report.made),
        "units": made,
        "samples": samples,
        "failed": {plan.name(task): str(error) for task, error in report.failed.items()},
        "left": report.left,
        "complete": report.complete,
        "slowest_shard_s": wall,
    }
    if report.complete and finalizing:
        manifest = finalize(storage, plan)
        totals = manifest.totals
        result |= {"totals": dict(totals)}
        say(
            f"{storage.url}: {totals['samples']:,} samples, {totals['rejections']:,} rejections, "
            f"{totals['bytes'] / 1e6:,.1f} MB; look at {storage.url}/gallery/index.html"
        )
    if as_json:
        print_json(result)
    if report.failed:
        say(f"{len(report.failed)} shards failed; mend the cause and run the same command again")
        raise click.exceptions.Exit(FAILED)
    if report.left:
        say(f"{report.left} shards are left; run the same command again to go on")
        raise click.exceptions.Exit(INCOMPLETE)


__all__ = ["describe_index", "describe_material", "duration", "finish_job", "prepare", "run_tasks"]
