"""How much a recipe computes: floating-point operations by formula, and what they cost in time.

Two operations per multiply-add; a backward pass takes twice a forward one; what is frozen and has
nothing learned before it goes forward only. Attention of the language model counts half, as it is
causal. Softmax, norms and activations are left out (below 1 %).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from trainers.models.towers.clip import Clip
from trainers.models.towers.sam_vitdet import SamVitDet
from trainers.models.vision_language import VisionLanguageModel

PEAK_FLOPS = {"A100": 312e12, "H100": 989e12, "H200": 989e12}
"""Dense bf16 operations per second, by NVIDIA's data sheets."""

_LESSER_FLOPS = {"H100 PCIe": 756e12, "H100 NVL": 835e12}
"""Of devices that share a name with faster ones."""

USUAL_SHARE = 0.4
"""Of the peak; what well-made training loops reach."""


@dataclass(frozen=True, slots=True)
class Flops:
    """Operations per picture and per sequence, forward.

    Attributes:
        towers: tower -> operations for one picture.
        connector: operations for one picture.
        language_token: operations for one token, without attention's products.
        language_attention: operations for one pair of tokens in attention, over all layers.
    """

    towers: dict[str, float]
    connector: float
    language_token: float
    language_attention: float

    def forward(self, tokens: int) -> float:
        """Return the operations of one sequence with one picture, forward."""
        return sum(self.towers.values()) + self.connector + self.language(tokens)

    def language(self, tokens: int) -> float:
        """Return the language model's share."""
        return tokens * self.language_token + tokens * tokens / 2 * self.language_attention

    def training(self, tokens: int, learning: set[str]) -> float:
        """Return the operations of one sequence, forward and backward.

        Args:
            learning: towers that learn; connector and language model always count in full,
                because gradients go through them.
        """
        towers = sum(value * (3 if name in learning else 1) for name, value in self.towers.items())
        return towers + 3 * (self.connector + self.language(tokens))


def count(model: VisionLanguageModel) -> Flops:
    """Return a model's operations; it may lie on the meta device."""
    return Flops(
        {name: _tower(tower) for name, tower in model.towers.items()},
        2.0 * _weights(model.connector) * model.image_tokens,
        2.0 * _linear_weights(model.language),
        _attention_pair(model.language.config),
    )


def hours(operations: float, device: str, share: float = USUAL_SHARE) -> float:
    """Return how long operations take on one device, at a share of its peak."""
    return operations / (PEAK_FLOPS[device] * share) / 3600


def device_peak(device: torch.device) -> float | None:
    """Return the peak of a CUDA device that is known, in operations per second."""
    if device.type != "cuda":
        return None
    name = torch.cuda.get_device_name(device)
    peaks = (_LESSER_FLOPS | PEAK_FLOPS).items()
    return next((peak for known, peak in peaks if known in name), None)


def _tower(tower: nn.Module) -> float:
    if isinstance(tower, SamVitDet):
        return _sam(tower)
    assert isinstance(tower, Clip)
    config = tower.encoder.config
    places = tower.tokens + 1
    linear = _linear_weights(tower.encoder) * places
    patches = config.hidden_size * 3 * config.patch_size**2 * tower.tokens
    products = 2 * config.num_hidden_layers * places**2 * config.hidden_size
    total: float = 2.0 * (linear + patches + products)
    return total


def _sam(tower: SamVitDet) -> float:
    config = tower.encoder.config
    side = int(config.image_size) // int(config.patch_size)
    width, products, relative, windowed = config.hidden_size, 0, 0, 0
    for number, layer in enumerate(tower.blocks()):
        local = number not in config.global_attn_indexes
        window = config.window_size if local else side
        padded = -(-side // window) * window
        places = padded * padded
        attention: Any = layer.attn
        windowed += places * (attention.qkv.weight.numel() + attention.proj.weight.numel())
        windowed += side * side * _linear_weights(layer.mlp)  # type: ignore[arg-type]
        products += 2 * places * window * window * width
        relative += places * 2 * window * width
    patches = side * side * width * 3 * int(config.patch_size) ** 2
    neck = side * side * _weights_of_convolutions(tower.encoder.vision_encoder.neck)
    behind = 0
    for convolution in tower.downsample:
        side = (side + 1) // 2
        behind += side * side * convolution.weight.numel()  # type: ignore[operator]
    total: float = 2.0 * (windowed + products + relative + patches + neck + behind)
    return total


def _attention_pair(config: Any) -> float:
    """Return the operations per pair of tokens: scores and mixing, over all layers."""
    heads = config.num_attention_heads
    size = getattr(config, "head_dim", None) or config.hidden_size // heads
    total: float = 4.0 * config.num_hidden_layers * heads * size
    return total


def _weights(module: nn.Module) -> int:
    return sum(one.numel() for one in module.parameters() if one.dim() > 1)


def _linear_weights(module: nn.Module) -> int:
    """Count weights that every token is multiplied with; a tied output layer counts once."""
    return sum(one.weight.numel() for one in module.modules() if isinstance(one, nn.Linear))


def _weights_of_convolutions(module: Any) -> int:
    return sum(one.weight.numel() for one in module.modules() if isinstance(one, nn.Conv2d))
