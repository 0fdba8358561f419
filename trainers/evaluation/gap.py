"""The vision gap of a checkpoint: how much worse it is when each picture is another's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from trainers.data.batches import Preparer
from trainers.data.source import Source
from trainers.evaluation.loading import Loaded
from trainers.loop.distributed import World
from trainers.loop.held_out import HeldOut
from trainers.loop.stepping import Stepper


@dataclass(frozen=True, slots=True)
class Gap:
    """Losses per learned token, nats.

    Attributes:
        loss: with each picture its own text.
        gap: with another's, minus `loss`. Near 0 the model recites its language prior.
        examples: how many it was measured with, at most.
    """

    loss: float
    gap: float
    examples: int


def vision_gap(loaded: Loaded, source: Source, examples: int) -> Gap:
    """Measure the gap on the first examples of a source, the answers given.

    Examples that cannot be used, such as those that are too long, are left out.

    Args:
        examples: how many; the source has as many or more.

    Raises:
        TrainError: fewer than two can be used.
    """
    data = loaded.recipe.data.model_copy(update={"on_bad_sample": "skip", "too_long": "skip"})
    preparer = Preparer(loaded.layout, data, loaded.model.image_tokens, loaded.towers)
    held_out = HeldOut(
        source, preparer, loaded.layout, np.arange(examples),
        count=examples, transcripts=0, max_new_tokens=1,
    )  # fmt: skip
    never = torch.optim.SGD(loaded.model.parameters(), lr=0.0)  # a stepper has one; none is taken
    world = World(0, 1, loaded.device)
    stepper = Stepper(loaded.model, never, world, loaded.towers, loaded.bf16, None)
    measured = held_out.measure(stepper)
    return Gap(measured.loss, measured.vision_gap, examples)
