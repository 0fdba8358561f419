"""Low-rank adaption of linear layers: Hu et al., "LoRA" (2021)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from dataengine.errors import ConfigError
from dataengine.registry import near
from trainers.recipe import Lora


class LoraLinear(nn.Module):
    """A frozen linear layer plus a learned product of two narrow ones, zero at the start."""

    def __init__(self, base: nn.Linear, settings: Lora) -> None:
        super().__init__()
        self.base = base
        self.scale = settings.alpha / settings.rank
        weight = base.weight
        self.lora_down = nn.Parameter(weight.new_empty(settings.rank, base.in_features))
        self.lora_up = nn.Parameter(weight.new_zeros(base.out_features, settings.rank))
        self.dropout = nn.Dropout(settings.dropout)
        nn.init.kaiming_uniform_(self.lora_down, a=math.sqrt(5))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return (…, out_features) for (…, in_features)."""
        change = self.dropout(inputs) @ self.lora_down.T @ self.lora_up.T
        result: Tensor = self.base(inputs) + self.scale * change
        return result

    def merged(self) -> nn.Linear:
        """Return the one linear layer that computes the same (without dropout)."""
        with torch.no_grad():
            self.base.weight += self.scale * (self.lora_up @ self.lora_down)
        return self.base


def add_lora(model: nn.Module, settings: Lora) -> list[str]:
    """Wrap the linear layers of a language model that are named; return the names of their places.

    Raises:
        ConfigError: a name is that of no linear layer.
    """
    wrapped: list[str] = []
    found: set[str] = set()
    for path, module in list(model.named_modules()):
        for name, child in list(module.named_children()):
            if name in settings.targets and isinstance(child, nn.Linear):
                setattr(module, name, LoraLinear(child, settings))
                wrapped.append(f"{path}.{name}".lstrip("."))
                found.add(name)
    lost = sorted(set(settings.targets) - found)
    if lost:
        layers = (path for path, one in model.named_modules() if type(one) is nn.Linear)
        known = sorted({path.split(".")[-1] for path in layers})
        raise ConfigError(f"lora: no linear layer is called {lost[0]!r}{near(lost[0], known)}")
    return wrapped


def merge_lora(model: nn.Module) -> None:
    """Put every wrapped layer back as the plain layer that computes the same."""
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, LoraLinear):
                setattr(module, name, child.merged())
