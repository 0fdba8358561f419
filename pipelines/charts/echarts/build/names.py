"""Fits category names along an axis: wrapped, turned, or, of dates, every n-th."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.board import Board
from pipelines.charts.echarts.build.ruler import wrap_by_count

TURNS = (0, 30, 45, 60, 90)
NAME_LINE_HEIGHT = 1.25
_GAP = 8.0
_MAX_LINES = 3


@dataclass(frozen=True, slots=True)
class Names:
    """Categories along an axis.

    Attributes:
        texts: their names.
        title: of the axis.
        days: since 1970, if they stand at dates; else ().
        wide: whether marks at dates are as wide as the dates are apart.
    """

    texts: tuple[str, ...]
    title: str
    days: tuple[int, ...] = ()
    wide: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of a time axis in days: a little beyond the first and the last date."""
        first, last = self.days[0], self.days[-1]
        pad = self.apart * 0.6 if self.wide else max(1.0, (last - first) * 0.03)
        return first - pad, last + pad

    @property
    def apart(self) -> float:
        """The least distance of two dates in days."""
        return float(min((b - a for a, b in pairwise(self.days)), default=1))

    def slot(self, length: float) -> float:
        """Return how many pixels of an axis's length each category has."""
        if not self.days:
            return length / len(self.texts)
        low, high = self.ends
        return length * self.apart / (high - low)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Names as they will be drawn.

    Attributes:
        texts: with line feeds; "" where the name of a date is left out.
        turn: degrees counter-clockwise.
        size: room across the axis in pixels, without the gap to it.
        left, right: how far the first and the last one reach beyond the plot.
    """

    texts: tuple[str, ...]
    turn: int
    size: float
    left: float = 0.0
    right: float = 0.0


def name_line_height(px: int) -> int:
    """Return the height of a line of a category name."""
    return round(px * NAME_LINE_HEIGHT)


def fit_below(board: Board, names: tuple[str, ...], length: float) -> Fitted:
    """Fit names under a horizontal axis of so many pixels.

    Raises:
        CannotDraw: they do not fit, however turned.
    """
    slot = length / len(names)
    first = board.style.category_turn
    for turn in (first, *(turn for turn in TURNS if turn > first)):
        fitted = _fit_upright(board, names, slot) if turn == 0 else _turn(board, names, slot, turn)
        if fitted is not None:
            return fitted
    raise CannotDraw("no-room", f"{len(names)} category names do not fit under the plot")


def _fit_upright(board: Board, names: tuple[str, ...], slot: float) -> Fitted | None:
    px, room, count = board.frame.tick_px, slot - _GAP, board.style.category_wrap
    texts = []
    for name in names:
        text = wrap_by_count(name, count) if count else name
        if board.ruler.width(text, px) > room:
            text = "\n".join(board.ruler.wrap(name, px, room))
            if board.ruler.width(text, px) > room:
                return None
        texts.append(text)
    lines = max(text.count("\n") + 1 for text in texts)
    if lines > _MAX_LINES:
        return None
    return Fitted(tuple(texts), 0, float(lines * name_line_height(px)))


def _turn(board: Board, names: tuple[str, ...], slot: float, turn: int) -> Fitted | None:
    px, angle = board.frame.tick_px, math.radians(turn)
    thick = px * 1.15
    if slot * math.sin(angle) < thick + 2:
        return None
    widths = [board.ruler.width(name, px) for name in names]
    tall = max(widths) * math.sin(angle) + thick * math.cos(angle)
    if tall > 0.4 * board.height:
        return None
    # A turned name ends under its place: it reaches back to the left.
    over = max(wide * math.cos(angle) + thick - slot * (at + 0.5) for at, wide in enumerate(widths))
    return Fitted(names, turn, tall, left=max(0.0, over))


def fit_beside(board: Board, names: tuple[str, ...], length: float, room: float) -> Fitted:
    """Fit names along a vertical axis, none wider than `room`.

    Raises:
        CannotDraw: they do not fit.
    """
    px, count = board.frame.tick_px, board.style.category_wrap
    texts = []
    for name in names:
        text = wrap_by_count(name, count) if count else name
        if board.ruler.width(text, px) > room:
            text = "\n".join(board.ruler.wrap(name, px, room))
        texts.append(text)
    wide = board.ruler.widest(texts, px)
    lines = max(text.count("\n") + 1 for text in texts)
    if lines > 1 and lines * name_line_height(px) + 2 > length / len(names):
        texts = list(names)
        wide, lines = board.ruler.widest(texts, px), 1
    if wide > 1.4 * room or lines * name_line_height(px) > length / len(names):
        raise CannotDraw("no-room", f"{len(names)} category names do not fit beside the plot")
    return Fitted(tuple(texts), 0, wide)


def fit_places(board: Board, texts: tuple[str, ...], places: list[float]) -> Fitted:
    """Fit texts centred at given places (pixels from the axis's start): every n-th if crowded."""
    px = board.frame.tick_px
    widths = [board.ruler.width(text, px) for text in texts]
    for every in range(1, len(texts) + 1):
        kept = range(0, len(texts), every)
        apart = all(
            places[b] - places[a] >= (widths[a] + widths[b]) / 2 + _GAP for a, b in pairwise(kept)
        )
        if apart:
            break
    shown = tuple(text if at % every == 0 else "" for at, text in enumerate(texts))
    last = kept[-1]
    return Fitted(
        shown, 0, float(name_line_height(px)), widths[0] / 2 - places[0], widths[last] / 2
    )
