"""Position tables for other sizes: what a tower trained at one resolution has at another."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def resize_grid(table: Tensor, side: int, *, antialias: bool) -> Tensor:
    """Return (1, side, side, C) from positions of (1, H, W, C), bicubically.

    Args:
        antialias: true as `DeepseekOcr2SamVisionEncoder` of transformers does, so that a smaller
            table does not alias; false as its `CLIPVisionEmbeddings` does.
    """
    moved = F.interpolate(
        table.float().permute(0, 3, 1, 2),
        size=(side, side),
        mode="bicubic",
        align_corners=False,
        antialias=antialias,
    )
    return moved.permute(0, 2, 3, 1).contiguous()


def resize_relative(table: Tensor, length: int) -> Tensor:
    """Return (length, C) from relative positions of (2 * side - 1, C), linearly.

    As SAM's own code does where the table does not fit the picture (`get_rel_pos`).
    """
    return F.interpolate(table.float().T[None], size=length, mode="linear")[0].T.contiguous()


def resize_with_class(table: Tensor, rows: int) -> Tensor | None:
    """Return (rows, C) from (1 + n², C): the class token's row is kept, the square is resized.

    None where either is no square with one row before it.
    """
    before, after = math.isqrt(table.shape[0] - 1), math.isqrt(rows - 1)
    if before**2 + 1 != table.shape[0] or after**2 + 1 != rows:
        return None
    grid = table[1:].reshape(1, before, before, -1)
    square = resize_grid(grid, after, antialias=False).reshape(after * after, -1)
    return torch.cat([table[:1].float(), square])
