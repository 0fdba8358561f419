"""The configuration of a run whose weights another run begins with, from the recipe beside them."""

from __future__ import annotations

from typing import Any

import torch
from pydantic import ValidationError

from dataengine.errors import ConfigError
from trainers.errors import WeightsError
from trainers.models import language, towers
from trainers.models.kinds import module_of
from trainers.recipe import ModelRecipe
from trainers.weights.files import Checkpoint

_ANY = 0.02
"""Deviation of weights that are never drawn."""


def tower_config(checkpoint: Checkpoint, name: str, kind: str) -> dict[str, Any] | None:
    """Return the configuration of a run's tower, the one of the same name first; None: no run.

    Raises:
        WeightsError: the recipe beside the weights is damaged.
    """
    recipe = _recipe(checkpoint)
    fitting = {
        key: one for key, one in (recipe.towers if recipe else {}).items() if one.kind == kind
    }
    chosen = fitting.get(name) or next(iter(fitting.values()), None)
    if chosen is None:
        return None
    with torch.device("meta"):
        config: dict[str, Any] = (
            module_of(towers, kind).build(chosen, _ANY).encoder.config.to_dict()
        )
    return config


def language_config(checkpoint: Checkpoint) -> dict[str, Any] | None:
    """Return the configuration of a run's language model; as `tower_config`."""
    recipe = _recipe(checkpoint)
    if recipe is None:
        return None
    with torch.device("meta"):
        config: dict[str, Any] = language.build(recipe.language, 1, _ANY).config.to_dict()
    return config


def _recipe(checkpoint: Checkpoint) -> ModelRecipe | None:
    if checkpoint.model is None:
        return None
    try:
        return ModelRecipe.model_validate(checkpoint.model)
    except (ValidationError, ConfigError) as error:
        words = " ".join(str(error).split())
        raise WeightsError(
            f"the recipe.json beside {checkpoint.origin} is damaged: {words}"
        ) from error
