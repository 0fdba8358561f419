"""Randomness as a pure function of (seed, part of the recipe, index): no global state anywhere."""

from __future__ import annotations

import hashlib

import numpy as np

_BLOCKS = 2
"""Third spawn key of blocks; units have none, and planning uses 1."""


def part_key(name: str) -> int:
    """Return a stable 64-bit key for the name of a part of a recipe."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def unit_rng(seed: int, part: str, index: int) -> np.random.Generator:
    """Return the generator of one unit: the same on every machine, worker and attempt."""
    sequence = np.random.SeedSequence(seed, spawn_key=(part_key(part), index))
    return np.random.Generator(np.random.PCG64(sequence))


def block_rng(seed: int, part: str, block: int) -> np.random.Generator:
    """Return the generator of what a block of units shares; apart from every unit's own."""
    sequence = np.random.SeedSequence(seed, spawn_key=(part_key(part), block, _BLOCKS))
    return np.random.Generator(np.random.PCG64(sequence))
