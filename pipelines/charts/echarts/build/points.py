"""Scatter plots and bubble charts."""

from __future__ import annotations

import math

from pyecharts.charts import Scatter

from pipelines.charts.echarts.build.board import Board, Option, line_height, put_legend
from pipelines.charts.echarts.build.cartesian import Cartesian, Span, lay_out
from pipelines.charts.echarts.build.parts import (
    NO_LABEL,
    colour_of,
    edge_style,
    finish,
    finish_series,
    label_style,
    symbol_of,
)
from pipelines.charts.spec.labels import compose
from pipelines.charts.spec.model import Points

_BIGGEST = 0.09
_SMALLEST_PX = 6.0
_KEY_GAP = 6.0
_OVER_AXIS_PX = 5.0
_LEAST_BIGGEST_PX = 22.0


def build_points(board: Board) -> Scatter:
    """Build a scatter plot, or a bubble chart where points have sizes."""
    spec, points, frame = board.spec, board.spec.data, board.frame
    assert isinstance(points, Points)
    assert spec.x is not None
    put_legend(
        board, [one.name for one in points.series], needed=len(points.series) > 1, inside=True
    )
    if points.size is not None and points.size.title:
        _put_size_title(board, points.size.title)
    diameter = min(board.width, board.height) * _BIGGEST * 2 if points.size else 0.0
    radius = max(diameter, board.style.marker_px) / 2 + 3
    rows = [point for one in points.series for point in one.points]
    biggest = max((point[2] for point in rows if len(point) > 2), default=1.0)
    xs, ys = [point[0] for point in rows], [point[1] for point in rows]
    zero = board.style.value_from_zero
    head = radius + (frame.label_px + 9.0 if spec.labels != "none" else 0.0)
    up = Span(spec.value, min(ys), max(ys), zero, head=head, foot=radius)
    wide = 0.0
    if spec.labels != "none":
        texts = [label for one in points.series for label in _labels(board, one.points)]
        wide = board.ruler.widest(texts, frame.label_px) / 2
    side = max(radius, wide)
    plot = lay_out(board, up, Span(spec.x, min(xs), max(xs), False, head=side, foot=side))
    if points.size:
        diameter = _within_axes(plot, rows, diameter)
    chart = Scatter()
    chart.add_xaxis([])
    for at, one in enumerate(points.series):
        label = NO_LABEL
        if spec.labels != "none":
            label = label_style(board, "top", frame.text_colour)
        symbol = "circle" if points.size else symbol_of(board, at)
        alpha: Option = {"opacity": 0.75} if points.size else {}
        chart.add_yaxis(
            one.name,
            [],
            symbol="circle" if symbol == "none" else symbol,
            symbol_size=max(_SMALLEST_PX, board.style.marker_px),
            label_opts=label,
            itemstyle_opts=edge_style(board, colour_of(board, at), **alpha),
        )
        data = []
        for point, text in zip(one.points, _labels(board, one.points), strict=True):
            row: Option = {"value": list(point)}
            if points.size:
                size = diameter * math.sqrt(point[2] / biggest)
                row["symbolSize"] = round(max(size, _SMALLEST_PX), 3)
            if spec.labels != "none":
                row["t"] = text
            data.append(row)
        finish_series(chart, str(at), data)
    finish(board, chart, xaxis_opts=plot.x, yaxis_opts=plot.y[0])
    chart.options["grid"] = [plot.grid]
    return chart


def _within_axes(plot: Cartesian, rows: list[tuple[float, ...]], diameter: float) -> float:
    """Return the diameter of the greatest bubble with which none reaches the axes' labels."""
    assert plot.across is not None
    biggest = max(row[2] for row in rows)
    for x, y, size in rows:
        left = plot.across.place(x) * plot.width
        up = plot.scale.place(y) * plot.height
        room = min(left, up) + _OVER_AXIS_PX
        share = math.sqrt(size / biggest)
        if share * diameter / 2 > room:
            diameter = 2 * room / share
    return max(diameter, _LEAST_BIGGEST_PX)


def _labels(board: Board, points: tuple[tuple[float, ...], ...]) -> list[str]:
    """Return the labels of points: their sizes where they have any, else their y values."""
    spec = board.spec
    assert isinstance(spec.data, Points)
    form = (spec.data.size or spec.value).format
    return [compose(spec.labels, "", form.text(point[-1]), "", "") for point in points]


def _put_size_title(board: Board, title: str) -> None:
    """Say above the plot, at its right, with a hollow circle, what the bubbles' areas measure."""
    px, colour = board.frame.legend_px, board.frame.text_colour
    key = 0.8 * px
    lines = board.ruler.wrap(title, px, board.width - key - _KEY_GAP)
    x = board.right - board.ruler.widest(lines, px)
    board.add_title("legend_title", lines, px, colour, x, board.top)
    board.graphics.append(
        {
            "type": "circle",
            "shape": {
                "cx": round(x - _KEY_GAP - key / 2, 2),
                "cy": round(board.top + line_height(px) / 2, 2),
                "r": round(key / 2, 2),
            },
            "style": {"fill": "none", "stroke": board.frame.muted_colour, "lineWidth": 1.2},
            "silent": True,
        }
    )
    board.top += len(lines) * line_height(px) + 4
