"""Signs of a cropped picture that need no OCR: ink that runs over the edge, boxes outside.

Whole pages end in blank paper, a plain ground or a frame. A cut through text leaves many short
strokes that touch the edge and go on inwards.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from dataengine.audit.pictures import Box

SIDES = ("left", "top", "right", "bottom")
CONTRAST = 48
MAX_STROKE_PX = 40
_OUTSIDE_PX = 2


def strokes_at_edges(picture: Image.Image) -> dict[str, int]:
    """Return by side how many short strokes touch the edge of a grey picture."""
    pixels = np.asarray(picture).astype(np.int16)
    sides = {
        "left": pixels[:, :2],
        "top": pixels[:2].T,
        "right": pixels[:, -1:-3:-1],
        "bottom": pixels[-1:-3:-1].T,
    }
    ink = {side: _ink(strip) for side, strip in sides.items()}
    return {
        side: _strokes(ink[side], ink[opposite])
        for side, opposite in zip(SIDES, (*SIDES[2:], *SIDES[:2]), strict=True)
    }


def boxes_outside(boxes: Sequence[Box], width: int, height: int) -> dict[str, int]:
    """Return by side how many boxes reach over the edge of the picture."""
    counts = dict.fromkeys(SIDES, 0)
    for x0, y0, x1, y1 in boxes:
        counts["left"] += x0 < -_OUTSIDE_PX
        counts["top"] += y0 < -_OUTSIDE_PX
        counts["right"] += x1 > width + _OUTSIDE_PX
        counts["bottom"] += y1 > height + _OUTSIDE_PX
    return counts


def boxes_touching(
    boxes: Sequence[Box], width: int, height: int, within: int = 1
) -> dict[str, int]:
    """Return by side how many boxes end at the edge of the picture, as those of cut texts do.

    Args:
        within: pixels that a box may stay away from the edge.
    """
    counts = dict.fromkeys(SIDES, 0)
    for x0, y0, x1, y1 in boxes:
        counts["left"] += x0 <= within
        counts["top"] += y0 <= within
        counts["right"] += x1 >= width - within
        counts["bottom"] += y1 >= height - within
    return counts


def _ink(strip: npt.NDArray[np.int16]) -> npt.NDArray[np.bool_]:
    """Return where a strip of shape (n, 2), its outermost pixels first, has ink in both."""
    if strip.shape[1] < 2:
        return np.zeros(len(strip), np.bool_)
    ground = np.median(strip[:, 0])
    return np.asarray((np.abs(strip - ground) > CONTRAST).all(axis=1))


def _strokes(ink: npt.NDArray[np.bool_], opposite: npt.NDArray[np.bool_]) -> int:
    """Count the short runs of ink; what goes on at the opposite edge is a bar or a rule."""
    steps = np.diff(np.concatenate([[0], ink.astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return sum(
        end - start <= MAX_STROKE_PX and not opposite[start:end].any()
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    )
