"""Free places for labels: between other texts, and where no line runs through them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipelines.charts.drawing import Box

_CLEAR = 1.5
Segment = Sequence[float]
"""x and y of its start, x and y of its end."""


@dataclass(slots=True)
class Room:
    """What labels have to keep clear of; pixels, y upwards.

    Attributes:
        bounds: labels lie within.
        texts: boxes of other texts; each label that is placed is to be added.
        lines: segments (n, 4) that must not run through a label.
        marks: boxes that a label had better not cover.
        gap: to other texts, beside and above them.
    """

    bounds: Box
    texts: list[Box] = field(default_factory=list)
    lines: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 4)))
    marks: list[Box] = field(default_factory=list)
    gap: tuple[float, float] = (2.0, 0.0)

    def find(self, places: Iterable[tuple[float, float]], size: tuple[float, float]) -> Box | None:
        """Return the first free box of a size, of those with their lower left corner at a place.

        One that covers a mark is returned if all do.
        """
        wide, high = size
        boxes = [(x, y, x + wide, y + high) for x, y in places]
        low_x, low_y = min(box[0] for box in boxes), min(box[1] for box in boxes)
        top_x, top_y = max(box[2] for box in boxes), max(box[3] for box in boxes)
        around = (low_x, low_y, top_x, top_y)
        lines = self._near(around)
        texts = [one for one in self.texts if touch(one, around, self.gap)]
        marks = [one for one in self.marks if touch(one, around)]
        second = None
        for box in boxes:
            if not within(box, self.bounds) or any(touch(one, box, self.gap) for one in texts):
                continue
            if self._crossed(box, lines):
                continue
            if not any(touch(one, box) for one in marks):
                return box
            second = second or box
        return second

    def covers(self, box: Box) -> bool:
        """Return whether a box covers part of a mark."""
        return any(touch(one, box) for one in self.marks)

    def crossed(self, box: Box) -> bool:
        """Return whether a line runs through a box, or along its very edge."""
        return self._crossed(box, self._near(box))

    def _crossed(self, box: Box, lines: list[list[float]]) -> bool:
        wider = (box[0] - _CLEAR, box[1], box[2] + _CLEAR, box[3])
        return any(crosses(line, wider) for line in lines)

    def _near(self, box: Box) -> list[list[float]]:
        lines = self.lines
        if not len(lines):
            return []
        xs, ys = lines[:, 0::2], lines[:, 1::2]
        near = (xs.min(axis=1) <= box[2] + _CLEAR) & (xs.max(axis=1) >= box[0] - _CLEAR)
        near &= (ys.min(axis=1) <= box[3]) & (ys.max(axis=1) >= box[1])
        found: list[list[float]] = lines[near].tolist()
        return found


def touch(one: Box, other: Box, gap: tuple[float, float] = (0.0, 0.0)) -> bool:
    """Return whether boxes overlap, or have less than a gap between them (beside, above)."""
    return (
        one[0] - gap[0] < other[2] and other[0] < one[2] + gap[0]
        and one[1] - gap[1] < other[3] and other[1] < one[3] + gap[1]
    )  # fmt: skip


def within(box: Box, bounds: Box) -> bool:
    """Return whether a box lies in another."""
    slack = 1e-6
    return (
        box[0] >= bounds[0] - slack and box[1] >= bounds[1] - slack
        and box[2] <= bounds[2] + slack and box[3] <= bounds[3] + slack
    )  # fmt: skip


def crosses(line: Segment, box: Box) -> bool:
    """Return whether a segment runs through a box (Liang and Barsky's clipping)."""
    x, y = line[0], line[1]
    dx, dy = line[2] - x, line[3] - y
    enter, leave = 0.0, 1.0
    for way, to in ((-dx, x - box[0]), (dx, box[2] - x), (-dy, y - box[1]), (dy, box[3] - y)):
        if way == 0:
            if to < 0:
                return False
            continue
        share = to / way
        if way < 0:
            enter = max(enter, share)
        else:
            leave = min(leave, share)
        if enter > leave:
            return False
    return True
