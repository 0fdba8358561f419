"""`dataengine plan`: everything up to the first unit."""

from __future__ import annotations

import click

from dataengine.cli.console import print_json, say
from dataengine.cli.jobs import prepare
from dataengine.cli.options import json_option, out_option, recipe_options, workers_option
from dataengine.recipe import Recipe
from dataengine.storage import Storage


@click.command()
@recipe_options
@out_option
@workers_option
@json_option
def command(recipe: Recipe, out: str, workers: int, as_json: bool) -> None:
    """Index the corpora of RECIPE and write the plan, without rendering."""
    storage = Storage(out)
    with storage.locked():
        plan = prepare(storage, recipe, workers)
    if as_json:
        parts = {
            name: {
                "units": part.units,
                "shards": part.shards,
                "items": part.items,
                **({"pieces": dict(part.pieces)} if part.pieces else {}),
            }
            for name, part in plan.parts.items()
        }
        print_json({"plan": plan.hash, "parts": parts})
    else:
        say(f"plan {plan.hash[:12]} written to {storage.path('plan')}")
