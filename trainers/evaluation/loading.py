"""A checkpoint as it is evaluated: the model, and all that decides what it sees.

The recipe in the checkpoint names the layout and how pictures become inputs; nothing else is asked.
The layout's file and a tokenizer from elsewhere are not in the checkpoint: it is loaded with those
that stand under their names now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from dataengine.canonical import file_sha256
from trainers.errors import TrainError
from trainers.loop import checkpoint
from trainers.loop.parts import tower_images
from trainers.loop.run import CHECKPOINTS
from trainers.models.building import build_model
from trainers.models.lora import add_lora, merge_lora
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import ImageSettings, TrainRecipe, resolve
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


def load_checkpoint(folder: Path, device: torch.device, precision: str = "") -> Loaded:
    """Load a checkpoint, or the newest one of a run's folder.

    Args:
        precision: "bf16" or "fp32"; "" is the recipe's.

    Raises:
        TrainError: there is none, or it is damaged.
        WeightsError: the weights do not fit the recipe beside them.
        ConfigError: the recipe names what is not here, such as a layout.
    """
    path = find_checkpoint(folder)
    stored = checkpoint.read_recipe(path).get("recipe")
    if not isinstance(stored, dict):
        raise TrainError(f"{path / checkpoint.RECIPE} is damaged: it has no recipe")
    recipe = resolve(stored, str(path / checkpoint.RECIPE))
    state = checkpoint.read_state(path)
    layout = Layout(recipe.model.layout, recipe.model.tokenizer)
    model = build_model(recipe.model, layout.ids, recipe.seed)
    if state.step and state.stage >= len(recipe.stages):
        raise TrainError(f"{path} is damaged: its recipe has no stage {state.stage}")
    lora = recipe.stages[state.stage].lora if state.step else None
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
