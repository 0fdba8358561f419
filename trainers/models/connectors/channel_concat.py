"""Vary-base's connector: each tower gets a linear layer to its share of the width, side by side.

Wei et al., "Vary" (2023), section 3.3: two towers of 256 x 1024, each brought to half of the width
of the language model, concatenated on the channels.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from dataengine.errors import ConfigError
from trainers.models.connector import Connector, Shapes
from trainers.recipe import ConnectorSettings


class ChannelConcat(Connector):
    """A linear layer per tower; features of the same place stand side by side."""

    def __init__(self, inputs: Shapes, width: int) -> None:
        super().__init__()
        share = width // len(inputs)
        self.project = nn.ModuleList(nn.Linear(channels, share) for _, channels in inputs)
        self.tokens = inputs[0][0]

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        parts = [layer(one) for layer, one in zip(self.project, features, strict=True)]
        return torch.cat(parts, dim=-1)


def build(settings: ConnectorSettings, inputs: Shapes, width: int) -> ChannelConcat:
    """Return the connector.

    Raises:
        ConfigError: the towers give different numbers of features, or the width cannot be shared.
    """
    if settings.config:
        raise ConfigError(f"connector channel_concat takes no config: {sorted(settings.config)}")
    counts = sorted({tokens for tokens, _ in inputs})
    if len(counts) != 1:
        raise ConfigError(f"channel_concat joins features of the same places, not {counts} of them")
    if width % len(inputs):
        raise ConfigError(f"a width of {width} cannot be shared by {len(inputs)} towers")
    return ChannelConcat(inputs, width)
