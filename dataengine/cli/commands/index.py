"""`dataengine index`: what a corpus holds."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import click

from dataengine.cli.console import print_json, say
from dataengine.cli.jobs import describe_index, describe_material
from dataengine.cli.options import json_option, recipe_options, workers_option
from dataengine.corpus.index import build_index
from dataengine.errors import ConfigError
from dataengine.harvest.build import build_material
from dataengine.recipe import Recipe
from dataengine.registry import get_pipeline
from dataengine.storage import storage_errors


@click.command()
@recipe_options
@workers_option
@json_option
@click.option("--out", metavar="FILE", help="Also write the index here (Parquet); one part only.")
def command(recipe: Recipe, workers: int, as_json: bool, out: str | None) -> None:
    """List, hash and count the items of the corpora of RECIPE; the index is cached.

    Kinds that draw from material also harvest it, and tell what was refused and why.
    """
    found: dict[str, Any] = {}
    for name, part in recipe.parts.items():
        pipeline = get_pipeline(part.pipeline)
        if pipeline.promise != "found" and not pipeline.material:
            continue
        report = build_index(name, part, pipeline, limits=recipe.limits, workers=workers)
        found[name] = {
            "items": report.items,
            "units": report.units,
            "refused": dict(report.refused),
            "reused": report.reused,
            "path": str(report.path),
        }
        say(describe_index(recipe, name, report))
        if pipeline.material:
            material = build_material(
                name, part, pipeline, index=report.path, limits=recipe.limits, workers=workers
            )
            found[name]["material"] = {**material.facts, "path": str(material.path)}
            say(describe_material(name, material))
    if out:
        if len(found) != 1:
            raise ConfigError(f"--out takes the index of one part, the recipe has {len(found)}")
        with storage_errors(out):
            shutil.copyfile(next(iter(found.values()))["path"], Path(out))
    if as_json:
        print_json(found)
