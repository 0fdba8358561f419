"""What a recipe would cost, before it starts: operations, and hours on data-centre devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from trainers.loop.flops import PEAK_FLOPS, count, hours
from trainers.models.building import build_model
from trainers.models.freezing import apply_freeze_map
from trainers.models.lora import add_lora
from trainers.recipe import TrainRecipe
from trainers.tokens.ids import TokenIds


@dataclass(frozen=True, slots=True)
class StageCost:
    """What a stage costs.

    Attributes:
        samples: sequences learned from, over all epochs.
        tokens: image and text tokens per sequence that was reckoned with.
        trainable, parameters: of the model.
        flop: operations, forward and backward.
    """

    name: str
    samples: int
    tokens: int
    trainable: int
    parameters: int
    flop: float

    def hours(self) -> dict[str, float]:
        """Return device -> hours at the usual share of its peak."""
        return {device: hours(self.flop, device) for device in PEAK_FLOPS}


def stage_costs(
    recipe: TrainRecipe, ids: TokenIds, examples: Mapping[str, int], tokens: int
) -> list[StageCost]:
    """Return what each stage of a recipe costs, without building it in memory.

    Args:
        ids: of the recipe's layout.
        examples: stage -> examples of its epoch.
        tokens: per sequence, image tokens among them.
    """
    with torch.device("meta"):
        model = build_model(recipe.model, ids)
        costs = []
        for stage in recipe.stages:
            if stage.lora:
                add_lora(model.language, stage.lora)
            apply_freeze_map(model, stage.train)
            batches = -(-examples[stage.name] // stage.batch)
            steps = stage.steps or round((stage.epochs or 0) * batches)
            samples = steps * stage.batch
            flop = samples * count(model).training(tokens, model.learning_towers)
            unique = {id(one): one for one in model.parameters()}.values()
            trainable = sum(one.numel() for one in unique if one.requires_grad)
            whole = sum(one.numel() for one in unique)
            costs.append(StageCost(stage.name, samples, tokens, trainable, whole, flop))
    return costs
