"""AdamW over the parameters that a stage trains, in groups by factor and decay."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from trainers.recipe import Optimiser

_NEVER_DECAYED = ("pos_embed", "rel_pos", "embed_positions", "position_embedding", "query_tokens")


def decays(name: str, parameter: nn.Parameter) -> bool:
    """Say whether weight decay applies: not to norms, biases, positions and queries."""
    return parameter.dim() > 1 and not any(one in name for one in _NEVER_DECAYED)


def make_optimiser(
    model: nn.Module, factors: Mapping[str, float], settings: Optimiser
) -> torch.optim.AdamW:
    """Return the optimiser; each group carries its `factor` on the learning rate.

    Args:
        factors: learned parameter -> factor, as `apply_freeze_map` returns them.
    """
    groups: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if name in factors:
            key = (factors[name], decays(name, parameter))
            groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "factor": factor,
                "weight_decay": settings.weight_decay if decayed else 0.0,
            }
            for (factor, decayed), parameters in sorted(groups.items(), key=lambda one: one[0])
        ],
        lr=settings.learning_rate,
        betas=settings.betas,
        eps=settings.epsilon,
        fused=next(model.parameters()).is_cuda,
    )


def set_learning_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Set the rate of every group, times its factor."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group["factor"]
