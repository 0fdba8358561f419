"""Whether lines follow one another as a reader would, judged by their boxes alone.

Two defects are told apart from legitimate layouts. A backward jump goes up within the same column:
columns are read downwards, so a page that is full of them is shuffled. A hop alternates between
two columns of running text line by line: a two-column page sorted by height. Rows of a table hop
too, but their cells are narrow or few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.pdf_pages.extract import Boxes, Line

_FREE_JUMPS = 2  # a float, a margin note: no page is refused for so few
_WIDE = 0.25  # of the page's width: a column of running text
_FREE_SHATTERS = 2  # a logo, a binomial
_FRAGMENT = 3  # characters
_RUNNING = 12  # characters: a line of running text, in Chinese too


@dataclass(frozen=True, slots=True)
class Order:
    """Shares of lines that come at the wrong place; 0 is a page read straight through."""

    backward: float
    interleaved: float


def measure_order(boxes: Boxes, num_chars: npt.NDArray[np.int64], page_width: float) -> Order:
    """Score a sequence of line boxes, each with its number of characters."""
    if len(boxes) < 4:
        return Order(0.0, 0.0)
    here, after = boxes[:-1], boxes[1:]
    height = np.minimum(here[:, 3] - here[:, 1], after[:, 3] - after[:, 1])
    overlap = np.minimum(here[:, 2], after[:, 2]) - np.maximum(here[:, 0], after[:, 0])
    narrower = np.minimum(here[:, 2] - here[:, 0], after[:, 2] - after[:, 0])
    same_column = overlap > 0.3 * np.maximum(narrower, 1e-6)
    goes_up = after[:, 3] < here[:, 1] + 0.3 * height
    backward = int((same_column & goes_up).sum())
    return Order(
        backward=max(0, backward - _FREE_JUMPS) / len(boxes),
        interleaved=_hops(boxes, num_chars, page_width) / len(boxes),
    )


def measure_shatters(lines: list[Line]) -> float:
    """Return the share of lines that are splinters of a sentence or of a formula.

    A line is torn where the next one begins on its baseline at its very end, or before it; a
    fragment of at most three characters is a splinter where it lies within the line beside it.
    """
    if len(lines) < 3:
        return 0.0
    table = np.array(
        [
            (line.x0, line.y0, line.x1, line.y1, line.baseline, line.size, len(line.text))
            for line in lines
            if line.upright
        ]
    ).reshape(-1, 7)
    here, after = table[:-1], table[1:]
    em = np.maximum(np.minimum(here[:, 5], after[:, 5]), 1e-6)
    gap = (after[:, 0] - here[:, 2]) / em
    torn = (np.abs(after[:, 4] - here[:, 4]) < 0.1 * em) & (gap > -1) & (gap < 0.3)
    splinters = np.zeros(len(table), np.bool_)
    across = np.minimum(here[:, 2], after[:, 2]) - np.maximum(here[:, 0], after[:, 0])
    along = np.minimum(here[:, 3], after[:, 3]) - np.maximum(here[:, 1], after[:, 1])
    for part, other, offset in ((here, after, 0), (after, here, 1)):
        small = (part[:, 6] <= _FRAGMENT) & (other[:, 6] > part[:, 6])
        inside = (across > 0.5 * (part[:, 2] - part[:, 0])) & (
            along > 0.25 * (part[:, 3] - part[:, 1])
        )
        splinters[offset : offset + len(part)] |= small & inside
    count = int(torn.sum()) + int(splinters.sum())
    return max(0, count - _FREE_SHATTERS) / len(lines)


def _hops(boxes: Boxes, num_chars: npt.NDArray[np.int64], page_width: float) -> int:
    """Lines of running text that are followed by a line of the next column on the same height."""
    here, after = boxes[:-1], boxes[1:]
    wide = (boxes[:, 2] - boxes[:, 0] > _WIDE * page_width) & (num_chars >= _RUNNING)
    same_height = np.abs(here[:, 3] - after[:, 3]) < 0.5 * (here[:, 3] - here[:, 1])
    apart = (after[:, 0] >= here[:, 2]) | (after[:, 2] <= here[:, 0])
    return 2 * int((wide[:-1] & wide[1:] & same_height & apart).sum())
