"""Pieces of options that all families of kinds use."""

from __future__ import annotations

from typing import Any

from pyecharts.charts.chart import Chart
from pyecharts.commons.utils import JsCode

from pipelines.charts.echarts.build.board import Board, Option
from pipelines.charts.echarts.build.shades import contrast

OWN_TEXT = JsCode("function(p){return p.data.t}")
"""Prints what an item of data carries for its label: no string of a user ever becomes code."""
NO_LABEL: Option = {"show": False}
MISSING = "-"
LABEL_DISTANCE = 5
_SYMBOLS = {
    "circle": "circle",
    "square": "rect",
    "triangle": "triangle",
    "diamond": "diamond",
    "cross": "path://M-3,-5L0,-2L3,-5L5,-3L2,0L5,3L3,5L0,2L-3,5L-5,3L-2,0L-5,-3Z",
}


def colour_of(board: Board, at: int) -> str:
    """Return the colour of a series or item."""
    palette = board.style.palette
    return palette[at % len(palette)]


def symbol_of(board: Board, at: int) -> str:
    """Return the symbol of a series' points, "none" for none."""
    markers = board.style.markers
    return _SYMBOLS.get(markers[at % len(markers)], "none") if markers else "none"


def dash_of(board: Board, at: int) -> str:
    """Return the dash of a series' line."""
    dashes = board.style.dashes
    return dashes[at % len(dashes)] if dashes else "solid"


def label_style(board: Board, place: str, colour: str, **more: Any) -> Option:
    """Return the option of labels that print their items' own texts."""
    return {
        "show": True,
        "position": place,
        "distance": LABEL_DISTANCE,
        "fontSize": board.frame.label_px,
        "color": colour,
        "formatter": OWN_TEXT,
        **more,
    }


def inner_colour(board: Board, fill: str) -> str:
    """Return the colour of labels on a fill."""
    return board.style.label_colour or contrast(fill)


def edge_style(board: Board, fill: str, **more: Any) -> Option:
    """Return the style of a filled mark."""
    style: Option = {"color": fill, **more}
    if board.style.edge:
        style |= {"borderColor": board.style.edge, "borderWidth": 1}
    return style


def finish_series(chart: Chart, ident: str, data: list[Any] | None = None, **more: Any) -> None:
    """Give the series added last its id, its data as they stand, and further options."""
    series = chart.options["series"][-1]
    series["id"] = ident
    series["emphasis"] = {"disabled": True}
    if data is not None:
        series["data"] = data
    series.update(more)


def finish(board: Board, chart: Chart, **options: Any) -> Chart:
    """Give a chart its titles, legend and further global options."""
    chart.set_global_opts(
        title_opts=board.titles,
        legend_opts={"show": False},
        tooltip_opts={"show": False},
        **options,
    )
    chart.options["legend"] = [board.legend]
    chart.options["color"] = list(board.style.palette)
    chart.options["animation"] = False
    if board.graphics:
        chart.options["graphic"] = board.graphics
    return chart
