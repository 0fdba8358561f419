"""Which checkpoint a run goes on from, and whether it is one of the same recipe and data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dataengine.canonical import content_hash
from trainers.data.stage_data import StageData
from trainers.errors import TrainError
from trainers.loop import checkpoint
from trainers.loop.distributed import World
from trainers.recipe import TrainRecipe

DATA = "data"
"""Key of a checkpoint's recipe.json: stage -> hash of what it reads."""


def identities(recipe: TrainRecipe, by_stage: Mapping[str, StageData]) -> dict[str, str]:
    """Return stage -> hash of what its examples are made from."""
    return {name: one.identity(recipe) for name, one in by_stage.items()}


def data_hash(hashes: Mapping[str, str]) -> str:
    """Return the hash of all that a run reads: the one of all stages, if they read the same."""
    only = set(hashes.values())
    return only.pop() if len(only) == 1 else content_hash(dict(hashes))


def resumed(folder: Path, recipe: TrainRecipe, hashes: Mapping[str, str]) -> Path | None:
    """Return the checkpoint that a run goes on from; None: it begins.

    Args:
        folder: the run's.
        hashes: stage -> hash of what it reads.

    Raises:
        TrainError: the newest checkpoint is damaged, or of another recipe or of other data.
    """
    newest = checkpoint.latest(folder / checkpoint.CHECKPOINTS)
    if newest is None:
        return None
    state, stored = checkpoint.read_state(newest), checkpoint.read_recipe(newest)
    if stored.get("hash") != recipe.content_hash():
        raise TrainError(
            f"{newest} was made under another recipe; name another folder, or take the recipe "
            f"that stands in {newest / checkpoint.RECIPE}"
        )
    if state.data != data_hash(hashes):
        raise TrainError(
            f"{newest} was made from other data{_which(stored.get(DATA), hashes)}; name what "
            "it was made from with --data, or another folder with --out"
        )
    return newest


def same_beginning(world: World, total_steps: int) -> None:
    """Raise `TrainError` in all processes if they do not go on from the same step."""
    if -world.most(-total_steps) != world.most(total_steps):
        raise TrainError(
            "the processes go on from different checkpoints: some machines do not see those that "
            "the first one wrote; let --out name the same folder on all of them, on a shared disk"
        )


def _which(stored: object, hashes: Mapping[str, str]) -> str:
    """Say which stages read something else than before."""
    if not isinstance(stored, dict):
        return ""
    other = [name for name, one in hashes.items() if stored.get(name) != one]
    if len(other) == len(hashes):
        return ""
    return f" in the stage{'s' * (len(other) > 1)} {', '.join(other)}"
