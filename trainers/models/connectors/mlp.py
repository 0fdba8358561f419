"""Linear layers with GELU between them: CLIP + Qwen (two), LLaVA-1.5 (two)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from dataengine.errors import ConfigError
from dataengine.registry import near
from trainers.models.connector import Connector, Shapes
from trainers.recipe import ConnectorSettings

_OPTIONS = ("hidden", "layers", "std")


class Mlp(Connector):
    """A perceptron per feature.

    Args:
        hidden: width between layers.
        std: deviation of the weights at the start, biases zero; None: PyTorch's own.
    """

    def __init__(
        self, tokens: int, channels: int, width: int, layers: int, hidden: int, std: float | None
    ) -> None:
        super().__init__()
        widths = [channels, *[hidden] * (layers - 1), width]
        steps: list[nn.Module] = []
        for before, after in pairwise(widths):
            steps += [nn.Linear(before, after), nn.GELU()]
        self.project = nn.Sequential(*steps[:-1])
        self.tokens = tokens
        if std is not None:
            for step in self.project:
                if isinstance(step, nn.Linear):
                    nn.init.normal_(step.weight, std=std)
                    nn.init.zeros_(step.bias)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        (only,) = features
        projected: Tensor = self.project(only)
        return projected


def build(settings: ConnectorSettings, inputs: Shapes, width: int) -> Mlp:
    """Return the connector; raises `ConfigError` for more than one tower or a wrong option."""
    strange = sorted(set(settings.config) - set(_OPTIONS))
    if strange:
        raise ConfigError(f"connector mlp has no {strange[0]!r}{near(strange[0], list(_OPTIONS))}")
    if len(inputs) != 1:
        raise ConfigError(f"connector mlp joins one tower, not {len(inputs)}: channel_concat?")
    ((tokens, channels),) = inputs
    layers = settings.config.get("layers", 2)
    if not isinstance(layers, int) or layers < 1:
        raise ConfigError(f"connector mlp: layers must be a whole number above 0, not {layers!r}")
    hidden = settings.config.get("hidden", width)
    return Mlp(tokens, channels, width, layers, hidden, settings.config.get("std"))
