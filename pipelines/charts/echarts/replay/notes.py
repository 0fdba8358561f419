"""What is noted of texts and shapes while they are painted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pipelines.charts.echarts.recording import Box, Corners, DrawnText, Shapes, bounds
from pipelines.charts.echarts.replay.paints import first_colour
from pipelines.charts.echarts.replay.text import Line

Matrix = tuple[float, float, float, float, float, float]

CLIP_SLACK_PX = 0.51
"""Ink boxes reach half a pixel beyond what is seen of anti-aliased edges."""


class ShapeNotes:
    """Gathers rows of `Shapes`."""

    def __init__(self) -> None:
        self._orders: list[int] = []
        self._boxes: list[Box] = []
        self._clips: list[Box] = []
        self._colours: list[int] = []
        self._alphas: list[float] = []
        self._kinds: list[int] = []
        self._solid: list[bool] = []

    def add(
        self, order: int, box: Box, clip: Box, source: Any, alpha: float, kind: int, *, solid: bool
    ) -> None:
        """Note one shape; `source` is the paint as recorded."""
        colour = source if isinstance(source, int) else first_colour(source)
        self._orders.append(order)
        self._boxes.append(box)
        self._clips.append(clip)
        self._colours.append(colour)
        self._alphas.append(alpha)
        self._kinds.append(kind)
        self._solid.append(solid and isinstance(source, int))

    def arrays(self) -> Shapes:
        """Return all rows."""
        count = len(self._orders)
        colours = np.array(self._colours, np.uint32)
        channels = np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=-1)
        opacity = (colours >> 24).astype(np.float32) / np.float32(255)
        return Shapes(
            np.array(self._orders, np.int32),
            np.array(self._boxes, np.float32).reshape(count, 4),
            np.array(self._clips, np.float32).reshape(count, 4),
            channels.astype(np.uint8).reshape(count, 3),
            opacity * np.array(self._alphas, np.float32),
            np.array(self._kinds, np.uint8),
            np.array(self._solid, np.bool_),
        )


def drawn_text(
    string: str,
    line: Line,
    pen: tuple[float, float],
    matrix: Matrix,
    clip: Box,
    order: int,
    paint: tuple[Any, float],
    size: float,
    bold: int,
) -> DrawnText:
    """Return a text as it stands in the picture, its pen starting at `pen` before `matrix`."""
    corners, box = _placed(line, pen, matrix)
    colour = first_colour(paint[0])
    return DrawnText(
        string,
        box,
        corners,
        round(math.degrees(math.atan2(matrix[1], matrix[0])), 6) + 0.0 if matrix[1] else 0.0,
        size * math.hypot(matrix[2], matrix[3]),
        bool(bold),
        (colour >> 16 & 255, colour >> 8 & 255, colour & 255),
        (colour >> 24) / 255 * paint[1],
        order,
        line.missing,
        _cut(box, clip),
    )


def _placed(line: Line, pen: tuple[float, float], matrix: Matrix) -> tuple[Corners, Box]:
    a, b, c, d, e, f = matrix
    left, top = line.ink[0] + pen[0], line.ink[1] + pen[1]
    right, bottom = line.ink[2] + pen[0], line.ink[3] + pen[1]
    if not b and not c and a > 0 and d > 0:
        # Most texts by far.
        x0, y0, x1, y1 = a * left + e, d * top + f, a * right + e, d * bottom + f
        return ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), (x0, y0, x1, y1)
    corners = (
        (a * left + c * top + e, b * left + d * top + f),
        (a * right + c * top + e, b * right + d * top + f),
        (a * right + c * bottom + e, b * right + d * bottom + f),
        (a * left + c * bottom + e, b * left + d * bottom + f),
    )
    return corners, bounds(corners)


def _cut(box: Box, clip: Box) -> bool:
    if box[0] == box[2]:
        return False
    return (
        box[0] < clip[0] - CLIP_SLACK_PX
        or box[1] < clip[1] - CLIP_SLACK_PX
        or box[2] > clip[2] + CLIP_SLACK_PX
        or box[3] > clip[3] + CLIP_SLACK_PX
    )
