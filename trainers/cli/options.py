"""Options that several verbs share, and how a recipe and its data are opened."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from dataengine.errors import ConfigError
from dataengine.mixture.reading import MixtureReader
from dataengine.recipe_loading import read_override
from dataengine.registry import near
from trainers.data.source import MixtureSource
from trainers.data.stage_data import StageData
from trainers.errors import TrainError
from trainers.recipe import TrainRecipe, load_recipe

_DEVICE = re.compile(r"cpu|cuda(:[0-9]{1,3})?")


def recipe_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add RECIPE and --set; the command takes `recipe: TrainRecipe`."""

    @functools.wraps(command)
    def wrapped(recipe: str, overrides: tuple[str, ...], **rest: Any) -> Any:
        return command(recipe=overridden(recipe, overrides), **rest)

    return click.argument("recipe")(set_option(wrapped))


def set_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --set; the command takes `overrides: tuple[str, ...]`."""
    return click.option(
        "--set", "overrides", multiple=True, metavar="A.B=C", help="Set a key of the recipe."
    )(command)


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --data; the command takes `data: tuple[str, ...]`, for `open_data`."""
    return click.option(
        "--data", required=True, multiple=True, metavar="[STAGE=]DIR",
        help="A finished mixture; with STAGE= what one stage reads. May be given several times.",
    )(command)  # fmt: skip


def device_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --device; the command takes `device: str`, "" for CUDA where there is some."""
    return click.option(
        "--device", default="", callback=_device,
        help="cpu or cuda; by default CUDA where there is some.",
    )(command)  # fmt: skip


def _device(_: click.Context, option: click.Parameter, value: str) -> str:
    if value and not _DEVICE.fullmatch(value):
        raise click.BadParameter(f"{value!r} is neither cpu nor cuda nor cuda:N", param=option)
    return value


def overridden(recipe: str, overrides: Sequence[str]) -> TrainRecipe:
    """Load a recipe with the keys that --set names; raises `ConfigError` as `load_recipe`."""
    return load_recipe(
        recipe, {".".join(path): value for path, value in map(read_override, overrides)}
    )


def open_data(
    recipe: TrainRecipe, named: Sequence[str], train: str, held_out: str
) -> dict[str, StageData]:
    """Return what each stage reads, by its name: nothing is read yet but the datasets' manifests.

    Args:
        named: values of --data.
        train, held_out: splits to learn from and to measure with.

    Raises:
        ConfigError: a stage has nothing to read, or there is no stage of a name.
        ShardError: a mixture or a dataset is not there, is not what it was, or is of another
            version.
        TrainError: the recipe measures, and a mixture has no such split.
    """
    folders = stage_folders(named, [one.name for one in recipe.stages])
    opened = {
        folder: _open(folder, train, held_out, measured=bool(recipe.run.held_out))
        for folder in dict.fromkeys(folders.values())
    }
    return {stage: opened[folder] for stage, folder in folders.items()}


def stage_folders(named: Sequence[str], stages: Sequence[str]) -> dict[str, str]:
    """Return stage -> mixture, of values of --data: `STAGE=DIR`, or `DIR` for all other stages.

    Raises:
        ConfigError: a stage has none or several, or there is no stage of a name.
    """
    own: dict[str, str] = {}
    for_all = []
    for one in named:
        stage, _, folder = one.partition("=")
        if not folder or "/" in stage or (stage not in stages and Path(one).exists()):
            for_all.append(one)
        elif stage not in stages:
            raise ConfigError(
                f"--data {one}: no stage is called {stage!r}{near(stage, list(stages))}"
            )
        elif stage in own:
            raise ConfigError(f"--data names two folders for the stage {stage}")
        else:
            own[stage] = folder
    if len(for_all) > 1:
        raise ConfigError(
            f"--data names {' and '.join(for_all)} for all stages; say which stage reads which: "
            f"--data {stages[0]}={for_all[0]} …"
        )
    lost = [stage for stage in stages if stage not in own]
    if lost and not for_all:
        raise ConfigError(
            f"the stage {lost[0]} has nothing to read; add --data {lost[0]}=DIR, or --data DIR for "
            "all stages without their own"
        )
    return {stage: own.get(stage) or for_all[0] for stage in stages}


def _open(url: str, train: str, held_out: str, *, measured: bool) -> StageData:
    reader = MixtureReader(url, regions=False)  # they take longer to decode than all the rest
    if held_out in reader.splits:
        beside = MixtureReader(url, regions=False)
        return StageData(MixtureSource(reader, train), MixtureSource(beside, held_out))
    if measured:
        raise TrainError(
            f"{url} has no split {held_out!r} to measure with; it has "
            f"{', '.join(reader.splits)}: name one with --held-out, or set run.held_out=0"
        )
    return StageData(MixtureSource(reader, train), None)


def first_of(recipe: TrainRecipe, data: Mapping[str, StageData]) -> StageData:
    """Return what the first stage reads."""
    return data[recipe.stages[0].name]
