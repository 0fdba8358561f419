"""CLIP's vision transformer: Radford et al., "Learning Transferable Visual Models" (2021).

Vary-base takes the features before the last layer, without the class token: 256 x 1024 at 224 px.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from transformers import CLIPVisionConfig, CLIPVisionModel

from dataengine.errors import ConfigError
from trainers.models.configs import make_config
from trainers.models.tower import Tower
from trainers.recipe import TowerSettings

LARGE_14: dict[str, Any] = {
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "patch_size": 14,
    "image_size": 224,
}
"""CLIP-L/14 at 224 px; transformers' own defaults are those of CLIP-B/32."""


class Clip(Tower):
    """The tower; `encoder` is transformers' own model.

    Args:
        layer: which hidden layer's features are taken: -1 the last, -2 the one before.
    """

    def __init__(self, config: CLIPVisionConfig, layer: int) -> None:
        super().__init__()
        if not -config.num_hidden_layers <= layer <= -1:
            raise ConfigError(f"clip: layer {layer} of {config.num_hidden_layers}, counted from -1")
        self.encoder = CLIPVisionModel(config)
        self.layer = layer
        self.image_size = int(config.image_size)
        self.tokens = (self.image_size // int(config.patch_size)) ** 2
        self.channels = int(config.hidden_size)

    def forward(self, pixels: Tensor) -> Tensor:
        hidden = self.encoder(pixels, output_hidden_states=True).hidden_states
        features: Tensor = hidden[self.layer]
        return features[:, 1:]

    def blocks(self) -> list[nn.Module]:
        return list(self.encoder.encoder.layers)


def build(settings: TowerSettings, initializer_range: float) -> Clip:
    """Return the tower with random weights; raises `ConfigError` as `Clip`."""
    config = make_config(CLIPVisionConfig, {**LARGE_14, **settings.config}, "clip")
    return Clip(config, settings.layer)
