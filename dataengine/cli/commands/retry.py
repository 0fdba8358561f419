"""`dataengine retry`: render again what failed for reasons of the run, not of the input."""

from __future__ import annotations

from dataclasses import replace

import click

from dataengine.cli.console import say
from dataengine.cli.jobs import finish_job, run_tasks
from dataengine.cli.options import dataset_argument, json_option, workers_option
from dataengine.errors import ConfigError
from dataengine.finalize import reason_meanings
from dataengine.job import (
    Standing,
    check_plan_files,
    environment_of,
    failures,
    standing,
)
from dataengine.plan import Plan, load_plan
from dataengine.plan_checks import check_environment, check_recipe
from dataengine.reasons import FAILURES
from dataengine.recipe_loading import load_recipe
from dataengine.registry import near
from dataengine.storage import Storage


@click.command()
@dataset_argument
@click.option(
    "--reason",
    "reasons",
    multiple=True,
    help="Render again the shards with such rejections [default: crash, timeout, memory, error].",
)
@click.option(
    "--set", "overrides", multiple=True, metavar="limits.X=Y", help="Other limits for this run."
)
@workers_option
@json_option
def command(
    dataset: str, reasons: tuple[str, ...], overrides: tuple[str, ...], workers: int, as_json: bool
) -> None:
    """Render again the shards of DIR that failed, or that lost units to crashes and limits."""
    storage = Storage(dataset)
    with storage.locked():
        plan = load_plan(storage)
        _check_reasons(plan, reasons)
        recipe = load_recipe(f"{storage.path('recipe.yaml')}", overrides=overrides)
        check_recipe(plan, recipe)
        check_environment(plan, environment_of(recipe))
        check_plan_files(storage, plan)
        state = _with_retried(storage, plan, reasons or FAILURES)
        report = run_tasks(storage, replace(plan, recipe=recipe), state, recipe.limits, workers)
        finish_job(storage, plan, report, finalizing=True, as_json=as_json)


def _check_reasons(plan: Plan, reasons: tuple[str, ...]) -> None:
    known = sorted(reason_meanings(plan))
    for reason in reasons:
        if reason not in known:
            raise ConfigError(f"no rejection has the reason {reason!r}{near(reason, known)}")


def _with_retried(storage: Storage, plan: Plan, reasons: tuple[str, ...]) -> Standing:
    """Return the standing with shards that hold such rejections counted as not done."""
    state = standing(storage, plan)
    tasks = {plan.name(task): task for task in plan.tasks()}
    again = [one for one in state.done if any(reason in one.reasons for reason in reasons)]
    kept = [one for one in state.done if one not in again]
    todo = [*state.todo, *(tasks[one.name] for one in again)]
    failed = len(failures(storage, plan))
    say(f"{len(again)} shards with {', '.join(reasons)}; {failed} failed; {len(todo)} to render")
    return Standing(kept, todo, state.doubts)
