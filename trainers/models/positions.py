"""Position embeddings: two-dimensional sines and cosines, and stretched learned ones."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def sine_cosine(height: int, width: int, channels: int) -> Tensor:
    """Return (height, width, channels): half for the row, half for the column.

    As in the ViT of He et al., "Masked Autoencoders Are Scalable Vision Learners" (2021).

    Raises:
        ValueError: `channels` is no multiple of four.
    """
    if channels % 4:
        raise ValueError(f"{channels} channels cannot be cut into four equal parts")
    frequencies = 1.0 / 10000 ** (torch.arange(channels // 4, dtype=torch.float64) * 4 / channels)

    def axis(length: int) -> Tensor:
        angles = torch.arange(length, dtype=torch.float64)[:, None] * frequencies
        return torch.cat([angles.sin(), angles.cos()], dim=1)

    rows = axis(height)[:, None].expand(-1, width, -1)
    columns = axis(width)[None].expand(height, -1, -1)
    return torch.cat([rows, columns], dim=2).float()


def stretch(table: Tensor, length: int) -> Tensor:
    """Return (length, channels) from learned positions of (n, channels), by linear interpolation.

    Vary-tiny stretches OPT's 2048 positions to 4096 this way (Vary, 2023, section 3.2.2); its code
    does not, and fails on longer sequences.
    """
    moved = F.interpolate(table.T[None], size=length, mode="linear", align_corners=True)
    return moved[0].T.contiguous()
