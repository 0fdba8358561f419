"""Applies drawn steps to pixels: what is on the paper, one warp, then light, lens, sensor, file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dataengine.degrade.backdrop import around
from dataengine.degrade.drawing import CANVAS, stage_of
from dataengine.degrade.effect import Stage, rng_of
from dataengine.degrade.effects import all_effects
from dataengine.degrade.encoding import jpeg, png, unpacked_grey
from dataengine.degrade.fields import brighten, grey
from dataengine.degrade.warp import Warp, resampled
from dataengine.imaging import Pixels

WRITTEN = "jpeg"
"""The effect that writes the file; without it, the picture is a PNG."""
Maps = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
Steps = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A worn picture.

    Attributes:
        image: its file.
        image_format: "jpeg" or "png".
        grey: grey levels of what the file shows.
        warp: where the points of the page went; None if nothing moved.
        maps: for each pixel, where on the page it was taken; None likewise.
    """

    image: bytes
    image_format: str
    grey: Pixels
    warp: Warp | None
    maps: Maps | None


def warp_of(size: tuple[int, int], steps: Steps) -> Warp | None:
    """Return the map of a page of a width and height under steps; None if nothing moves."""
    canvas = next((step for step in steps if step["name"] == CANVAS), None)
    if canvas is None:
        return None
    bends = {one["name"]: one for one in steps if stage_of(one["name"]) is Stage.BEND}
    return Warp.of(size, bends, canvas)


def apply_steps(pixels: Pixels, steps: Steps, warp: Warp | None) -> Result:
    """Apply steps to a picture; `warp` is what `warp_of` gives for them."""
    maps = None
    written = next((one for one in steps if one["name"] == WRITTEN), None)
    for step in steps:
        name = step["name"]
        if name == CANVAS and warp is not None:
            maps = warp.maps()
            pixels = _moved(pixels, warp, maps, step)
        elif name != CANVAS and (apply := all_effects()[name].apply) is not None:
            pixels = np.ascontiguousarray(apply(pixels, step))
    if written is None:
        return Result(png(pixels), "png", grey(pixels), warp, maps)
    data = jpeg(pixels, written)
    return Result(data, "jpeg", unpacked_grey(data), warp, maps)


def _moved(pixels: Pixels, warp: Warp, maps: Maps, canvas: Mapping[str, Any]) -> Pixels:
    if warp.curl is not None:
        shade = warp.curl.shade
        pixels = brighten(pixels, shade[None, :] if warp.curl.along == 0 else shade[:, None])
    page = resampled(pixels, maps)
    return around(page, warp.mask(), canvas["backdrop"], rng_of(canvas))
