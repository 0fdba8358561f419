"""What an effect is: a name, a stage, ranges of parameters, and a pure function on pixels.

Parameters are plain JSON: numbers drawn from the ranges, and a seed from which the effect takes
whatever else it needs (directions, places). The same pixels and parameters give the same pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from dataengine.imaging import Pixels

Params = Mapping[str, Any]
Range = tuple[float, float]

PX = "_px"
"""Ending of the names of parameters in pixels: they grow with the size of the text."""


class Stage(IntEnum):
    """When an effect happens on the way from the printer to the file; effects are sorted by it."""

    PRINT = 0
    PAPER = 1
    BEND = 2
    LIGHT = 3
    LENS = 4
    SENSOR = 5
    FILE = 6


@dataclass(frozen=True, slots=True)
class Effect:
    """One kind of wear.

    Attributes:
        name: what profiles, settings and records call it.
        stage: when it happens.
        about: what it looks like, for the docs.
        ranges: parameter -> values at no strength and at full strength; a profile may change them.
            A drawn value lies between the first and as far towards the second as the strength says.
        apply: pixels (grey or RGB) and drawn parameters to new pixels of the same height and
            width, perhaps RGB where grey came in; None for those that bend the page
            (`dataengine.degrade.warp`) or write the file (`dataengine.degrade.encoding`).
        loses_colour: whether the picture is grey afterwards.
    """

    name: str
    stage: Stage
    about: str
    ranges: Mapping[str, Range]
    apply: Callable[[Pixels, Params], Pixels] | None = None
    loses_colour: bool = False


def rng_of(params: Params) -> np.random.Generator:
    """Return the generator of an effect's own draws."""
    return np.random.Generator(np.random.PCG64(int(params["seed"])))
