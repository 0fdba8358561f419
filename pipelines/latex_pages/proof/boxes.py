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
    gap = page.xs[1:] - page.ends[:-1]
    same_place = page.xs[1:] == page.xs[:-1]  # letters of one ligature
    parted = (gap > _WORD_GAP * size) | (page.xs[1:] < page.xs[:-1] - _WORD_GAP * size)
    parted |= np.abs(np.diff(page.ys)) > _SCRIPT_SHIFT * size
    parted &= ~(same_place & (np.diff(page.ys) == 0))
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
    begins = frozenset(breaks.tolist())
    pieces = _pieces(page, words, breaks)
    lines: list[list[float]] = []  # first piece, end piece, box
    starts = pieces.starts.tolist()
    for piece, (start, box) in enumerate(zip(starts, pieces.boxes.tolist(), strict=True)):
        if lines and start not in begins and _same_line(lines[-1], box):
            _grow(lines[-1], piece + 1, box)
        else:
            lines.append([piece, piece + 1, *box])
        while len(lines) > 1 and starts[int(lines[-1][0])] not in begins:
            if not _same_line(lines[-2], lines[-1][2:]):
                break
            last = lines.pop()
            _grow(lines[-1], last[1], last[2:])
    first = np.array([line[0] for line in lines], np.int64)
    end = np.array([line[1] for line in lines], np.int64)
    boxes = np.array([line[2:] for line in lines], np.float64)
    return Spans(pieces.starts[first], pieces.ends[end - 1], boxes)


def _pieces(page: PageGlyphs, words: Spans, breaks: Indices) -> Spans:
    """Return runs of words on one baseline, from left to right."""
    starts = words.starts
    size = page.sizes[starts[1:]]
    parted = np.abs(np.diff(page.ys[starts])) > _SAME_BASELINE * size
    parted |= np.diff(page.xs[starts]) < 0
    parted |= np.isin(starts[1:], breaks)
    first = np.concatenate(([0], np.flatnonzero(parted) + 1))
    low = np.minimum.reduceat(words.boxes[:, :2], first)
    high = np.maximum.reduceat(words.boxes[:, 2:], first)
    ends = words.ends[np.append(first[1:], len(starts)) - 1]
    return Spans(starts[first], ends, np.concatenate((low, high), axis=1))


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
    boxes = page.boxes[proved.indices]
    boxes = np.concatenate((boxes, boxes[-1:]))  # an end may be the number of glyphs
    flat = bounds.ravel()
    low = np.minimum.reduceat(boxes[:, :2], flat)[::2]
    high = np.maximum.reduceat(boxes[:, 2:], flat)[::2]
    return np.concatenate((low, high), axis=1), kept


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
    corners = np.empty((len(boxes), 4), np.int32)
    low = np.floor(boxes[:, :2] * scale)
    high = np.ceil(boxes[:, 2:] * scale)
    corners[:, :2] = np.clip(low, 0, (size[0] - 1, size[1] - 1))
    corners[:, 2:] = np.minimum(np.maximum(high, corners[:, :2] + 1), size)
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
    if not len(starts):
        return Spans(starts, ends, np.zeros((0, 4)))
    low = np.minimum.reduceat(page.boxes[:, :2], starts)
    high = np.maximum.reduceat(page.boxes[:, 2:], starts)
    return Spans(starts, ends, np.concatenate((low, high), axis=1))


def _same_line(line: list[float], box: Sequence[float]) -> bool:
    overlap = min(line[5], box[3]) - max(line[3], box[1])
    return overlap > _LINE_OVERLAP * min(line[5] - line[3], box[3] - box[1])


def _grow(line: list[float], end: float, box: Sequence[float]) -> None:
    line[1] = end
    line[2:] = [
        min(line[2], box[0]),
        min(line[3], box[1]),
        max(line[4], box[2]),
        max(line[5], box[3]),
    ]
