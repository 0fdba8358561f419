"""Pictures as Tesseract reads them best: upright dark text on light ground, letters of one size.

Two looks at a picture. The *page look* is the whole picture, scaled so that its lines are about
as tall as Tesseract's training data. The *sheet look* cuts out every text region and sets the
cuts in rows on one white sheet, all of one height: no columns, no drawing around them, tall boxes
turned upright. It is the far better witness of charts.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from dataengine.thumbnails import decode, flatten

Box = tuple[int, int, int, int]

MAX_PIXELS = 40_000_000
MAX_SHEET_CUTS = 600
SHEET_WIDTH = 1800
SHEET_MAX_HEIGHT = 24_000
_GAP_X, _GAP_Y, _MARGIN, _PAD = 60, 22, 20, 3
_MAX_CUT_SCALE, _SEVERAL_LINES = 4.0, 1.7
_DARK = 110


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cuts of a picture on one sheet; `places[n]` is where the n-th region lies on it."""

    picture: Image.Image
    places: list[Box]


def grey(data: bytes) -> Image.Image | None:
    """Return a stored picture in grey, or None if it cannot be decoded or is out of all size."""
    try:
        with Image.open(io.BytesIO(data)) as header:
            if header.width * header.height > MAX_PIXELS:
                return None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    image = decode(data)
    return None if image is None else flatten(image).convert("L")


def scaled(picture: Image.Image, scale: float) -> Image.Image:
    """Return the picture in another size, dark on light."""
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return _dark_on_light(picture.resize(size, Image.Resampling.LANCZOS))


def page_scale(heights: Sequence[int], line_px: float, most: float) -> float:
    """Return the scale that makes lines of these heights `line_px` tall, from 1 to `most`."""
    if not heights:
        return min(most, 1.5)
    return float(min(most, max(1.0, line_px / max(1.0, float(np.median(heights))))))


def sheet(picture: Image.Image, boxes: Sequence[tuple[Box, bool]], line_px: int) -> Sheet:
    """Return the cuts of these boxes in rows, each scaled to `line_px`.

    Args:
        boxes: each with whether its text is turned by a right angle, read from below.
    """
    rows: list[list[Image.Image]] = [[]]
    used = 0
    for box, turned in boxes[:MAX_SHEET_CUTS]:
        cut = _cut(picture, box, turned, line_px)
        if rows[-1] and used + cut.width > SHEET_WIDTH:
            rows.append([])
            used = 0
        rows[-1].append(cut)
        used += cut.width + _GAP_X
    return _placed(rows)


def _placed(rows: Sequence[Sequence[Image.Image]]) -> Sheet:
    cuts: list[Image.Image] = []
    places: list[Box] = []
    top = _MARGIN
    for row in rows:
        tallest = max((cut.height for cut in row), default=0)
        left = _MARGIN
        if top + tallest > SHEET_MAX_HEIGHT:
            break
        for cut in row:
            y = top + (tallest - cut.height) // 2
            places.append((left, y, left + cut.width, y + cut.height))
            cuts.append(cut)
            left += cut.width + _GAP_X
        top += tallest + _GAP_Y
    width = max((place[2] for place in places), default=0) + _MARGIN
    paper = Image.new("L", (width, top + _MARGIN), 255)
    for cut, place in zip(cuts, places, strict=True):
        paper.paste(cut, place[:2])
    return Sheet(paper, places)


def _cut(picture: Image.Image, box: Box, turned: bool, line_px: int) -> Image.Image:
    x0, y0, x1, y1 = box
    left, top = (
        min(max(0, x0 - _PAD), picture.width - 1),
        min(max(0, y0 - _PAD), picture.height - 1),
    )
    right, bottom = min(picture.width, x1 + _PAD), min(picture.height, y1 + _PAD)
    cut = picture.crop((left, top, max(left + 1, right), max(top + 1, bottom)))
    if turned:
        cut = cut.rotate(-90, expand=True)
    scale = min(_MAX_CUT_SCALE, line_px / cut.height)
    if cut.height > line_px * _SEVERAL_LINES:
        scale = line_px * _SEVERAL_LINES / cut.height
    scale = min(scale, SHEET_WIDTH / cut.width)
    return scaled(cut, scale)


def _dark_on_light(picture: Image.Image) -> Image.Image:
    """Return the picture with light ground; what is mostly dark is turned to its negative."""
    pixels = np.asarray(picture)
    if pixels.size and np.median(pixels) < _DARK:
        return Image.fromarray(255 - pixels)
    return picture
