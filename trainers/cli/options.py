"""Options that several verbs share, and how a recipe and its data are opened."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from dataengine.mixture.reading import MixtureReader
from dataengine.recipe_loading import read_override
from trainers.data.source import MixtureSource
from trainers.errors import TrainError
from trainers.recipe import TrainRecipe, load_recipe


def recipe_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add RECIPE and --set; the command takes `recipe: TrainRecipe`."""

    @functools.wraps(command)
    def wrapped(recipe: str, overrides: tuple[str, ...], **rest: Any) -> Any:
        changes = {".".join(path): value for path, value in map(read_override, overrides)}
        return command(recipe=load_recipe(recipe, changes), **rest)

    option = click.option(
        "--set", "overrides", multiple=True, metavar="A.B=C", help="Set a key of the recipe."
    )
    return click.argument("recipe")(option(wrapped))


def open_sources(
    recipe: TrainRecipe, url: str, train: str, held_out: str
) -> tuple[MixtureSource, MixtureSource | None]:
    """Return a mixture's split to learn from, and the one to measure with, if there is one.

    Raises:
        TrainError: the recipe measures, and the mixture has no such split.
    """
    reader = MixtureReader(url)
    if held_out not in reader.splits:
        if recipe.run.held_out:
            raise TrainError(
                f"{url} has no split {held_out!r} to measure with; it has "
                f"{', '.join(reader.splits)}: name one with --held-out, or set run.held_out=0"
            )
        return MixtureSource(reader, train), None
    return MixtureSource(reader, train), MixtureSource(MixtureReader(url), held_out)
