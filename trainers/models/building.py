"""Builds the model of a recipe, with random weights that depend on the seed alone."""

from __future__ import annotations

import torch

from trainers.models import connectors, language, towers
from trainers.models.kinds import module_of
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import ModelRecipe
from trainers.tokens.ids import TokenIds


def build_model(recipe: ModelRecipe, ids: TokenIds, seed: int = 0) -> VisionLanguageModel:
    """Return the model with random weights, on the device of the context.

    Under `torch.device("meta")` nothing is allocated, and any size is built in seconds.

    Raises:
        ConfigError: a name or a value does not fit.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        built = {
            name: module_of(towers, one.kind).build(one, recipe.initializer_range)
            for name, one in recipe.towers.items()
        }
        model = language.build(recipe.language, ids.vocabulary, recipe.initializer_range)
        width = model.get_input_embeddings().weight.shape[1]
        shapes = [(tower.tokens, tower.channels) for tower in built.values()]
        connector = module_of(connectors, recipe.connector.kind).build(
            recipe.connector, shapes, width
        )
    return VisionLanguageModel(built, connector, model, ids)
