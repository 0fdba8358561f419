"""Two towers side by side: what the linear layers can be loaded from."""

from __future__ import annotations

from collections.abc import Sequence

from trainers.weights.names import Source
from trainers.weights.sources import vary


def sources(towers: Sequence[str]) -> tuple[Source, ...]:
    """Return the families that the layers can be loaded from.

    Args:
        towers: their kinds, in the recipe's order. Vary puts CLIP's half before SAM's, and its
            language model was trained with that: in another order nothing of Vary fits.
    """
    return vary.PAIRS if list(towers) == ["clip", "sam_vitdet"] else ()
