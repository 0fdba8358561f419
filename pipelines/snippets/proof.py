"""Asks the finished picture whether it shows the text: its ink against boxes and advances.

The picture is only looked at as pixels. Three things that did not draw it say what it must show:
the boxes that layout promised, the glyphs in the font's `cmap`, and the advances of its `hmtx`
table (both read by fontTools, where FreeType draws). So a glyph that is missing, blank or cut off,
a word drawn twice or over another one, and ink that belongs to nothing are all seen.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dataengine.imaging import Pixels
from dataengine.sample import BOX_DTYPE, Regions
from pipelines.charts.drawing import Colour
from pipelines.charts.fonts import advance_table
from pipelines.snippets.layout import Box, Placed, Word, bounds

Ink = npt.NDArray[np.bool_]

_DRIFT_PX = 0.6
"""By so much a glyph's advance may differ from the unhinted one: rounding to whole pixels, which
hinting does, and kerning."""


class Disproved(Exception):
    """The picture does not show the text; `reason` is a code in `REASONS`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Proved:
    """What the picture was found to show.

    Attributes:
        regions: lines, each followed by its words; boxes are those of the ink itself.
        height_px: of the lowest line's ink.
        ink: pixels that differ from the ground.
    """

    regions: Regions
    height_px: int
    ink: int


def prove(
    pixels: Pixels, ground: Colour, placed: Placed, lines: Sequence[str], min_height_px: int
) -> Proved:
    """Check the picture against what it was to show.

    Args:
        pixels: the picture as it will be stored.
        ground: the colour of an empty pixel.
        lines: the answer, line by line.

    Raises:
        Disproved: it shows something else.
    """
    _check_inside(placed.words, pixels.shape[1], pixels.shape[0])
    ink = inked(pixels, ground)
    total = int(np.count_nonzero(ink))
    inside = sum(int(np.count_nonzero(_part(ink, word.box))) for word in placed.words)
    if inside != total:
        raise Disproved("ink-outside", f"{total} pixels of ink, and {inside} in boxes")
    found = [_ink_box(ink, word) for word in placed.words]
    for word in placed.words:
        _check_characters(ink, word, placed)
    rows = _by_line(placed.words, found)
    _check_lines(rows, lines, min_height_px)
    height = min(box[3] - box[1] for box, _, _ in rows)
    return Proved(_regions(rows), height, total)


def inked(pixels: Pixels, ground: Colour) -> Ink:
    """Return which pixels differ from the ground."""
    if pixels.ndim == 2:
        return np.asarray(pixels != ground[0])
    red, green, blue = (pixels[..., channel] != ground[channel] for channel in range(3))
    return np.asarray(red | green | blue)


def _check_inside(words: Sequence[Word], width: int, height: int) -> None:
    x0, y0, x1, y1 = bounds([word.box for word in words])
    if x0 < 0 or y0 < 0 or x1 > width or y1 > height:
        raise Disproved("cut-off", f"{(x0, y0, x1, y1)} on a canvas of {width} x {height}")


def _part(ink: Ink, box: Box) -> Ink:
    x0, y0, x1, y1 = box
    return ink[y0:y1, x0:x1]


def _ink_box(ink: Ink, word: Word) -> Box:
    part = _part(ink, word.box)
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if not len(columns):
        raise Disproved("no-ink", f"nothing is drawn where {word.text!r} should be")
    left, top = word.box[0] + int(columns[0]), word.box[1] + int(rows[0])
    return left, top, word.box[0] + int(columns[-1]) + 1, word.box[1] + int(rows[-1]) + 1


def _check_characters(ink: Ink, word: Word, placed: Placed) -> None:
    """Check the width of a word, and that each of its characters has ink in its own place."""
    table = advance_table(placed.made.regular[0])
    scale = placed.size_px / table.units_per_em
    advances = [scale * table.advances[ord(character)] for character in word.text]
    width = sum(advances)
    if abs(width - word.advance) > 1 + _DRIFT_PX * len(advances):
        raise Disproved("width", f"{word.text!r} is {word.advance} px wide, not {width:.1f}")
    columns: Ink = np.logical_or.reduce(ink[word.box[1] : word.box[3]], axis=0)
    hinted = [max(1, round(one)) for one in advances]
    stretch = word.advance / sum(hinted)
    edges = [word.x + stretch * one for one in itertools.accumulate(hinted, initial=0)]
    for character, (start, end) in zip(word.text, itertools.pairwise(edges), strict=True):
        # Within the place, so that the neighbours' ink does not count.
        first, last = math.ceil(start), math.floor(end)
        if last <= first:
            first, last = math.floor(start), math.ceil(end)
        if not columns[max(0, first) : last].any():
            raise Disproved("no-ink", f"{character!r} of {word.text!r} has no ink in its place")


def _by_line(words: Sequence[Word], found: Sequence[Box]) -> list[tuple[Box, list[Box], list[str]]]:
    """Return for each line its box of ink, and its words' boxes and texts."""
    rows = []
    for _, group in itertools.groupby(zip(words, found, strict=True), lambda one: one[0].line):
        pairs = list(group)
        boxes = [box for _, box in pairs]
        rows.append((bounds(boxes), boxes, [word.text for word, _ in pairs]))
    return rows


def _check_lines(
    rows: Sequence[tuple[Box, list[Box], list[str]]], lines: Sequence[str], min_height_px: int
) -> None:
    if [" ".join(texts) for _, _, texts in rows] != list(lines):
        raise Disproved("other-text", "the lines of the answer are not those that were placed")
    for (above, _, _), (below, _, _) in itertools.pairwise(rows):
        if below[1] < above[3]:
            raise Disproved("overlap", f"a line ends at {above[3]} px, the next is at {below[1]}")
    for (box, _, _), line in zip(rows, lines, strict=True):
        if box[3] - box[1] < min_height_px:
            raise Disproved("illegible", f"{line!r} is {box[3] - box[1]} px high")


def _regions(rows: Sequence[tuple[Box, list[Box], list[str]]]) -> Regions:
    def columns() -> Iterator[tuple[str, Box, str]]:
        for box, boxes, texts in rows:
            yield "line", box, " ".join(texts)
            yield from (("word", one, text) for one, text in zip(boxes, texts, strict=True))

    levels, boxes, texts = zip(*columns(), strict=True)
    return Regions(levels, np.array(boxes, BOX_DTYPE), texts)


def facts(
    proved: Proved, placed: Placed, text: str, contrast: float, area: int
) -> Mapping[str, float]:
    """Return the scores that a sample stores.

    Args:
        area: pixels of the picture.
    """
    return {
        "jitter": round(placed.share, 4),
        "density": round(len(text) / area * 1e6, 1),
        "ink": round(proved.ink / area, 5),
        "height_px": proved.height_px,
        "contrast": round(contrast, 2),
    }
