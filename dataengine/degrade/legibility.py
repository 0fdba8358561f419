"""Measures whether text can still be read: each text region beside its clean twin.

The clean page is taken through the same map, without any other effect. For each region:

- similarity: the correlation of brightness, worn with clean. Blur, noise, coarse JPEG, lost
  resolution and blots all lower it; an even change of brightness or contrast does not.
- lost: the largest patch of ink that left no trace, in pixels: a dot, a minus sign, a hairline that
  a threshold ate. Correlation over a whole line would not miss them.
- contrast: grey levels between the clean ink and paper, times the slope of worn over clean. It is
  negative where the picture is inverted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from dataengine.degrade.applying import Maps
from dataengine.degrade.fields import grey
from dataengine.imaging import Pixels

MAX_REGIONS = 256
"""Regions that are measured; a page has a thousand words, but some eighty lines."""
_AROUND_PX = 2
_MIN_SIDE_PX = 5 + 2 * _AROUND_PX
_MIN_INK = 12.0
"""Deviation of grey levels below which a region shows no text: bars, empty cells."""
_USUAL_TEXT_PX = 12.0
_LETTERS = re.compile(r"\w.*\w", re.DOTALL)
_SEVERAL_LINES = 2.5
_FAR = 1 << 24
"""Boxes are cut off here, far outside any picture."""
_KEPT_CONTRAST = 2 / 3
_INK_SHARE, _TRACE_SHARE = 0.35, 0.3
"""What counts as ink, of the deepest; and as its trace, of what ink usually is when worn."""
_NEAR = np.ones((3, 3), np.uint8)
_SMALLEST_MARK_PX = 2


@dataclass(frozen=True, slots=True)
class Legibility:
    """The worst of all regions that were measured.

    Attributes:
        similarity: lowest correlation, -1 … 1.
        contrast: lowest contrast, grey levels, as a share of what was asked for: below 1 is too
            little.
        lost_px: largest patch of ink without a trace, pixels.
        regions: how many were measured; if none, nothing is wrong.
    """

    similarity: float
    contrast: float
    lost_px: int
    regions: int


def text_boxes(regions: Sequence[Mapping[str, Any]]) -> npt.NDArray[np.int32]:
    """Return the boxes (n, 4) of the regions to measure.

    The most numerous levels are left out (words, where there are lines) while there are more than
    `MAX_REGIONS`; of a single level that is still too large, every so many. What is several lines
    high is left out where smaller regions lie in it.
    """
    counts = Counter(str(one["level"]) for one in regions if one.get("text"))
    while sum(counts.values()) > MAX_REGIONS and len(counts) > 1:
        del counts[max(counts, key=lambda level: (counts[level], level))]
    chosen = [one["bbox"] for one in regions if one.get("text") and str(one["level"]) in counts]
    chosen = chosen[:: -(-len(chosen) // MAX_REGIONS) or 1]
    boxes = np.array(chosen, np.int64).reshape(-1, 4).clip(-_FAR, _FAR).astype(np.int32)
    return boxes[~_containers(boxes)] if len(boxes) else boxes


def _containers(boxes: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Tell which boxes are several lines high and hold the middle of one that is not."""
    sides = np.minimum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    large = sides > _SEVERAL_LINES * np.median(sides)
    x, y = (boxes[~large, :2] + boxes[~large, 2:]).T / 2
    x0, y0, x1, y1 = boxes.T[..., None]
    holds = ((x > x0) & (x < x1) & (y > y0) & (y < y1)).any(axis=1)
    return np.asarray(large & holds)


