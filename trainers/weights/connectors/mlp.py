"""A perceptron: what it can be loaded from."""

from __future__ import annotations

from collections.abc import Sequence

from trainers.weights.names import Source
from trainers.weights.sources import llava


def sources(towers: Sequence[str]) -> tuple[Source, ...]:
    """Return the families that a perceptron can be loaded from; `towers` are the kinds."""
    return llava.PROJECTORS
