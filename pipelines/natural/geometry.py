"""What becomes of a picture's size, and of the boxes on it; nothing of it is hidden."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from dataengine.imaging import Pixels

Fit = Literal["keep", "squash", "pad", "crop"]
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels, x1 and y1 exclusive."""

PAD_GREY = 127


@dataclass(frozen=True, slots=True)
class Placement:
    """How an upright picture lies in the stored one.

    Attributes:
        original: width and height of the upright picture.
        shown: the part of it that is stored, in its own pixels.
        scale_x, scale_y: stored pixels per pixel of the original.
        left, top: where the shown part begins in the stored picture.
        inner: width and height of the shown part, stored.
        width, height: of the stored picture.
    """

    original: tuple[int, int]
    shown: tuple[int, int, int, int]
    scale_x: float
    scale_y: float
    left: int
    top: int
    inner: tuple[int, int]
    width: int
    height: int

    @property
    def untouched(self) -> bool:
        """Whether the stored picture is the original."""
        return (self.width, self.height) == self.original and self.inner == self.original

    @property
    def whole(self) -> bool:
        """Whether nothing of the original was cut away."""
        return self.shown == (0, 0, *self.original)

    def draw(self, pixels: Pixels) -> Pixels:
        """Return the stored picture."""
        if self.untouched:
            return pixels
        picture = Image.fromarray(pixels)
        drawn = picture.resize(self.inner, Image.Resampling.LANCZOS, box=self.shown)
        if self.inner == (self.width, self.height):
            return np.asarray(drawn)
        canvas = Image.new(
            picture.mode, (self.width, self.height), (PAD_GREY,) * len(picture.getbands())
        )
        canvas.paste(drawn, (self.left, self.top))
        return np.asarray(canvas)

    def box(self, box: Box) -> tuple[tuple[int, int, int, int], float] | None:
        """Move a box from the original; return its whole pixels and which share of it is left.

        None: nothing of it lies in the stored picture.
        """
        x0, y0, x1, y1 = box
        area = (x1 - x0) * (y1 - y0)
        if not area > 0:
            return None
        low_x, low_y, high_x, high_y = self.shown
        cut = max(x0, low_x), max(y0, low_y), min(x1, high_x), min(y1, high_y)
        if not (cut[0] < cut[2] and cut[1] < cut[3]):
            return None
        share = (cut[2] - cut[0]) * (cut[3] - cut[1]) / area
        across = _whole((cut[0] - low_x) * self.scale_x, (cut[2] - low_x) * self.scale_x)
        down = _whole((cut[1] - low_y) * self.scale_y, (cut[3] - low_y) * self.scale_y)
        x_first, x_last = _within(across, self.inner[0])
        y_first, y_last = _within(down, self.inner[1])
        moved = x_first + self.left, y_first + self.top, x_last + self.left, y_last + self.top
        return moved, share

    def facts(self, fit: Fit) -> Mapping[str, object]:
        """Return what was done, as plain data."""
        return {
            "fit": fit,
            "original": list(self.original),
            "crop": list(self.shown),
            "scale": [round(self.scale_x, 6), round(self.scale_y, 6)],
            "offset": [self.left, self.top],
        }


def place(fit: Fit, size: int, width: int, height: int) -> Placement:
    """Decide how a picture of this width and height is stored."""
    whole = (0, 0, width, height)
    if fit == "crop":
        side = min(width, height)
        x, y = (width - side) // 2, (height - side) // 2
        return _placed((width, height), (x, y, x + side, y + side), (size, size), (size, size))
    if fit == "squash":
        return _placed((width, height), whole, (size, size), (size, size))
    scale = size / max(width, height)
    if fit == "keep":
        scale = min(1.0, scale)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    return _placed((width, height), whole, inner, (size, size) if fit == "pad" else inner)


def upright(box: Box, orientation: int, size: tuple[int, int]) -> Box:
    """Turn a box as Exif's orientation turns its picture of this width and height."""
    width, height = size
    x0, y0, x1, y1 = box
    (ax, ay), (bx, by) = (
        _turned(x, y, orientation, width, height) for x, y in ((x0, y0), (x1, y1))
    )
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _turned(x: float, y: float, orientation: int, width: int, height: int) -> tuple[float, float]:
    return {
        2: (width - x, y),
        3: (width - x, height - y),
        4: (x, height - y),
        5: (y, x),
        6: (height - y, x),
        7: (height - y, width - x),
        8: (y, width - x),
    }.get(orientation, (x, y))


def _placed(
    original: tuple[int, int],
    shown: tuple[int, int, int, int],
    inner: tuple[int, int],
    canvas: tuple[int, int],
) -> Placement:
    return Placement(
        original,
        shown,
        inner[0] / (shown[2] - shown[0]),
        inner[1] / (shown[3] - shown[1]),
        (canvas[0] - inner[0]) // 2,
        (canvas[1] - inner[1]) // 2,
        inner,
        canvas[0],
        canvas[1],
    )


def _whole(low: float, high: float) -> tuple[int, int]:
    # COCO's floats have two decimals; 12.0000001 after scaling is still pixel 12.
    return math.floor(low + 1e-6), math.ceil(high - 1e-6)


def _within(span: Sequence[int], length: int) -> tuple[int, int]:
    """Return a span of at least one pixel inside 0 to `length`."""
    low = min(max(0, span[0]), length - 1)
    return low, min(max(low + 1, span[1]), length)
