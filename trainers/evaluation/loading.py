"""A checkpoint as it is evaluated: the model, and all that decides what it sees.

Layout, tokenizer, and how pictures become inputs are in the checkpoint; nothing else is asked, and
nothing is fetched. Only checkpoints from before these were kept are loaded with the layout and the
tokenizer that stand under their recipe's names now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from dataengine.canonical import file_sha256
from trainers.errors import TrainError
from trainers.loop import checkpoint
from trainers.loop.checkpoint import CHECKPOINTS, RunState
from trainers.loop.parts import tower_images
from trainers.models.building import build_model
from trainers.models.lora import add_lora, merge_lora
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import ImageSettings, Lora, TrainRecipe, resolve
from trainers.tokens.kept import kept_layout
from trainers.tokens.layout import Layout


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in evaluation mode.

    Attributes:
        towers: tower -> how its pictures are made.
        bf16: whether activations are bf16.
        path: the checkpoint's folder.
        step: optimiser steps that it was trained for.
        digest: sha256 of the weights' file.
    """

    recipe: TrainRecipe
    layout: Layout
    model: VisionLanguageModel
    towers: Mapping[str, ImageSettings]
    device: torch.device
    bf16: bool
    path: Path
    step: int
    digest: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What a checkpoint keeps besides its weights.

    Attributes:
        path: the checkpoint's folder.
        lora: narrow matrices that lie apart from their layers, in the midst of a stage.
    """

    path: Path
    recipe: TrainRecipe
    layout: Layout
    state: RunState
    lora: Lora | None


def read_kept(folder: Path) -> Kept:
    """Read what a checkpoint, or the newest one of a run's folder, keeps besides its weights.

    Raises:
        TrainError: there is none, or it is damaged.
        ConfigError: what it keeps of its layout is damaged.
    """
    path = find_checkpoint(folder)
    stored = checkpoint.read_recipe(path).get("recipe")
    if not isinstance(stored, dict):
        raise TrainError(f"{path / checkpoint.RECIPE} is damaged: it has no recipe")
    recipe = resolve(stored, str(path / checkpoint.RECIPE))
    state = checkpoint.read_state(path)
    if state.step and state.stage >= len(recipe.stages):
        raise TrainError(f"{path} is damaged: its recipe has no stage {state.stage}")
    lora = recipe.stages[state.stage].lora if state.step else None
    return Kept(path, recipe, kept_layout(recipe.model, path), state, lora)


def load_checkpoint(folder: Path, device: torch.device, precision: str = "") -> Loaded:
    """Load a checkpoint, or the newest one of a run's folder.

    Args:
        precision: "bf16" or "fp32"; "" is the recipe's.

    Raises:
        TrainError: there is none, or it is damaged.
        WeightsError: the weights do not fit the recipe beside them.
        ConfigError: the recipe names what is not here, such as a layout.
    """
    kept = read_kept(folder)
    path, recipe, layout, state, lora = kept.path, kept.recipe, kept.layout, kept.state, kept.lora
    model = build_model(recipe.model, layout.ids, recipe.seed)
    if lora:  # saved in the midst of a stage, with its narrow matrices apart
        add_lora(model.language, lora)
    checkpoint.load_weights(path, model)
    if lora:
        merge_lora(model.language)
    model.requires_grad_(False).eval().to(device)
    return Loaded(
        recipe=recipe,
        layout=layout,
        model=model,
        towers=tower_images(recipe, model),
        device=device,
        bf16=(precision or recipe.run.precision) == "bf16",
        path=path,
        step=state.total_steps,
        digest=file_sha256(path / checkpoint.WEIGHTS),
    )


def find_checkpoint(folder: Path) -> Path:
    """Return a checkpoint's folder: the one given, or the newest one of a run.

    Raises:
        TrainError: there is none.
    """
    if (folder / checkpoint.RECIPE).is_file():
        return folder
    found = checkpoint.latest(folder / CHECKPOINTS) or checkpoint.latest(folder)
    if found is None:
        raise TrainError(
            f"{folder} is neither a checkpoint (a folder with {checkpoint.RECIPE} and "
            f"{checkpoint.WEIGHTS}) nor a run that has one"
        )
    return found
