"""`dataengine render`: plan if needed, make what is missing, finalize."""

from __future__ import annotations

from typing import Any

import click

from dataengine.cli.jobs import finish_job, prepare, run_tasks
from dataengine.cli.options import json_option, out_option, recipe_options, workers_option
from dataengine.job import standing
from dataengine.recipe import Recipe
from dataengine.storage import Storage


@click.command()
@recipe_options
@out_option
@workers_option
@json_option
@click.option("--no-finalize", is_flag=True, help="Leave out manifest, card and gallery.")
@click.option(
    "--other-environment",
    is_flag=True,
    help="Go on although library versions differ from those that were planned with.",
)
def command(
    recipe: Recipe,
    out: str,
    workers: int,
    as_json: bool,
    no_finalize: bool,
    other_environment: bool,
) -> None:
    """Make a dataset from RECIPE: a pipeline's name, a recipe's name or a YAML file.

    The same command resumes an interrupted job; what is done is not done again.
    """
    storage = Storage(out)
    with storage.locked():
        plan = prepare(storage, recipe, workers, other_environment=other_environment)
        state = standing(storage, plan)
        report: Any = run_tasks(storage, plan, state, recipe.limits, workers)
        finish_job(storage, plan, report, finalizing=not no_finalize, as_json=as_json)
