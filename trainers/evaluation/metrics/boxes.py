"""Boxes that a model gives: how much they overlap those of the target, and how many are found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from trainers.evaluation.metrics.matching import best_pairing, maximum_matching
from trainers.evaluation.metrics.modes import Mode, check_mode
from trainers.evaluation.metrics.scores import (
    ABSENT,
    TOO_LARGE,
    UNPARSABLE,
    Sample,
    Score,
    mean_score,
)
from trainers.evaluation.metrics.text import unfit

MAX_BOXES = 300
"""Most boxes of an answer; views ask for 30 at most."""

OVERLAPS = (50, 75)
"""Least overlaps, per cent, of a box that counts as found."""

NAMES = (
    "iou",
    *(f"{name}_{least}" for least in OVERLAPS for name in ("f1", "precision", "recall")),
)

_BETWEEN = " ,;.，；。\n"
_NUMBER = r"\s{0,9}(-?[0-9]{1,7}(?:\.[0-9]{0,9})?)\s{0,9}"
_BOX = re.compile(rf"\[{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}\]")


class Box(NamedTuple):
    """A box in whatever unit; the right and lower sides are exclusive, as in `dataengine`."""

    name: str
    x0: float
    y0: float
    x1: float
    y1: float


def parse_boxes(answer: str) -> list[Box]:
    """Read "[x0,y0,x1,y1]", alone or as "name: [..], [..]; other: [..]." (Vary-toy, figure 3).

    Names are folded: case and white space do not count. Boxes whose sides are in the wrong order
    stay, without an area. What stands between boxes and is neither a name nor a comma is passed
    over.
    """
    boxes: list[Box] = []
    name, end = "", 0
    for found in _BOX.finditer(answer):
        before = answer[end : found.start()].strip()
        if before.endswith((":", "：")):
            name = " ".join(before[:-1].strip(_BETWEEN).casefold().split())
        end = found.end()
        boxes.append(Box(name, *map(float, found.groups())))
    return boxes


def overlap(first: Box, second: Box) -> float:
    """Return the intersection of two boxes over their union, 0 to 1; names do not count."""
    width = min(first.x1, second.x1) - max(first.x0, second.x0)
    height = min(first.y1, second.y1) - max(first.y0, second.y0)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(first) + _area(second) - shared)


def _area(box: Box) -> float:
    return max(0.0, box.x1 - box.x0) * max(0.0, box.y1 - box.y0)


def boxes_of(prediction: str, target: str, *, mode: Mode = "correct") -> dict[str, Sample]:
    """Return the values of one answer, by `NAMES`; both modes are the same.

    * `iou`: boxes of the same name are paired one to one so that their overlaps sum to the most;
      that sum over the number of boxes of the side that has more. Of a single box: its overlap.
    * `precision_50`: share of the predicted boxes that are paired one to one with one of the target
      of the same name, with an overlap of 0.5 or more, as many as can be; `recall_50`: share of the
      target's; `f1_50`: 2PR / (P + R). Of a single box all three are RefCOCO's accuracy at 0.5,
      which Vary-toy quotes (arXiv 2401.12503, table 4). `…_75` likewise.

    There is no average precision: answers give no confidence by which boxes could be ranked.
    Names count only where the target has some. A target without a box gives no value; a prediction
    without one is 0.
    """
    check_mode(mode)
    left_out = unfit(prediction, target, worst=0.0)
    if left_out is not None:
        return dict.fromkeys(NAMES, left_out)
    expected = parse_boxes(target)
    if not expected:
        return dict.fromkeys(NAMES, Sample(None, f"target {UNPARSABLE}"))
    if len(expected) > MAX_BOXES:
        return dict.fromkeys(NAMES, Sample(None, TOO_LARGE))
    given = parse_boxes(prediction)
    if not given or len(given) > MAX_BOXES:
        return dict.fromkeys(NAMES, Sample(0.0, TOO_LARGE if given else ABSENT))
    named = any(one.name for one in expected)
    overlaps = [
        [overlap(one, other) if not named or one.name == other.name else 0.0 for other in expected]
        for one in given
    ]
    best = sum(overlaps[row][column] for row, column in best_pairing(overlaps))
    values = {"iou": Sample(best / max(len(given), len(expected)))}
    for least in OVERLAPS:
        found = maximum_matching([_near(line, least / 100) for line in overlaps])
        values[f"f1_{least}"] = Sample(2 * found / (len(given) + len(expected)))
        values[f"precision_{least}"] = Sample(found / len(given))
        values[f"recall_{least}"] = Sample(found / len(expected))
    return values


def _near(overlaps: Sequence[float], least: float) -> int:
    """Return a bit set of the boxes that overlap enough."""
    return sum(1 << number for number, value in enumerate(overlaps) if value >= least)


def box_scores(
    predictions: Sequence[str], targets: Sequence[str], *, mode: Mode = "correct"
) -> dict[str, Score]:
    """Return the means over answers of `boxes_of`, by `NAMES`."""
    rows = [
        boxes_of(prediction, target, mode=mode)
        for prediction, target in zip(predictions, targets, strict=True)
    ]
    return {
        name: mean_score([row[name] for row in rows], name=f"box_{name}", variant="", mode=mode)
        for name in NAMES
    }
