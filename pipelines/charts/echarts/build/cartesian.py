"""Lays out plots with two axes: measures what stands around them and writes the axes' options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.axes import (
    MARGIN,
    MS_PER_DAY,
    name_axis,
    title_room,
    value_axis,
)
from pipelines.charts.echarts.build.board import Board, Option
from pipelines.charts.echarts.build.names import (
    Fitted,
    Names,
    fit_below,
    fit_beside,
    fit_places,
)
from pipelines.charts.echarts.build.scale import Scale, edge_scale, plan_scale, scale_of
from pipelines.charts.spec.model import Axis

_ROUNDS = 3
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Span:
    """What a number axis has to show: see `plan_scale`.

    Attributes:
        edges: where its ticks have to stand, every n-th if they are crowded; else ().
        fixed: range and ticks, if they are settled already.
    """

    axis: Axis
    low: float
    high: float
    zero: bool = True
    head: float = 0.0
    foot: float = 0.0
    edges: tuple[float, ...] = ()
    fixed: Scale | None = None

    def scale(self, pixels: float, tick_room: float, head: float = 0.0) -> Scale:
        """Choose range and ticks for so many pixels."""
        if self.fixed is not None:
            return self.fixed
        if self.edges:
            return edge_scale(self.axis, self.edges, pixels, tick_room)
        return plan_scale(
            self.axis, self.low, self.high, pixels, tick_room,
            zero=self.zero, head=max(self.head, 0.0) + head, foot=self.foot,
        )  # fmt: skip

    def lacking(self, scale: Scale, pixels: float) -> float:
        """Return how many of the free pixels beyond the greatest value a scale does not have."""
        if self.edges or self.fixed is not None or self.high <= 0 or scale.log:
            return 0.0
        return max(0.0, self.head - (1 - scale.place(self.high)) * pixels)


@dataclass(frozen=True, slots=True)
class Cartesian:
    """A plot with its axes.

    Attributes:
        grid, x, y: options.
        width, height: of the plot in pixels.
        scale, second, across: number axes: values, second values, and x of points.
        times: of the categories in milliseconds since 1970; ().
        slot: pixels that each category has along its axis.
        above: free pixels over the plot, for labels of values at its upper end.
    """

    grid: Option
    x: Option
    y: list[Option]
    width: float
    height: float
    scale: Scale
    second: Scale | None = None
    across: Scale | None = None
    times: tuple[int, ...] = ()
    slot: float = 0.0
    horizontal: bool = False
    above: float = 0.0

    @property
    def value_pixels(self) -> float:
        """Length of the value axis."""
        return self.width if self.horizontal else self.height


def days_of(dates: Sequence[str]) -> tuple[int, ...]:
    """Return ISO dates as days since 1970."""
    return tuple(date.fromisoformat(one).toordinal() - _EPOCH for one in dates)


def lay_out(
    board: Board, values: Span, along: Names | Span, second: Span | None = None,
    *, title: str | None = None,
) -> Cartesian:  # fmt: skip
    """Lay out a plot whose values run upwards.

    Args:
        board: the room for it.
        values: the value axis.
        along: categories, or the x axis of points.
        second: a second value axis.
        title: of the value axis, if not the one of `values.axis`.

    Raises:
        CannotDraw: there is no room.
    """
    board.need(120, 80)
    frame = board.frame
    tick_room = max(2.4 * frame.tick_px, 34)
    y_title = values.axis.title if title is None else title
    height = 0.75 * board.height
    for _ in range(_ROUNDS):
        scale = values.scale(height, tick_room, board.inside_legend)
        other = second.scale(height, tick_room, board.inside_legend) if second else None
        left = _value_room(board, scale) + title_room(board, y_title, height)
        right = 6.0
        if other is not None and second is not None:
            right = _value_room(board, other) + title_room(board, second.axis.title, height)
        below, width, left, right = _below(board, along, left, right)
        above = values.lacking(scale, height)
        if other is not None and second is not None:
            above = max(above, second.lacking(other, height))
        top = max(frame.tick_px * 0.6, above)
        x_title = along.title if isinstance(along, Names) else along.axis.title
        room = below[0] + MARGIN + title_room(board, x_title, width)
        height = board.height - top - room
        if height < 60 or width < 80:
            raise CannotDraw("no-room", f"the plot would be {width:.0f} x {height:.0f} pixels")
    fitted, across, times = below[1], below[2], below[3]
    grid = _grid(board, left, right, top, room)
    ys = [value_axis(board, scale, y_title, height, "y")]
    if other is not None and second is not None:
        ys.append(value_axis(board, other, second.axis.title, height, "y2"))
    if isinstance(along, Names):
        x = name_axis(board, along, fitted, width, times, "x")
    else:
        assert across is not None
        x = value_axis(board, across, along.axis.title, width, "x")
    slot = along.slot(width) if isinstance(along, Names) else width
    return Cartesian(grid, x, ys, width, height, scale, other, across, times, slot, above=above)


def lay_out_sideways(board: Board, values: Span, along: Names) -> Cartesian:
    """Lay out a plot whose values run to the right and whose first category is at the top."""
    board.need(120, 80)
    frame, ruler = board.frame, board.ruler
    width, height, tick_room = 0.7 * board.width, 0.75 * board.height, 60.0
    for _ in range(_ROUNDS):
        scale = values.scale(width, tick_room)
        wide = ruler.widest(scale.labels, frame.tick_px)
        tick_room = max(wide + 14, 40.0)
        fitted = fit_beside(board, along.texts, height, 0.3 * board.width)
        left = fitted.size + MARGIN + title_room(board, along.title, height) + 2
        lacking = values.lacking(scale, width)
        right = max(8.0, lacking, ruler.width(scale.labels[-1], frame.tick_px) / 2 + 2)
        width = board.width - left - right
        room = frame.tick_px * 1.2 + MARGIN + title_room(board, values.axis.title, width)
        height = board.height - room - 4
        if height < 60 or width < 80:
            raise CannotDraw("no-room", f"the plot would be {width:.0f} x {height:.0f} pixels")
    grid = _grid(board, left, right, 4, room)
    x = value_axis(board, scale, values.axis.title, width, "x")
    y = name_axis(board, along, fitted, height, (), "y")
    slot = along.slot(height)
    return Cartesian(grid, x, [y], width, height, scale, slot=slot, horizontal=True)


_Below = tuple[float, Fitted, Scale | None, tuple[int, ...]]


def _below(
    board: Board, along: Names | Span, left: float, right: float
) -> tuple[_Below, float, float, float]:
    """Fit what stands under the plot; return it with the plot's width and its sides' room."""
    frame = board.frame
    if isinstance(along, Span):
        width = board.width - left - right
        room = 60.0
        for _ in range(3):
            scale = along.scale(width, room)
            room = board.ruler.widest(scale.labels, frame.tick_px) + 14
            right = max(right, board.ruler.width(scale.labels[-1], frame.tick_px) / 2 + 2)
            width = board.width - left - right
        return (frame.tick_px * 1.2, Fitted((), 0, 0), scale, ()), width, left, right
    if not along.days:
        fitted = fit_below(board, along.texts, board.width - left - right)
        if fitted.left > left:
            left = fitted.left
            fitted = fit_below(board, along.texts, board.width - left - right)
        return (fitted.size, fitted, None, ()), board.width - left - right, left, right
    for _ in range(2):
        width = board.width - left - right
        places = _places(along, width)
        fitted = fit_places(board, along.texts, places)
        left = max(left, fitted.left)
        last = max(at for at, text in enumerate(fitted.texts) if text)
        right = max(right, fitted.right + places[last] - width)
    times = tuple(day * MS_PER_DAY for day in along.days)
    return (fitted.size, fitted, None, times), board.width - left - right, left, right


def _places(along: Names, width: float) -> list[float]:
    low, high = along.ends
    return [width * (day - low) / (high - low) for day in along.days]


def _value_room(board: Board, scale: Scale) -> float:
    return board.ruler.widest(scale.labels, board.frame.tick_px) + MARGIN + 2


def _grid(board: Board, left: float, right: float, top: float, bottom: float) -> Option:
    frame = board.frame
    framed = {"top", "right"} <= set(frame.spines)
    own = frame.plot_background != frame.background
    if board.inside_legend and board.legend.get("left") == "inside":
        wide = board.legend["width"] + 2 * board.legend["padding"]
        board.legend["left"] = round(board.right - right - wide - 8, 2)
        board.legend["top"] = round(board.top + top + 6, 2)
    return {
        "show": framed or own,
        "left": round(board.left + left, 2),
        "right": round(frame.width - board.right + right, 2),
        "top": round(board.top + top, 2),
        "bottom": round(frame.height - board.bottom + bottom, 2),
        "backgroundColor": frame.plot_background if own else "transparent",
        "borderColor": frame.axis_colour,
        "borderWidth": 1 if framed else 0,
    }


def lay_out_cells(board: Board, along: Names, rows: Names) -> Cartesian:
    """Lay out a plot with categories on both axes, the first row at the top."""
    board.need(120, 80)
    height = 0.75 * board.height
    for _ in range(_ROUNDS):
        side = fit_beside(board, rows.texts, height, 0.3 * board.width)
        left = side.size + MARGIN + title_room(board, rows.title, height) + 2
        below, width, left, right = _below(board, along, left, 4.0)
        room = below[0] + MARGIN + title_room(board, along.title, width)
        height = board.height - room - 4
        if height < 60 or width < 80:
            raise CannotDraw("no-room", f"the plot would be {width:.0f} x {height:.0f} pixels")
    grid = _grid(board, left, right, 4, room)
    x = name_axis(board, along, below[1], width, (), "x")
    y = name_axis(board, rows, side, height, (), "y")
    x["splitLine"] = y["splitLine"] = {"show": False}
    unused = scale_of(Axis(), 0.0, 1.0, (0.0, 1.0), 1.0)
    return Cartesian(grid, x, [y], width, height, unused, slot=along.slot(width))
