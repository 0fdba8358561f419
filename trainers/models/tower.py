"""What a vision tower gives: a sequence of features for each picture."""

from __future__ import annotations

from abc import abstractmethod

from torch import Tensor, nn


class Tower(nn.Module):
    """A vision tower.

    Attributes:
        tokens: features per picture.
        channels: width of a feature.
        image_size: side of the square that it sees, px.
    """

    tokens: int
    channels: int
    image_size: int

    @abstractmethod
    def forward(self, pixels: Tensor) -> Tensor:
        """Return (B, tokens, channels) for normalised (B, 3, image_size, image_size)."""

    @abstractmethod
    def blocks(self) -> list[nn.Module]:
        """Return the transformer blocks, for activation checkpointing and sharding."""
