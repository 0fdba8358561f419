"""What a run is made of, built once: the model, its data, and how pictures become inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from trainers.data.source import Source
from trainers.data.stage_data import StageData
from trainers.models.building import build_model
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import ImageSettings, Stage, TrainRecipe
from trainers.tokens.kept import kept_layout
from trainers.tokens.layout import Layout
from trainers.weights.loading import fill_prepared, prepare_pretrained
from trainers.weights.report import LoadReport


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run is made of.

    Attributes:
        model: with the weights that the first stage begins with.
        source: what is learned from.
        held_out: what is measured with; None: nothing is.
        towers: tower -> how its pictures are made.
        by_stage: stage -> what it reads, where stages read different data.
        weights: what became of the weights that the recipe names; None: they were not read.
    """

    recipe: TrainRecipe
    layout: Layout
    model: VisionLanguageModel
    source: Source
    held_out: Source | None
    towers: Mapping[str, ImageSettings]
    by_stage: Mapping[str, StageData] = field(default_factory=dict)
    weights: LoadReport | None = None

    def data_of(self, stage: Stage) -> StageData:
        """Return what a stage reads."""
        return self.by_stage.get(stage.name, StageData(self.source, self.held_out))

    @property
    def identities(self) -> dict[str, str]:
        """Return the hash of what each stage's examples are made from: stage -> hash."""
        return {one.name: self.data_of(one).identity(self.recipe) for one in self.recipe.stages}


def build_parts(
    recipe: TrainRecipe,
    source: Source,
    held_out: Source | None,
    by_stage: Mapping[str, StageData] | None = None,
    resumed: Path | None = None,
) -> Parts:
    """Build a recipe's model and layout, with the weights that it names.

    Weights are held against the model before memory is taken for it.

    Args:
        by_stage: stage -> what it reads, where that is not `source` and `held_out`.
        resumed: the checkpoint that a run goes on from. Its layout and tokenizer are taken, and
            no weights are read, since its own come in their place.

    Raises:
        ConfigError: something does not fit.
        WeightsError: what a `pretrained` names is missing, or does not fit.
    """
    layout = kept_layout(recipe.model, resumed)
    report = None
    if resumed:
        model = build_model(recipe.model, layout.ids, recipe.seed)
    else:
        with torch.device("meta"):
            ready = prepare_pretrained(build_model(recipe.model, layout.ids), recipe.model)
        model = build_model(recipe.model, layout.ids, recipe.seed)
        report = fill_prepared(model, ready)
    towers = tower_images(recipe, model)
    return Parts(recipe, layout, model, source, held_out, towers, by_stage or {}, report)


def tower_images(recipe: TrainRecipe, model: VisionLanguageModel) -> dict[str, ImageSettings]:
    """Return how each tower's pictures are made: the recipe's settings at the tower's own size."""
    return {
        name: recipe.data.images.get(name, ImageSettings()).model_copy(
            update={"size": tower.image_size}
        )
        for name, tower in model.towers.items()
    }
