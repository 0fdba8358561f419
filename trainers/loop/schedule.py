"""The learning rate: a linear warm-up, then half a cosine down to the final rate."""

from __future__ import annotations

import math

from trainers.recipe import Optimiser


def learning_rate(settings: Optimiser, step: int, steps: int) -> float:
    """Return the learning rate of a step.

    Args:
        step: from 0.
        steps: of the whole stage.
    """
    warmup = warmup_steps(settings, steps)
    if step < warmup:
        share = (step + 1) / warmup
        return settings.warmup_from + share * (settings.learning_rate - settings.warmup_from)
    share = min(1.0, (step - warmup) / max(1, steps - warmup))
    span = settings.learning_rate - settings.final_learning_rate
    return settings.final_learning_rate + span * (1 + math.cos(math.pi * share)) / 2


def warmup_steps(settings: Optimiser, steps: int) -> int:
    """Return how many steps the warm-up takes; never more than the stage has."""
    wanted = settings.warmup_steps
    return min(steps, round(settings.warmup_share * steps) if wanted is None else wanted)
