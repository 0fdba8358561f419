"""What a run is made of, built once: the model, its data, and how pictures become inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trainers.data.source import Source
from trainers.models.building import build_model
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import ImageSettings, TrainRecipe
from trainers.tokens.layout import Layout
from trainers.weights.loading import load_pretrained


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run is made of.

    Attributes:
        model: with the weights that the first stage begins with.
        source: what is learned from.
        held_out: what is measured with; None: nothing is.
        towers: tower -> how its pictures are made.
    """

    recipe: TrainRecipe
    layout: Layout
    model: VisionLanguageModel
    source: Source
    held_out: Source | None
    towers: Mapping[str, ImageSettings]


def build_parts(recipe: TrainRecipe, source: Source, held_out: Source | None) -> Parts:
    """Build a recipe's model and layout, with the weights that it names.

    Raises:
        ConfigError: something does not fit.
        WeightsError: what a `pretrained` names is missing, or does not fit.
    """
    layout = Layout(recipe.model.layout, recipe.model.tokenizer)
    model = build_model(recipe.model, layout.ids, recipe.seed)
    load_pretrained(model, recipe.model)
    return Parts(recipe, layout, model, source, held_out, tower_images(recipe, model))


def tower_images(recipe: TrainRecipe, model: VisionLanguageModel) -> dict[str, ImageSettings]:
    """Return how each tower's pictures are made: the recipe's settings at the tower's own size."""
    return {
        name: recipe.data.images.get(name, ImageSettings()).model_copy(
            update={"size": tower.image_size}
        )
        for name, tower in model.towers.items()
    }
