"""Boxes of words, lines and spans of a proven page, from its glyphs, and those of its rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf
from pymupdf import mupdf

from pipelines.latex_pages.proof.compare import Proved
from pipelines.latex_pages.proof.page_glyphs import PageGlyphs

_WORD_GAP = 0.19  # em: blanks between words shrink to 0.22
_SCRIPT_SHIFT = 0.7  # em that a script may stand off its word's baseline
_SAME_BASELINE = 0.02  # em
_LINE_OVERLAP = 0.4  # of the lower one's height, for two pieces to stand on one line
_TOUCH = 3.0  # points between a table's text and its rules
_THIN = 3.0  # points: thicker fills are shading
_EVERYWHERE = mupdf.FzRect(-1e6, -1e6, 1e6, 1e6)
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spans:
    """Runs of neighbouring glyphs of a page.

    Attributes:
        starts, ends: (n,) glyphs `starts[i]:ends[i]` belong together.
        boxes: (n, 4) of their ink, in points.
    """

    starts: Indices
    ends: Indices
    boxes: Floats

    def __len__(self) -> int:
        return len(self.starts)


def words_of(page: PageGlyphs, breaks: Indices | None = None) -> Spans:
    """Return the words: glyphs with no blank between them, scripts included.

    Args:
        breaks: indices of glyphs that begin something else (another block), if known.
    """
    count = len(page.chars)
    if not count:
        return _spans(page, np.zeros(0, np.int64), np.zeros(0, np.int64))
    size = np.maximum(page.sizes[1:], page.sizes[:-1])
    xs, last_xs, rise = page.xs[1:], page.xs[:-1], page.ys[1:] - page.ys[:-1]
    gap = _WORD_GAP * size
    parted = (xs - page.ends[:-1] > gap) | (xs < last_xs - gap)
    parted |= np.abs(rise) > _SCRIPT_SHIFT * size
    parted &= (xs != last_xs) | (rise != 0)  # letters of one ligature stand at one place
    if breaks is not None:
        inner = breaks[(breaks > 0) & (breaks < count)]
        parted[inner - 1] = True
    starts = np.concatenate(([0], np.flatnonzero(parted) + 1))
    return _spans(page, starts, np.append(starts[1:], count))


def lines_of(page: PageGlyphs, words: Spans, breaks: Indices) -> Spans:
    """Return the lines: neighbouring words at one height; a tall formula may be several.

    Args:
        breaks: indices of glyphs that begin a block.
    """
    if not len(words):
        return words
    begins = np.zeros(len(page.chars) + 1, np.bool_)
    begins[breaks] = True
    pieces = _pieces(page, words, begins)
    first = np.array(_first_pieces(pieces, begins[pieces.starts].tolist()), np.int64)
    return Spans(
        pieces.starts[first],
        pieces.ends[np.append(first[1:], len(pieces)) - 1],
        _extremes(pieces.boxes, first),
    )


def _first_pieces(pieces: Spans, begins: Sequence[bool]) -> list[int]:
    """Return the first piece of each line.

    Args:
        begins: whether a piece begins a block, and so a line.
    """
    first: list[int] = []
    heights: list[tuple[float, float]] = []  # top and bottom of each line
    sides = zip(pieces.boxes[:, 1].tolist(), pieces.boxes[:, 3].tolist(), strict=True)
    for piece, height in enumerate(sides):
        if begins[piece] or not first or not _same_line(heights[-1], height):
            first.append(piece)
            heights.append(height)
            continue
        heights[-1] = _joined(heights[-1], height)
        # A line that has grown may reach the one before.
        while len(first) > 1 and not begins[first[-1]] and _same_line(heights[-2], heights[-1]):
            first.pop()
            height = heights.pop()
            heights[-1] = _joined(heights[-1], height)
    return first


def _pieces(page: PageGlyphs, words: Spans, begins: npt.NDArray[np.bool_]) -> Spans:
    """Return runs of words on one baseline, from left to right."""
    starts = words.starts
    xs, ys = page.xs[starts], page.ys[starts]
    parted = np.abs(ys[1:] - ys[:-1]) > _SAME_BASELINE * page.sizes[starts[1:]]
    parted |= xs[1:] < xs[:-1]
    parted |= begins[starts[1:]]
    first = np.concatenate(([0], np.flatnonzero(parted) + 1))
    ends = words.ends[np.append(first[1:], len(starts)) - 1]
    return Spans(starts[first], ends, _extremes(words.boxes, first))


def span_boxes(
    page: PageGlyphs, proved: Proved, spans: Sequence[tuple[int, int]]
) -> tuple[Floats, Indices]:
    """Return the boxes of spans of demanded glyphs, and which of the spans have glyphs at all.

    Args:
        spans: (first, end) indices of demanded glyphs, in any order.

    Returns:
        (m, 4) boxes in points, and the (m,) indices of their spans.
    """
    kept = np.array([at for at, (first, end) in enumerate(spans) if end > first], np.int64)
    if not len(kept):
        return np.zeros((0, 4)), kept
    bounds = np.array([spans[at] for at in kept.tolist()], np.int64)
    sides = page.boxes.T.take(proved.indices, axis=1)
    sides = np.concatenate((sides, sides[:, -1:]), axis=1)  # an end may be the number of glyphs
    return _extremes(sides.T, bounds.ravel())[::2], kept


def read_rules(display_list: pymupdf.DisplayList) -> Floats:
    """Return the (n, 4) boxes of a page's rules: fraction bars, lines of tables."""
    collector = _RuleReader()
    handle = display_list.this if hasattr(display_list, "this") else display_list
    mupdf.fz_run_display_list(handle, collector, mupdf.FzMatrix(), _EVERYWHERE, mupdf.FzCookie())
    mupdf.fz_close_device(collector)
    if collector.error is not None:
        raise collector.error
    boxes = np.array(collector.boxes, np.float64).reshape(-1, 4)
    thin: npt.NDArray[np.bool_] = (boxes[:, 2:] - boxes[:, :2]).min(axis=1) <= _THIN
    found: Floats = boxes[thin]
    return found


