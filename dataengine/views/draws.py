"""Randomness of one sample in one view: a function of (seed, view's name, sample's id) and a key.

Options are drawn by rendezvous hashing: each gets a number of its own, which no other option
changes. So a new task or wording takes only the samples that it wins, and all others keep theirs.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dataengine.seeding import part_key

_MANTISSA = 53


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of one sample."""

    seed: int
    name: str
    id: str

    def uniform(self, *key: object) -> float:
        """Return a number above 0 and below 1 that belongs to a key."""
        text = "\0".join(map(str, (self.seed, self.name, self.id, *key)))
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        bits = int.from_bytes(digest, "big") >> (64 - _MANTISSA)
        return (bits + 0.5) / (1 << _MANTISSA)

    def ordered(self, weights: Mapping[str, float], *key: object) -> list[str]:
        """Return the options of a weight above zero in the order in which they are drawn.

        The first is drawn with its share of the weights, the next likewise of what is left
        (Efraimidis and Spirakis 2006).
        """
        keys = {
            option: -math.log(self.uniform(*key, option)) / weight
            for option, weight in weights.items()
            if weight > 0
        }
        return sorted(keys, key=lambda option: (keys[option], option))

    def generator(self, *key: object) -> np.random.Generator:
        """Return a generator that belongs to a key."""
        spawn = (part_key(self.name), part_key(self.id), part_key("\0".join(map(str, key))))
        sequence = np.random.SeedSequence(self.seed, spawn_key=spawn)
        return np.random.Generator(np.random.PCG64(sequence))
