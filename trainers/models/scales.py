"""Whether a model can learn at all: how large what each module puts out is, before the first step.

transformers initialises the towers of SAM and BLIP-2 with a deviation of 1e-10, BLIP-2's queries
with zeros, because it expects weights to be loaded; trained from there, they stay dead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from trainers.errors import DeadModel
from trainers.models.vision_language import VisionLanguageModel

LOWEST, HIGHEST = 1e-3, 1e3


@dataclass(frozen=True, slots=True)
class Scale:
    """What a module puts out for a batch.

    Attributes:
        deviation: of all values.
        between: root mean square difference between pictures: what there is to learn from.
        alike: whether all of a picture's features are equal.
    """

    module: str
    deviation: float
    between: float
    alike: bool


def measure_scales(model: VisionLanguageModel, images: Mapping[str, Tensor]) -> list[Scale]:
    """Return the scales of every tower and the connector for different pictures."""
    was_training = model.training
    model.eval()
    with torch.no_grad():
        outputs = {f"towers.{name}": tower(images[name]) for name, tower in model.towers.items()}
        outputs["connector"] = model.connector(list(outputs.values()))
    model.train(was_training)
    return [_scale(name, output.float()) for name, output in outputs.items()]


def check_scales(scales: list[Scale]) -> None:
    """Raise `DeadModel` where a module puts out nothing, or the same for every place."""
    for one in scales:
        if not LOWEST <= one.deviation <= HIGHEST:
            raise DeadModel(
                f"{one.module} puts out values of deviation {one.deviation:.2g}, outside "
                f"{LOWEST:g} to {HIGHEST:g}: load weights, or set model.initializer_range (0.02)"
            )
        if one.alike:
            raise DeadModel(
                f"{one.module} gives the same feature for every place of a picture: its queries "
                "are equal; initialise them with different values"
            )


def _scale(name: str, output: Tensor) -> Scale:
    between = float((output - output.mean(dim=0, keepdim=True)).square().mean().sqrt())
    spread = float((output - output[:, :1]).abs().max())
    return Scale(name, float(output.std()), between, alike=spread == 0.0)
