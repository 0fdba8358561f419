"""What drawing a chart gives: pixels, every text and shape that was drawn, and what was read back.

All coordinates are pixels of the picture, x to the right and y down, as floats: pixel (0, 0) covers
the square from (0, 0) to (1, 1). `order` counts drawing operations: what has a greater order was
painted later, so on top.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
Colour = tuple[int, int, int]

FaultReason = Literal["error", "timeout", "memory", "size", "unsupported", "crash"]


class ChartFault(Exception):
    """A chart cannot be drawn. It says nothing about the next one.

    Attributes:
        reason: "error" (the option is wrong or its code throws), "timeout", "memory", "size" (too
            many drawing operations, too much text, or a picture that is too large), "unsupported"
            (needs a browser), "crash" (the JavaScript engine or the browser is gone).
        detail: what is known beyond that, in one line.
    """

    def __init__(self, reason: FaultReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: FaultReason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class DrawnText:
    """One string as one call painted it; a label of several lines or styles is several of these.

    Attributes:
        string: the text as drawn.
        box: x0, y0, x1, y1 of its ink, axis-aligned; empty boxes (x0 == x1) have no ink (spaces).
        corners: the ink's rectangle in the text's own direction: top left, top right, bottom
            right, bottom left as one reads it.
        angle: degrees that the text is turned clockwise; 0 for upright.
        size_px: size of the font in pixels.
        bold: whether it is set in the bold faces.
        colour: red, green, blue, 0-255; the first stop of a gradient.
        alpha: opacity, 0 to 1.
        order: which drawing operation it was.
        missing: the characters for which no face has a glyph; a box stands in their place.
        clipped: whether a clip region or the picture's edge cuts its ink.
    """

    string: str
    box: Box
    corners: Corners
    angle: float
    size_px: float
    bold: bool
    colour: Colour
    alpha: float
    order: int
    missing: str = ""
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class Shapes:
    """The fills, strokes and images of a picture in drawing order, one row each.

    Attributes:
        order: (n,) int32, which drawing operation.
        box: (n, 4) float32, x0, y0, x1, y1 of what is painted, before clipping; for curves that of
            their control points.
        clip: (n, 4) float32, bounds of the clip region it was painted in.
        colour: (n, 3) uint8, red, green, blue; the first stop of a gradient.
        alpha: (n,) float32, opacity, with the colour's own and the shape's.
        kind: (n,) uint8, `FILL`, `STROKE` or `IMAGE`.
        solid: (n,) bool, whether its whole box is painted: an upright rectangle of one colour.
    """

    order: npt.NDArray[np.int32]
    box: npt.NDArray[np.float32]
    clip: npt.NDArray[np.float32]
    colour: npt.NDArray[np.uint8]
    alpha: npt.NDArray[np.float32]
    kind: npt.NDArray[np.uint8]
    solid: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.order)


FILL, STROKE, IMAGE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Recording:
    """A drawn chart.

    Attributes:
        pixels: (height, width, 3) uint8, C-contiguous, read-only.
        texts: in drawing order.
        shapes: in drawing order; empty where the renderer cannot tell (a picture of WebGL).
        readback: what the caller's JavaScript returned; None if none was given.
    """

    pixels: npt.NDArray[np.uint8]
    texts: list[DrawnText]
    shapes: Shapes
    readback: Any = None


def bounds(corners: Corners) -> Box:
    """Return the axis-aligned box around four corners."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    return (min(ax, bx, cx, dx), min(ay, by, cy, dy), max(ax, bx, cx, dx), max(ay, by, cy, dy))
