"""Bars and lines over the same categories, measured on one axis or on two."""

from __future__ import annotations

from collections.abc import Sequence

from pyecharts.charts import Bar, Line

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.bars import (
    add_bars,
    along_texts,
    finish_cartesian,
    label_texts,
    names_of,
    value_range,
)
from pipelines.charts.echarts.build.board import Board, Option, put_legend
from pipelines.charts.echarts.build.cartesian import Cartesian, Span, lay_out
from pipelines.charts.echarts.build.label_places import Box, Obstacles
from pipelines.charts.echarts.build.lines import (
    add_line,
    hide_markers,
    ink_of,
    label_places,
    label_room,
    label_runs,
    places_along,
)
from pipelines.charts.echarts.build.parts import LABEL_DISTANCE, colour_of, inner_colour
from pipelines.charts.echarts.build.shades import READABLE, ratio
from pipelines.charts.spec.model import Series, Table


def build_mixed(board: Board) -> Bar:
    """Build bars and lines over the same categories."""
    spec, table = board.spec, board.spec.data
    assert isinstance(table, Table)
    put_legend(board, [one.name for one in table.series], needed=True, inside=True)
    spans = []
    for second in (False, True):
        rows = tuple(one for one in table.series if one.second == second)
        if not rows:
            continue
        low, high = value_range(rows, stacked=False)
        room = label_room(board)
        axis = spec.axis_of(rows[0])
        zero = board.style.value_from_zero or any(is_bar(one) for one in rows)
        foot = room if low < 0 or not zero else 0.0
        spans.append(Span(axis, low, high, zero, head=room, foot=foot))
    along = names_of(spec, table, wide=True)
    plot = lay_out(board, spans[0], along, spans[1] if len(spans) > 1 else None)
    chart, lines = Bar(), Line()
    for each in (chart, lines):
        each.add_xaxis(along_texts(plot))
    bars = [(at, one) for at, one in enumerate(table.series) if is_bar(one)]
    runs = [(at, one) for at, one in enumerate(table.series) if not is_bar(one)]
    inks = {at: ink_of(board, at, len(runs) + len(bars)) for at, _ in runs}
    options, taken = _label_bars(board, plot, table, bars, [one for _, one in runs])
    beneath = [_beneath(board, plot, table, bars, inks[at]) for at, _ in runs]
    rows_of_lines = tuple(one for _, one in runs)
    places = label_places(board, plot, rows_of_lines, table.categories, taken, beneath)
    for number, (at, one) in enumerate(bars):
        index = int(one.second and len(spans) > 1)
        add_bars(board, chart, plot, at, one, len(bars), axis_index=index)
        for row, option in zip(chart.options["series"][-1]["data"], options[number], strict=True):
            if option:
                row["label"] = option
    for (at, one), there in zip(runs, places, strict=True):
        index = int(one.second and len(spans) > 1)
        add_line(board, lines, plot, at, one, there, inks[at], axis_index=index)
    chart.overlap(lines)
    hide_markers(board, [one.name for one in rows_of_lines])
    return finish_cartesian(board, chart, plot)


def is_bar(one: Series) -> bool:
    """Say whether a series of a mixed chart is drawn as bars."""
    return one.mark != "line"


_Bars = Sequence[tuple[int, Series]]


def _bodies(
    board: Board, plot: Cartesian, table: Table, bars: _Bars
) -> list[list[tuple[Box, bool] | None]]:
    """Return the box of each bar of each series, and whether it rises from its base."""
    places = places_along(plot, len(table.categories))
    thick = plot.slot * board.style.bar_share / max(1, len(bars))
    made: list[list[tuple[Box, bool] | None]] = []
    for number, (_, one) in enumerate(bars):
        scale = plot.second if one.second and plot.second else plot.scale
        base = (1 - max(0.0, min(1.0, scale.place(0.0)))) * plot.height
        row: list[tuple[Box, bool] | None] = []
        for x, value in zip(places, one.values, strict=True):
            if value is None:
                row.append(None)
                continue
            left = x + (number - len(bars) / 2) * thick
            tip = (1 - scale.place(value)) * plot.height
            row.append(((left, min(tip, base), left + thick, max(tip, base)), value >= 0))
        made.append(row)
    return made


def _beneath(
    board: Board, plot: Cartesian, table: Table, bars: _Bars, ink: str
) -> list[tuple[Box, str, bool]]:
    """Return the boxes of the bars, the ink for labels on them and whether a given one will do."""
    made = []
    for (at, _), row in zip(bars, _bodies(board, plot, table, bars), strict=True):
        fill = colour_of(board, at)
        legible = ratio(ink, fill) >= READABLE
        made += [(body[0], inner_colour(board, fill), legible) for body in row if body]
    return made


def _label_bars(
    board: Board, plot: Cartesian, table: Table, bars: _Bars, lines: Sequence[Series]
) -> tuple[list[list[Option]], list[Box]]:
    """Return the label options of bars, that keep off the lines, and the boxes of the labels."""
    nothing: list[Option] = [{} for _ in table.categories]
    if board.spec.labels == "none":
        return [nothing for _ in bars], []
    runs = label_runs(board, plot, lines, table.categories)
    obstacles = Obstacles(runs, board.style.marker_px, board.style.line_px)
    bodies = _bodies(board, plot, table, bars)
    taken: list[Box] = []
    made: list[list[Option]] = []
    for (at, one), row in zip(bars, bodies, strict=True):
        inner = inner_colour(board, colour_of(board, at))
        options: list[Option] = []
        for body, text in zip(row, label_texts(board.spec, table, one), strict=True):
            if body is None:
                options.append({})
                continue
            offers = _offers(board, body[0], body[1], text, inner)
            struck = obstacles.strike([box for _, box in offers])
            free = [
                (option, box)
                for (option, box), hit in zip(offers, struck, strict=True)
                if not hit and -plot.above <= box[1] and box[3] <= plot.height
                and not any(_overlap(box, other) for other in taken)
            ]  # fmt: skip
            if not free:
                raise CannotDraw("no-room", f"a line runs through the bar's label {text!r}")
            option, box = free[0]
            taken.append(box)
            options.append(option)
        made.append(options)
    return made, taken


def _offers(
    board: Board, body: Box, rises: bool, text: str, inner: str
) -> list[tuple[Option, Box]]:
    """Return label options of a bar with their boxes, the best one first."""
    px, wide = board.frame.label_px, board.ruler.width(text, board.frame.label_px)
    x0, top, x1, bottom = body
    left, right = (x0 + x1 - wide) / 2, (x0 + x1 + wide) / 2
    over, under = top - LABEL_DISTANCE - px, bottom + LABEL_DISTANCE
    first = over if rises else under
    position = "top" if rises else "bottom"
    made: list[tuple[Option, Box]] = [
        ({"position": position, "color": board.frame.text_colour}, (left, first, right, first + px))
    ]
    if bottom - top < px + 2 * LABEL_DISTANCE or x1 - x0 < wide + 2:
        return made
    high, low = top + LABEL_DISTANCE, bottom - LABEL_DISTANCE - px
    inside = {"insideTop": high, "inside": (top + bottom - px) / 2, "insideBottom": low}
    names = list(inside) if rises else list(reversed(inside))
    for name in names:
        y = inside[name]
        made.append(({"position": name, "color": inner}, (left, y, right, y + px)))
    return made


def _overlap(one: Box, other: Box) -> bool:
    beside = one[0] < other[2] + 2 and other[0] < one[2] + 2
    return beside and one[1] < other[3] and other[1] < one[3]
