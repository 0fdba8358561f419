"""One linear layer: Vary-tiny, BLIP-2's `opt_proj`, MiniGPT-4's `llama_proj`."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from dataengine.errors import ConfigError
from trainers.models.connector import Connector, Shapes
from trainers.recipe import ConnectorSettings


class Linear(Connector):
    """A linear layer per feature."""

    def __init__(self, tokens: int, channels: int, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(channels, width)
        self.tokens = tokens

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        (only,) = features
        projected: Tensor = self.project(only)
        return projected


def build(settings: ConnectorSettings, inputs: Shapes, width: int) -> Linear:
    """Return the connector; raises `ConfigError` for more than one tower or any option."""
    if settings.config:
        raise ConfigError(f"connector linear takes no config, not {sorted(settings.config)}")
    if len(inputs) != 1:
        raise ConfigError(f"connector linear joins one tower, not {len(inputs)}: channel_concat?")
    ((tokens, channels),) = inputs
    return Linear(tokens, channels, width)
