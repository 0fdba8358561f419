"""SAM's decomposed relative positions, folded exactly into wider queries and keys.

The reference (Li et al., "MViTv2", 2021, equation 4) adds to every attention score a row term and a
column term, as a bias of (heads, tokens, tokens): 400 MB per picture and global layer at 1024 px
in bf16. Both terms are inner products of the query with the row of a table that the key's place
picks:

    q' = [q * scale, q . table_rows, q . table_columns]     k' = [k, onehot(row), onehot(column)]

so q' . k' is the biased score, and attention needs neither bias nor mask.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class FoldedAttention(nn.Module):
    """SAM's attention with its own parameters under their own names, so that weights fit both.

    Args:
        reference: transformers' `SamVisionAttention`, whose parameters are taken over.
    """

    def __init__(self, reference: Any) -> None:
        super().__init__()
        self.num_attention_heads: int = reference.num_attention_heads
        self.scale: float = reference.scale
        self.qkv, self.proj = reference.qkv, reference.proj
        self.rel_pos_h, self.rel_pos_w = reference.rel_pos_h, reference.rel_pos_w

    def forward(
        self, hidden_states: Tensor, output_attentions: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        """Return (B, H, W, C) for (B, H, W, C), and no attention weights.

        Raises:
            ValueError: weights are asked for.
        """
        if output_attentions:
            raise ValueError("folded attention gives no weights; use relative_positions: reference")
        batch, height, width, _ = hidden_states.shape
        heads = self.num_attention_heads
        qkv = self.qkv(hidden_states).reshape(batch, height * width, 3, heads, -1)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        size = query.shape[-1]
        wide_query = torch.cat([query * self.scale, *self._terms(query, height, width)], dim=-1)
        wide_key = torch.cat([key, _places(height, width, key).expand(batch, heads, -1, -1)], -1)
        if value.is_cuda:  # the fused kernels want one width
            value = F.pad(value, (0, wide_key.shape[-1] - size))
        mixed = F.scaled_dot_product_attention(wide_query, wide_key, value, scale=1.0)[..., :size]
        joined: Tensor = self.proj(mixed.transpose(1, 2).reshape(batch, height, width, -1))
        return joined, None

    def _terms(self, query: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
        """Return the row terms (B, heads, H*W, H) and the column terms (B, heads, H*W, W)."""
        grid = query.reshape(*query.shape[:2], height, width, -1)
        rows = torch.einsum("bnhwc,hkc->bnhwk", grid, _table(self.rel_pos_h, height))
        columns = torch.einsum("bnhwc,wkc->bnhwk", grid, _table(self.rel_pos_w, width))
        return rows.flatten(2, 3), columns.flatten(2, 3)


def fold(encoder: Any) -> None:
    """Replace the attention of every layer of a `SamVisionEncoder`."""
    for layer in encoder.layers:
        layer.attn = FoldedAttention(layer.attn)


def _table(relative: Tensor, size: int) -> Tensor:
    """Return (size, size, C): row q, column k is the embedding of the distance from q to k."""
    wanted = 2 * size - 1
    if relative.shape[0] != wanted:
        relative = F.interpolate(relative.T[None], size=wanted, mode="linear")[0].T
    places = torch.arange(size, device=relative.device)
    return relative[places[:, None] - places[None, :] + size - 1]


def _places(height: int, width: int, like: Tensor) -> Tensor:
    """Return (1, 1, H*W, H + W): which row and which column each key stands in."""
    rows = torch.eye(height, device=like.device, dtype=like.dtype)
    columns = torch.eye(width, device=like.device, dtype=like.dtype)
    both = (rows.repeat_interleave(width, dim=0), columns.repeat(height, 1))
    return torch.cat(both, dim=1)[None, None]
