"""Sets the values at the corners of radar charts where no polygon runs through them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pyecharts.commons.utils import JsCode

from pipelines.charts.echarts.build.board import Board
from pipelines.charts.echarts.build.label_places import Box, Place, Point, Run, place_labels
from pipelines.charts.echarts.build.scale import Scale
from pipelines.charts.spec.model import Series


def place_corners(
    board: Board, series: Sequence[Series], names: Sequence[str], scale: Scale, radius: float,
    name_gap: float,
) -> list[JsCode]:  # fmt: skip
    """Return layout functions of the labels, per series.

    Args:
        board: the room in whose middle the chart stands.
        series: its polygons.
        names: of the spokes, as drawn.
        scale: along the spokes.
        radius: of the chart.
        name_gap: distance of the names from the spokes' ends.

    Raises:
        CannotDraw: a label has no free place.
    """
    form = board.spec.value.format
    runs = []
    for one in series:
        corners = [
            None if value is None else _at(board, at, len(names), radius * scale.place(value))
            for at, value in enumerate(one.values)
        ]
        texts = ["" if value is None else form.text(value) for value in one.values]
        runs.append(Run(corners, texts, closed=True))
    taken = [_name_box(board, at, names, radius + name_gap) for at in range(len(names))]
    chosen = place_labels(board, board.width, board.height, runs, taken)
    return [_layout(board, run.points, row) for run, row in zip(runs, chosen, strict=True)]


def _at(board: Board, at: int, count: int, length: float) -> Point:
    """Return a place on a spoke, in pixels from the top left of the board's room."""
    angle = math.tau * (0.25 + at / count)
    x, y = board.width / 2, board.height / 2
    return x + length * math.cos(angle), y - length * math.sin(angle)


def _name_box(board: Board, at: int, names: Sequence[str], length: float) -> Box:
    px = board.frame.tick_px
    x, y = _at(board, at, len(names), length)
    wide = board.ruler.width(names[at], px)
    tall = 1.2 * px * (1 + names[at].count("\n"))
    angle = math.tau * (0.25 + at / len(names))
    across, up = math.cos(angle), math.sin(angle)
    left = x - wide / 2 if abs(across) < 0.1 else x if across > 0 else x - wide
    top = y - tall / 2 if abs(across) >= 0.1 else y - tall if up > 0 else y
    return left, top, left + wide, top + tall


def _layout(board: Board, points: Sequence[Point | None], places: Sequence[Place | None]) -> JsCode:
    """Return a function that knows a corner by where its marker is."""
    rows = [
        [round(point[0] + board.left, 1), round(point[1] + board.top, 1), place.dx, place.dy]
        for point, place in zip(points, places, strict=True)
        if point is not None and place is not None
    ]
    return JsCode(
        f"function(p){{var a={rows!r},x=p.rect.x+p.rect.width/2,y=p.rect.y+p.rect.height/2,"
        "k=0,d=1/0;for(var i=0;i<a.length;i++){var e=Math.abs(a[i][0]-x)+Math.abs(a[i][1]-y);"
        "if(e<d){d=e;k=i}}return {dx:a[k][2],dy:a[k][3]}}"
    )
