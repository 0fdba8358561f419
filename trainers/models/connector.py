"""What a connector does: features of all towers become a sequence in the language model's width."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from torch import Tensor, nn

Shapes = Sequence[tuple[int, int]]
"""Of each tower: features per picture, and their width."""


class Connector(nn.Module):
    """A connector; `tokens` is how many features it gives per picture."""

    tokens: int

    @abstractmethod
    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return (B, tokens, width) for one (B, tokens, channels) per tower, in their order."""
