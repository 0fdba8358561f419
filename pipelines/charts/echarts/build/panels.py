"""Small multiples: several plots of the same categories on equal axes."""

from __future__ import annotations

import math

from pyecharts.charts import Bar, Grid, Line

from pipelines.charts.echarts.build.bars import add_bars, along_texts, value_range
from pipelines.charts.echarts.build.board import Board, line_height, put_legend
from pipelines.charts.echarts.build.cartesian import Cartesian, Span, lay_out
from pipelines.charts.echarts.build.lines import (
    add_line,
    hide_markers,
    ink_of,
    label_places,
    label_room,
)
from pipelines.charts.echarts.build.names import Names
from pipelines.charts.echarts.build.parts import finish
from pipelines.charts.spec.model import Panels

_GAP = 18.0
_SHAPE, _LEAST_TALL, _LEAST_WIDE = 1.4, 170.0, 200.0


def build_panels(board: Board) -> Grid:
    """Build small charts in a grid, each with its title."""
    spec, data, frame = board.spec, board.spec.data, board.frame
    assert isinstance(data, Panels)
    first = data.panels[0].table
    names = [one.name for one in first.series]
    put_legend(board, names, needed=len(names) > 1)
    count = len(data.panels)
    columns = _columns(count, board.width, board.height)
    lines = math.ceil(count / columns)
    bars = data.mark == "bar"
    everything = tuple(one for panel in data.panels for one in panel.table.series)
    low = min(value_range((one,), stacked=False)[0] for one in everything)
    high = max(value_range((one,), stacked=False)[1] for one in everything)
    head = label_room(board) if spec.labels != "none" else 4.0
    span = Span(
        spec.value, low, high, bars or board.style.value_from_zero, head=head,
        foot=head if low < 0 or not bars else 0.0,
    )  # fmt: skip
    title_room = line_height(frame.axis_title_px) + 6.0
    y_room = title_room if spec.value.title else 0.0
    x_room = title_room if spec.category_title else 0.0
    wide = (board.width - y_room - _GAP * (columns - 1)) / columns
    tall = (board.height - x_room - _GAP * (lines - 1)) / lines
    if not bars:
        hide_markers(board, names)
    grid = Grid()
    made: list[Cartesian] = []
    for at, panel in enumerate(data.panels):
        row, column = divmod(at, columns)
        left = board.left + column * (wide + _GAP) + (y_room if column else 0.0)
        right = left + wide + (0.0 if column else y_room)
        top = board.top + row * (tall + _GAP)
        last = at + columns >= count
        cell = Board(spec, board.style, board.ruler, left, top, right, top + tall)
        cell.bottom += x_room if last else 0.0
        heading = board.ruler.wrap(panel.title, frame.subtitle_px, wide)
        middle = (left + right) / 2 + (0.0 if column else y_room / 2)
        colour = frame.text_colour
        role = f"panel_title:{at}"
        board.add_title(role, heading, frame.subtitle_px, colour, middle, top, align="center")
        cell.top += len(heading) * line_height(frame.subtitle_px) + 6
        if made:
            span = Span(spec.value, low, high, fixed=made[0].scale)
        along = Names(panel.table.categories, spec.category_title if last else "")
        plot = lay_out(cell, span, along, title=None if column == 0 else "")
        made.append(plot)
        chart = Bar() if bars else Line()
        chart.add_xaxis(along_texts(plot))
        rows, texts = panel.table.series, panel.table.categories
        places = [] if bars else label_places(board, plot, rows, texts)
        for number, one in enumerate(rows):
            if isinstance(chart, Bar):
                add_bars(board, chart, plot, number, one, len(rows))
            else:
                ink = ink_of(board, number, len(rows))
                add_line(board, chart, plot, number, one, places[number], ink)
            chart.options["series"][-1]["id"] = f"{number}:{at}"
        finish(board, chart, xaxis_opts=plot.x, yaxis_opts=plot.y[0])
        chart.options["title"] = []
        chart.options["legend"] = [board.legend] if at == 0 else []
        grid.add(chart, grid_opts=plot.grid)
    grid.options["title"] = board.titles
    grid.options["color"] = list(board.style.palette)
    return grid


def _columns(count: int, width: float, height: float) -> int:
    """Return how many panels stand side by side: near 1.4 times as wide as tall, no gaps."""

    def cost(columns: int) -> float:
        lines = math.ceil(count / columns)
        wide, tall = width / columns, height / lines
        shape = abs(math.log(wide / tall / _SHAPE))
        cramped = max(0.0, _LEAST_TALL - tall) / 20 + max(0.0, _LEAST_WIDE - wide) / 20
        return shape + 0.8 * (lines * columns - count) + cramped

    return min(range(1, count + 1), key=cost)
