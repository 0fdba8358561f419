"""`dataengine list`: pipelines, recipes, mixtures and templates, and one pipeline's options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from pydantic import BaseModel

from dataengine.cli.console import print_json
from dataengine.cli.options import json_option
from dataengine.recipe_loading import load_recipe
from dataengine.registry import get_pipeline, mixture_paths, pipeline_names, recipe_paths
from dataengine.resources import bundled


@click.command()
@click.argument("pipeline", required=False)
@json_option
def command(pipeline: str | None, as_json: bool) -> None:
    """List what can be rendered and mixed; with PIPELINE, its options and reasons for rejection."""
    data = _one(pipeline) if pipeline else _all()
    if as_json:
        print_json(data)
        return
    for heading, entries in data.items():
        click.echo(heading)
        for name, text in entries.items():
            click.echo(f"  {name:<32} {text}".rstrip())


def _all() -> dict[str, dict[str, str]]:
    return {
        "pipelines": {name: get_pipeline(name).summary for name in pipeline_names()},
        "recipes": {name: ", ".join(load_recipe(name).parts) for name in recipe_paths()},
        "mixtures": {name: _members(name) for name in mixture_paths()},
        "templates": {path.name: "" for path in sorted(bundled("templates").iterdir())},
    }


def _members(name: str) -> str:
    from dataengine.mixture.loading import load_mixture  # Arrow, for one line

    return ", ".join(load_mixture(name).members)


def _one(name: str) -> dict[str, dict[str, str]]:
    pipeline = get_pipeline(name)
    return {
        f"options of {name} (set with --set KEY=VALUE)": dict(_options(pipeline.Options)),
        "reasons for rejection": dict(pipeline.reasons),
    }


def _options(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        default: Any = field.get_default(call_default_factory=True)
        if isinstance(default, BaseModel):
            yield from _options(type(default), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}={default}", field.description or ""
