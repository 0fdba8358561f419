"""Pictures and tokens per second that a recipe's model could take, if nothing else held it up."""

from __future__ import annotations

from dataclasses import dataclass

from trainers.loop.costs import stage_costs
from trainers.loop.flops import PEAK_FLOPS, USUAL_SHARE
from trainers.recipe import TrainRecipe
from trainers.tokens.ids import TokenIds


@dataclass(frozen=True, slots=True)
class Demand:
    """What one device takes in one stage.

    Attributes:
        gflop: operations of a sequence with its picture, forward and backward, in thousand
            millions.
        images_per_s, tokens_per_s: at the usual share of the device's bf16 peak.
    """

    stage: str
    device: str
    gflop: float
    images_per_s: float
    tokens_per_s: float


def demands(
    recipe: TrainRecipe, ids: TokenIds, tokens: int, share: float = USUAL_SHARE
) -> list[Demand]:
    """Return what each device that is known takes in each stage.

    Args:
        tokens: per sequence, image tokens among them.
        share: of the device's peak.
    """
    found = []
    examples = {stage.name: 1 for stage in recipe.stages}
    for cost in stage_costs(recipe, ids, examples, tokens):
        flop = cost.flop / cost.samples
        for device, peak in PEAK_FLOPS.items():
            images = peak * share / flop
            found.append(Demand(cost.name, device, flop / 1e9, images, images * tokens))
    return found