def with_rules(box: Floats, rules: Floats) -> Floats:
    """Return a table's box grown by the rules that touch it, and by those that touch these."""
    box = box.copy()
    left = rules
    while len(left):
        near = (left[:, :2] <= box[2:] + _TOUCH).all(axis=1)
        near &= (left[:, 2:] >= box[:2] - _TOUCH).all(axis=1)
        if not near.any():
            break
        box[:2] = np.minimum(box[:2], left[near, :2].min(axis=0))
        box[2:] = np.maximum(box[2:], left[near, 2:].max(axis=0))
        left = left[~near]
    return box


def to_pixels(
    boxes: Floats, scale: tuple[float, float], size: tuple[int, int]
) -> npt.NDArray[np.int32]:
    """Round boxes in points outwards to whole pixels, clipped to the picture.

    Args:
        scale: pixels per point in x and y.
        size: width and height of the picture in pixels.
    """
    scaled = boxes * (*scale, *scale)
    corners = np.empty((len(boxes), 4), np.int32)
    low = np.minimum(np.maximum(np.floor(scaled[:, :2]), 0), (size[0] - 1, size[1] - 1))
    corners[:, :2] = low
    corners[:, 2:] = np.minimum(np.maximum(np.ceil(scaled[:, 2:]), low + 1), size)
    return corners


class _RuleReader(mupdf.FzDevice2):  # type: ignore[misc]
    """A device that notes where paths are filled and stroked, and draws nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.use_virtual_fill_path()
        self.use_virtual_stroke_path()
        self.boxes: list[tuple[float, float, float, float]] = []
        self.error: Exception | None = None

    def fill_path(self, context: Any, path: Any, even_odd: Any, matrix: Any, *rest: Any) -> None:
        """Note a filled path."""
        self._note(path, None, matrix)

    def stroke_path(self, context: Any, path: Any, stroke: Any, matrix: Any, *rest: Any) -> None:
        """Note a stroked path."""
        self._note(path, stroke, matrix)

    def _note(self, path: Any, stroke: Any, matrix: Any) -> None:
        try:  # an exception must not cross MuPDF's C code
            box = mupdf.ll_fz_bound_path(path, stroke, matrix)
            self.boxes.append((box.x0, box.y0, box.x1, box.y1))
        except Exception as error:  # noqa: BLE001
            self.error = error


def _spans(page: PageGlyphs, starts: Indices, ends: Indices) -> Spans:
    boxes = _extremes(page.boxes, starts) if len(starts) else np.zeros((0, 4))
    return Spans(starts, ends, boxes)


def _extremes(boxes: Floats, starts: Indices) -> Floats:
    """Return the boxes around those from each start to the next."""
    found = np.empty((4, len(starts)))
    np.minimum.reduceat(boxes.T[:2], starts, axis=1, out=found[:2])
    np.maximum.reduceat(boxes.T[2:], starts, axis=1, out=found[2:])
    return found.T


def _same_line(line: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether tops and bottoms have enough in common."""
    overlap = min(line[1], other[1]) - max(line[0], other[0])
    return overlap > _LINE_OVERLAP * min(line[1] - line[0], other[1] - other[0])


def _joined(line: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return min(line[0], other[0]), max(line[1], other[1])
