"""Where the words of a snippet stand: boxes by the font's metrics, before anything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.charts.fonts import FontSet
from pipelines.snippets.faces import Font, load
from pipelines.snippets.options import Layout

Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels, x1 and y1 exclusive."""

_PITCH = 1.12  # of ascent and descent: lines stay apart in all fonts of the lists
_ANCHORS = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class Word:
    """A word at its place.

    Attributes:
        line: number of its line, from 0.
        x, y: where the pen stands: the origin of its first glyph, on the baseline.
        advance: pixels that the pen moves.
        box: where the font says that its ink will be, at most.
    """

    text: str
    line: int
    x: int
    y: int
    advance: float
    box: Box

    def moved(self, dx: int, dy: int) -> Word:
        """Return it somewhere else."""
        x0, y0, x1, y1 = self.box
        box = (x0 + dx, y0 + dy, x1 + dx, y1 + dy)
        return Word(self.text, self.line, self.x + dx, self.y + dy, self.advance, box)


@dataclass(frozen=True, slots=True)
class Placed:
    """A text laid out on the canvas.

    Attributes:
        displacement: pixels from the fixed place, right and down.
        share: the larger of both, as a share of the room that there was in that direction.
    """

    words: Sequence[Word]
    made: FontSet
    size_px: int
    displacement: tuple[int, int]
    share: float


class TooLarge(Exception):
    """The text does not fit the canvas; the message says how large it is."""


def lay_out(
    lines: Sequence[str], made: FontSet, size_px: int, options: Layout, rng: np.random.Generator
) -> Placed:
    """Place lines on the canvas, in a smaller size where they would not fit.

    Two numbers are drawn from `rng`, whatever the options.

    Raises:
        TooLarge: they do not fit in the smallest size either.
    """
    across, down = (float(one) for one in rng.random(2))
    width, height = options.width - 2 * options.margin, options.height - 2 * options.margin
    while True:
        words = _set(lines, load(made, size_px), options.align)
        left, top, right, bottom = bounds([word.box for word in words])
        fit = min(width / (right - left), height / (bottom - top))
        if fit >= 1:
            break
        smaller = min(size_px - 1, int(size_px * fit))
        if smaller < options.size[0]:
            raise TooLarge(
                f"{right - left} x {bottom - top} px in size {size_px}, and {width} x {height} are "
                "free"
            )
        size_px = smaller
    room = (width - (right - left), height - (bottom - top))
    # The fixed place is where the first baseline begins, whatever the ink above it: all texts of
    # a font and size begin there alike.
    fixed_x = round(_ANCHORS[options.align] * room[0])
    fixed_y = min(max(0, load(made, size_px).getmetrics()[0] + top), room[1])
    x = fixed_x + round(options.jitter * (across * room[0] - fixed_x))
    y = fixed_y + round(options.jitter * (down * room[1] - fixed_y))
    moved = [word.moved(options.margin + x - left, options.margin + y - top) for word in words]
    dx, dy = x - fixed_x, y - fixed_y
    share = max(abs(dx) / max(1, room[0]), abs(dy) / max(1, room[1]))
    return Placed(moved, made, size_px, (dx, dy), share)


def bounds(boxes: Sequence[Box]) -> Box:
    """Return the smallest box around boxes."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _set(lines: Sequence[str], font: Font, align: str) -> list[Word]:
    """Return the words of lines, the first one's baseline at y = 0."""
    pitch = round(_PITCH * sum(font.getmetrics()))
    space = font.getlength(" ")
    rows: list[list[Word]] = []
    for number, line in enumerate(lines):
        pen, row = 0.0, []
        for text in line.split(" "):
            x, y, advance = round(pen), number * pitch, font.getlength(text)
            x0, y0, x1, y1 = font.getbbox(text, anchor="ls")
            box = (x + int(x0), y + int(y0), x + int(x1), y + int(y1))
            row.append(Word(text, number, x, y, advance, box))
            pen += advance + space
        rows.append(row)
    ends = [row[-1].x + row[-1].advance for row in rows]
    shifts = [round(_ANCHORS[align] * (max(ends) - end)) for end in ends]
    return [word.moved(shift, 0) for row, shift in zip(rows, shifts, strict=True) for word in row]
