"""SAM's image encoder (ViTDet) with Vary's stride-2 convolutions behind it: the vision vocabulary.

Kirillov et al., "Segment Anything" (2023); Wei et al., "Vary" (2023), section 3.2.1: 1024 px, 64 x
64 x 256 behind SAM's neck, two bias-free 3 x 3 convolutions of stride 2, so 16 x 16 x 1024.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from torch import Tensor, nn
from transformers import SamVisionConfig, SamVisionModel

from dataengine.errors import ConfigError
from trainers.models.configs import make_config
from trainers.models.positions import sine_cosine
from trainers.models.relative_positions import fold
from trainers.models.tower import Tower
from trainers.recipe import TowerSettings


class SamVitDet(Tower):
    """The tower; `encoder` is transformers' own model."""

    def __init__(self, config: SamVisionConfig, downsample: tuple[int, ...], *, folded: bool):
        super().__init__()
        self.encoder = SamVisionModel(config)
        if folded:
            fold(self.encoder.vision_encoder)
        widths = (config.output_channels, *downsample)
        self.downsample = nn.ModuleList(
            nn.Conv2d(before, after, kernel_size=3, stride=2, padding=1, bias=False)
            for before, after in pairwise(widths)
        )
        self.image_size = int(config.image_size)
        side = self.image_size // int(config.patch_size)
        for _ in downsample:
            side = (side + 1) // 2
        self.tokens, self.channels = side * side, widths[-1]

    def forward(self, pixels: Tensor) -> Tensor:
        features: Tensor = self.encoder(pixels).last_hidden_state
        for convolution in self.downsample:
            features = convolution(features)
        return features.flatten(2).transpose(1, 2)

    def blocks(self) -> list[nn.Module]:
        return list(self.encoder.vision_encoder.layers)


def build(settings: TowerSettings, initializer_range: float) -> SamVitDet:
    """Return the tower with random weights.

    Raises:
        ConfigError: a value does not fit the architecture.
    """
    values: dict[str, Any] = {"initializer_range": initializer_range, **settings.config}
    positions = values.pop("positions", "zeros")
    if positions not in ("zeros", "sine_cosine"):
        raise ConfigError(f"sam_vitdet: positions are zeros or sine_cosine, not {positions!r}")
    config = make_config(SamVisionConfig, values, "sam_vitdet")
    if config.image_size % config.patch_size:
        raise ConfigError(
            f"sam_vitdet: image_size {config.image_size} is no multiple of {config.patch_size}"
        )
    tower = SamVitDet(config, settings.downsample, folded=settings.relative_positions == "folded")
    if positions == "sine_cosine":
        table = tower.encoder.vision_encoder.pos_embed
        _, height, width, channels = table.shape
        table.data.copy_(initializer_range * sine_cosine(height, width, channels)[None])
    return tower
