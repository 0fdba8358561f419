"""Lines, steps and areas, on categories or dates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from pyecharts.charts import Line

from pipelines.charts.echarts.build.bars import (
    along_texts,
    finish_cartesian,
    names_of,
    value_range,
)
from pipelines.charts.echarts.build.board import Board, Option, put_legend
from pipelines.charts.echarts.build.cartesian import Cartesian, Span, lay_out
from pipelines.charts.echarts.build.label_places import Box, Place, Run, place_labels
from pipelines.charts.echarts.build.parts import (
    MISSING,
    colour_of,
    dash_of,
    finish_series,
    label_style,
    symbol_of,
)
from pipelines.charts.echarts.build.shades import READABLE, ratio
from pipelines.charts.spec.labels import compose
from pipelines.charts.spec.model import Series, Table

_FILLED = ("area", "area_stacked")
_LINE_Z, _LABEL_ROOM = 3, 12.0
Bars = Sequence[tuple[Box, str, bool]]


def build_lines(board: Board) -> Line:
    """Build a chart of lines or areas."""
    spec, table = board.spec, board.spec.data
    assert isinstance(table, Table)
    names = [one.name for one in table.series]
    put_legend(board, names, needed=len(names) > 1, inside=True)
    if spec.about.stacked:
        low, high = _stacked_range(table)
    else:
        low, high = value_range(table.series, stacked=False)
    room = label_room(board)
    zero = spec.kind in _FILLED or board.style.value_from_zero
    span = Span(spec.value, low, high, zero, head=room, foot=room)
    plot = lay_out(board, span, names_of(spec, table))
    chart = Line()
    chart.add_xaxis(along_texts(plot))
    places = label_places(board, plot, table.series, table.categories)
    for at, one in enumerate(table.series):
        add_line(board, chart, plot, at, one, places[at], ink_of(board, at, len(table.series)))
    hide_markers(board, names)
    return finish_cartesian(board, chart, plot)


def _stacked_range(table: Table) -> tuple[float, float]:
    columns = zip(*(one.values for one in table.series), strict=True)
    sums = [list(accumulate(value or 0.0 for value in column)) for column in columns]
    return min(map(min, sums)), max(map(max, sums))


def label_room(board: Board) -> float:
    """Return the free pixels that lines need above their highest point."""
    marker = board.style.marker_px / 2 + board.style.line_px
    labelled = board.spec.labels != "none" and not board.spec.about.stacked
    return board.frame.label_px + _LABEL_ROOM if labelled else marker + 2


def ink_of(board: Board, at: int, count: int) -> str:
    """Return the colour of a line's labels: its own where several have labels, if it is legible."""
    colour, frame = colour_of(board, at), board.frame
    own = count > 1 and not board.spec.about.stacked
    return colour if own and ratio(colour, frame.plot_background) >= READABLE else frame.text_colour


def hide_markers(board: Board, names: Sequence[str]) -> None:
    """Take the markers off the legend's swatches of lines (or "") that have none."""
    if "data" in board.legend:
        board.legend["data"] = [
            {"name": name, "itemStyle": {"opacity": 0}}
            if name in names and symbol_of(board, at) == "none"
            else name
            for at, name in enumerate(board.legend["data"])
        ]


def label_places(
    board: Board, plot: Cartesian, series: Sequence[Series], names: Sequence[str],
    taken: Sequence[Box] = (), bars: Sequence[Bars] = (),
) -> list[list[Place | None]]:  # fmt: skip
    """Return where the labels of some lines stand.

    Args:
        board: says what labels print.
        plot: as laid out.
        series: the lines.
        names: of the categories.
        taken: boxes of other labels, in pixels from the plot's top left.
        bars: per line, those that lie beneath: see `Run`.

    Raises:
        CannotDraw: a label has no free place.
    """
    if board.spec.labels == "none":
        return [[None] * len(names) for _ in series]
    runs = label_runs(board, plot, series, names, bars)
    return place_labels(board, plot.width, plot.height, runs, taken, plot.above)


