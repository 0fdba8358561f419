"""Options that several verbs share, so that they read the same everywhere."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

import click

from dataengine.recipe import Recipe
from dataengine.recipe_loading import load_recipe

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def recipe_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add RECIPE, --corpus, --samples, --seed and --set; the command takes `recipe: Recipe`."""

    @functools.wraps(command)
    def wrapped(
        recipe: str,
        corpus: tuple[str, ...],
        samples: int | None,
        seed: int | None,
        overrides: tuple[str, ...],
        **rest: Any,
    ) -> Any:
        loaded: Recipe = load_recipe(
            recipe, corpora=corpus, samples=samples, seed=seed, overrides=overrides
        )
        return command(recipe=loaded, **rest)

    decorated: Callable[..., Any] = wrapped
    for decorate in reversed(
        [
            click.argument("recipe"),
            click.option(
                "--corpus",
                multiple=True,
                metavar="PATH",
                help="Folder, file, glob, archive, list (.txt) or URL; may be given again.",
            ),
            click.option("--samples", type=click.IntRange(1), help="How many, per part."),
            click.option("--seed", type=click.IntRange(0), help="Seed of all random draws."),
            click.option(
                "--set",
                "overrides",
                multiple=True,
                metavar="A.B=C",
                help="Set a key of the recipe, or an option of its pipelines.",
            ),
        ]
    ):
        decorated = decorate(decorated)
    return decorated


def out_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --out, the dataset's folder."""
    option = click.option(
        "--out", required=True, metavar="DIR", help="The dataset's folder, or an fsspec URL."
    )
    return option(command)


def workers_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --workers."""
    option = click.option(
        "--workers",
        type=click.IntRange(1),
        default=lambda: len(os.sched_getaffinity(0)),
        show_default="one per core",
        help="Shards rendered side by side.",
    )
    return option(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")(command)


dataset_argument = click.argument("dataset", metavar="DIR")