def text_heights(regions: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Return how high text usually is and how high its smallest twentieth is, pixels.

    Only regions with two letters or more tell: a dash is one pixel high.
    """
    boxes = text_boxes([one for one in regions if _LETTERS.search(one.get("text") or "")])
    if not len(boxes):
        return _USUAL_TEXT_PX, _USUAL_TEXT_PX
    sides = np.minimum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    return float(np.median(sides)), float(np.quantile(sides, 0.05, method="lower"))


def measure(
    clean: Pixels,
    worn: Pixels,
    maps: Maps | None,
    boxes: npt.NDArray[np.int32],
    min_contrast: float,
) -> Legibility:
    """Compare a worn picture with the clean page.

    Args:
        clean: the page as stored.
        worn: the grey levels of the picture after all effects.
        maps: where each of its pixels was taken on the page; None if nothing moved.
        boxes: text regions (n, 4) on the worn picture.
        min_contrast: grey levels; a region that had little more than that must keep two thirds.
    """
    page = grey(clean)
    worst = []
    for x0, y0, x1, y1 in _with_paper(boxes, worn).tolist():
        if min(x1 - x0, y1 - y0) >= _MIN_SIDE_PX:
            reference = _cut(page, maps, x0, y0, x1, y1)
            found = _compare(reference, worn[y0:y1, x0:x1], min_contrast)
            worst += [found] if found else []
    if not worst:
        return Legibility(1.0, 1.0, 0, 0)
    similarity, contrast, _ = np.array(worst).min(axis=0)
    lost = max(one[2] for one in worst)
    return Legibility(round(float(similarity), 3), round(float(contrast), 3), lost, len(worst))


def _with_paper(boxes: npt.NDArray[np.int32], worn: Pixels) -> npt.NDArray[np.int32]:
    """Return boxes with some of the paper around, for bold letters fill their own."""
    height, width = worn.shape
    wider = boxes + np.array([-_AROUND_PX, -_AROUND_PX, _AROUND_PX, _AROUND_PX])
    return np.asarray(np.clip(wider, 0, [width, height, width, height]), np.int32)


def _cut(page: Pixels, maps: Maps | None, x0: int, y0: int, x1: int, y1: int) -> Pixels:
    if maps is None:
        return page[y0:y1, x0:x1]
    x, y = (one[y0:y1, x0:x1] for one in maps)
    return np.asarray(
        cv2.remap(page, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _compare(clean: Pixels, worn: Pixels, min_contrast: float) -> tuple[float, float, int] | None:
    before, after = clean.astype(np.float32).ravel(), worn.astype(np.float32).ravel()
    before -= before.sum() / before.size
    after -= after.sum() / after.size
    variance = float(before @ before)
    if variance < _MIN_INK**2 * before.size:
        return None
    together = float(before @ after)
    similarity = together / max(1e-6, (variance * float(after @ after)) ** 0.5)
    depth = float(before.max() - before.min())
    contrast = depth * together / variance
    wanted = max(1.0, min(min_contrast, _KEPT_CONTRAST * depth))
    return similarity, contrast / wanted, _largest_loss(clean, worn)


def _depth(pixels: Pixels) -> Pixels:
    """Return how far each pixel is from what most of the region shows, its paper."""
    counts = np.bincount(pixels[::2, ::2].ravel(), minlength=256)  # a quarter of them will do
    paper = int(np.searchsorted(counts.cumsum(), counts.sum() / 2))
    return np.asarray(cv2.absdiff(pixels, np.full_like(pixels, paper)), np.uint8)


def _largest_loss(clean: Pixels, worn: Pixels) -> int:
    """Return the pixels of the largest patch of clean ink where the worn picture has none near."""
    before, after = _depth(clean), _depth(worn)
    ink = before > _INK_SHARE * before.max()
    deep = _TRACE_SHARE * cv2.mean(after, ink.view(np.uint8))[0]
    lost = ink & (np.asarray(cv2.dilate(after, _NEAR)) < deep)
    if np.count_nonzero(lost) < _SMALLEST_MARK_PX:
        return 0
    _, _, found, _ = cv2.connectedComponentsWithStats(lost.astype(np.uint8), connectivity=8)
    return int(found[1:, cv2.CC_STAT_AREA].max())