def label_runs(
    board: Board, plot: Cartesian, series: Sequence[Series], names: Sequence[str],
    bars: Sequence[Bars] = (),
) -> list[Run]:  # fmt: skip
    """Return lines as they run through the plot, with the texts of their labels."""
    spec = board.spec
    places = places_along(plot, len(names))
    under = [0.0] * len(names)
    runs = []
    for number, one in enumerate(series):
        scale = plot.second if one.second and plot.second else plot.scale
        form = spec.axis_of(one).format
        points: list[tuple[float, float] | None] = []
        texts = []
        for at, value in enumerate(one.values):
            if value is None:
                points.append(None)
                texts.append("")
                continue
            level = under[at] + value if spec.about.stacked else value
            under[at] = level
            points.append((places[at], (1 - scale.place(level)) * plot.height))
            texts.append(compose(spec.labels, names[at], form.text(value), ""))
        runs.append(
            Run(
                points,
                texts,
                _step(board),
                below=spec.about.stacked,
                floor=plot.height if spec.kind in _FILLED else None,
                bars=bars[number] if bars else (),
            )
        )
    return runs


def _step(board: Board) -> str:
    return str(board.style.extra.get("step", "end")) if board.spec.kind == "line_step" else ""


def places_along(plot: Cartesian, count: int) -> list[float]:
    """Return where the categories stand, in pixels from the left of the plot."""
    if not plot.times:
        return [(at + 0.5) * plot.slot for at in range(count)]
    low, high = plot.x["min"], plot.x["max"]
    return [(time - low) / (high - low) * plot.width for time in plot.times]


def add_line(
    board: Board, chart: Line, plot: Cartesian, at: int, one: Series,
    places: Sequence[Place | None], ink: str, *, axis_index: int | None = None, panel: int = 0,
) -> None:  # fmt: skip
    """Add a series of points joined by a line.

    Args:
        board, chart, plot, at, one, axis_index, panel: as for `add_bars`.
        places: of its labels.
        ink: their colour.
    """
    spec, style = board.spec, board.style
    colour, symbol = colour_of(board, at), symbol_of(board, at)
    size = style.marker_px
    if symbol == "none" and (spec.labels != "none" or _lonely(one)):
        # Labels hang on symbols: one that the line hides.
        symbol, size = "circle", max(1.0, style.line_px)
    line: Option = {"width": style.line_px, "color": colour, "type": dash_of(board, at)}
    area = {"opacity": style.area_alpha, "color": colour} if spec.kind in _FILLED else None
    chart.add_yaxis(
        one.name,
        [],
        is_smooth=style.smooth and spec.kind != "line_step" and not _labelled(board),
        is_step=_step(board) or False,
        symbol=symbol,
        symbol_size=size,
        stack="all" if spec.kind == "area_stacked" else None,
        # Unlike "all" it passes over what is missing beneath.
        stack_strategy="samesign" if min(filter(None, one.values), default=0) >= 0 else "all",
        linestyle_opts=line,
        areastyle_opts=area,
        itemstyle_opts={"color": colour},
        label_opts=label_style(board, "inside", ink) if _labelled(board) else None,
        z=_LINE_Z,
        xaxis_index=panel or None,
        yaxis_index=axis_index if axis_index is not None else (panel or None),
    )
    data = _points(board, plot, one, places)
    finish_series(chart, str(at), data, showAllSymbol=True, smoothMonotone="x")


def _labelled(board: Board) -> bool:
    return board.spec.labels != "none"


def _lonely(one: Series) -> bool:
    """Say whether a point has no neighbour to be joined to."""
    values = (None, *one.values, None)
    return any(
        value is not None and values[at] is None and values[at + 2] is None
        for at, value in enumerate(one.values)
    )


def _points(
    board: Board, plot: Cartesian, one: Series, places: Sequence[Place | None]
) -> list[Any]:
    spec = board.spec
    table = spec.data
    names = table.categories if isinstance(table, Table) else ("",) * len(one.values)
    form = spec.axis_of(one).format
    rows: list[Any] = []
    for at, value in enumerate(one.values):
        shown = MISSING if value is None else value
        datum = [plot.times[at], shown] if plot.times else shown
        place = places[at]
        if value is None or place is None:
            rows.append(datum)
            continue
        row: Option = {"value": datum, "t": compose(spec.labels, names[at], form.text(value), "")}
        label: Option = {"offset": [round(place.dx, 2), round(place.dy, 2)]}
        row["label"] = label | ({"color": place.ink} if place.ink else {})
        rows.append(row)
    return rows
