"""Draws what is done to a picture: a list of steps in plain JSON, from a profile and a strength.

Every effect has a generator of its own, from the sample's key and the effect's name: to switch one
off, or to repeat with less strength, changes nothing in what the others draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dataengine.degrade.effect import PX, Stage
from dataengine.degrade.effects import all_effects
from dataengine.degrade.profiles import Member, Profile
from dataengine.seeding import part_key

Step = dict[str, Any]
CANVAS = "canvas"
_DIGITS = 4


class Key:
    """What all draws for one sample hang on: the seed, who asks, and the sample's id."""

    def __init__(self, seed: int, name: str, sample: str) -> None:
        self._seed = seed
        self._keys = (part_key(name), part_key(sample))

    def rng(self, *more: str) -> np.random.Generator:
        """Return the sample's generator, or one of its own for each thing that is named."""
        keys = (*self._keys, *(part_key(one) for one in more))
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self._seed, spawn_key=keys))
        )


def pick(weights: Mapping[str, float], rng: np.random.Generator) -> str:
    """Draw a name by weight; the order in which they are written does not matter."""
    names = sorted(name for name in weights if weights[name] > 0)
    shares = np.cumsum([weights[name] for name in names])
    return names[int(np.searchsorted(shares, rng.random() * shares[-1], side="right"))]


def draw_steps(
    profile: Profile, strength: float, key: Key, *, unit: float, limit_px: int, off: Iterable[str]
) -> list[Step]:
    """Draw the steps of a profile, in the order in which they are applied.

    Args:
        strength: 0 … 1.
        unit: what parameters in pixels are multiplied by: 1 for text 12 px high.
        limit_px: longest side of the canvas; 0 for none.
        off: effects that are not used.
    """
    skipped = set(off)
    steps = [
        _drawn(name, profile.effects[name], strength, key.rng(name), unit)
        for name in all_effects()
        if name in profile.effects and name not in skipped
    ]
    taken = [step for step in steps if step is not None]
    if any(all_effects()[step["name"]].stage is Stage.BEND for step in taken):
        taken.append(_canvas(profile, key.rng(CANVAS), limit_px))
    return sorted(taken, key=lambda step: stage_of(step["name"]))


def stage_of(name: str) -> Stage:
    """Return when a step happens; the canvas is cut where the page is bent."""
    return Stage.BEND if name == CANVAS else all_effects()[name].stage


def _drawn(
    name: str, member: Member, strength: float, rng: np.random.Generator, unit: float
) -> Step | None:
    there = rng.random() < member.chance
    step: Step = {"name": name}
    for key, (weak, strong) in member.ranges.items():
        value = weak + (strong - weak) * strength * rng.random()
        step[key] = round(value * unit if key.endswith(PX) else value, _DIGITS)
    step["seed"] = int(rng.integers(2**32))
    return step if there else None


def _canvas(profile: Profile, rng: np.random.Generator, limit_px: int) -> Step:
    low, high = profile.canvas.margin
    return {
        "name": CANVAS,
        "backdrop": pick(profile.canvas.backdrop, rng),
        "margin": round(low + (high - low) * rng.random(), _DIGITS),
        "limit_px": limit_px,
        "seed": int(rng.integers(2**32)),
    }
