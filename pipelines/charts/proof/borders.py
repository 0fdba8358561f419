"""Neighbouring cells, rectangles and slices of nearly one colour have a border between them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from pipelines.charts.colours import distance
from pipelines.charts.drawing import Drawing, Mark
from pipelines.charts.proof.seen import middle_of, turn
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.truth.reading import Findings

ALIKE = 6.0
"""Greatest CIE 1976 distance of colours that do not make a border by themselves."""
_GAP_PX = 4.0
_LEAST_PX = 4.0
_REACH_PX = 4
_DIFFERS = 20
"""Least difference from both colours that makes a border, summed over the channels."""
_SHARES = (0.5, 0.2, 0.8)
_MOST_OPEN = 1
_FLAT = ("cell", "rectangle")
_ROUND = ("slice", "sector")

Cross = tuple[float, float, float, float]
"""A place on a border (x, y) and the direction across it."""


def check_borders(drawing: Drawing, found: Findings) -> None:
    """Check the borders of all neighbours that their colours do not tell apart.

    Raises:
        Fault: border-missing.
    """
    marks = [one for one in found.marks.values() if one.visible and one.colour is not None]
    flat = [one for one in marks if one.role in _FLAT]
    ring = [one for one in marks if one.role in _ROUND]
    for one, other, crosses in (*_flat_pairs(flat), *_round_pairs(ring)):
        assert one.colour is not None
        assert other.colour is not None
        if distance(one.colour, other.colour) > ALIKE:
            continue
        if not _bordered(drawing.pixels, one, other, crosses):
            what = f"{one.role}s {one.series}, {one.item} and {other.series}, {other.item}"
            raise Fault("border-missing", f"nothing shows where the {what} meet")


def _flat_pairs(marks: Sequence[Mark]) -> Iterator[tuple[Mark, Mark, list[Cross]]]:
    if len(marks) < 2:
        return
    boxes = np.array([one.box for one in marks])
    for axis in (0, 1):
        gap = boxes[None, :, axis] - boxes[:, None, axis + 2]
        low = np.maximum(boxes[:, None, 1 - axis], boxes[None, :, 1 - axis])
        high = np.minimum(boxes[:, None, 3 - axis], boxes[None, :, 3 - axis])
        touching = (np.abs(gap) <= _GAP_PX) & (high - low >= _LEAST_PX)
        for a, b in np.argwhere(touching).tolist():
            if a == b:
                continue
            edge = float(boxes[a, axis + 2] + boxes[b, axis]) / 2
            sides = [float(low[a, b] + (high[a, b] - low[a, b]) * share) for share in _SHARES]
            yield marks[a], marks[b], [
                (edge, side, 1.0, 0.0) if axis == 0 else (side, edge, 0.0, 1.0) for side in sides
            ]  # fmt: skip


def _round_pairs(marks: Sequence[Mark]) -> Iterator[tuple[Mark, Mark, list[Cross]]]:
    for one, other in combinations(marks, 2):
        for first, second in ((one, other), (other, one)):
            crosses = _between(first, second)
            if crosses:
                yield first, second, crosses


def _between(first: Mark, second: Mark) -> list[Cross]:
    """Return places where the second follows the first clockwise, or stands around it."""
    start, end, inner, outer = first.measures[:4]
    start2, end2, inner2, outer2 = second.measures[:4]
    low, high = max(inner, inner2), min(outer, outer2)
    crosses = []
    if abs((end - start2 + math.pi) % math.tau - math.pi) * high < 1 and high - low > _LEAST_PX:
        x, y = middle_of(first)
        for share in _SHARES:
            dx, dy = turn(end, low + (high - low) * (0.3 + 0.6 * share))
            across = turn(end + math.pi / 2, 1.0)
            crosses.append((x + dx, y + dy, *across))
    elif abs(outer - inner2) < 1:
        left, right = max(start, start2), min(end, end2)
        if (right - left) * outer > _LEAST_PX:
            x, y = middle_of(first)
            for share in _SHARES:
                angle = left + (right - left) * share
                dx, dy = turn(angle, outer)
                crosses.append((x + dx, y + dy, *turn(angle, 1.0)))
    return crosses


def _bordered(
    pixels: npt.NDArray[np.uint8], one: Mark, other: Mark, crosses: Sequence[Cross]
) -> bool:
    height, width, _ = pixels.shape
    reach = np.arange(-_REACH_PX, _REACH_PX + 1)
    colours = [np.array(mark.colour, np.int16) for mark in (one, other)]
    open_ = 0
    for x, y, dx, dy in crosses:
        xs = (x + dx * reach).astype(np.intp).clip(0, width - 1)
        ys = (y + dy * reach).astype(np.intp).clip(0, height - 1)
        line = pixels[ys, xs].astype(np.int16)
        first, second = (np.abs(line - colour).sum(1) for colour in colours)
        open_ += bool(np.minimum(first, second).max() < _DIFFERS)
    return open_ <= _MOST_OPEN
