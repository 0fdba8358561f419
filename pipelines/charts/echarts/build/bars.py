"""Bar charts: one series, grouped, stacked, of shares, upright and sideways; waterfalls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyecharts.charts import Bar

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.board import Board, Option, put_legend
from pipelines.charts.echarts.build.cartesian import (
    Cartesian,
    Span,
    days_of,
    lay_out,
    lay_out_sideways,
)
from pipelines.charts.echarts.build.names import Names
from pipelines.charts.echarts.build.parts import (
    MISSING,
    NO_LABEL,
    colour_of,
    edge_style,
    finish,
    finish_series,
    inner_colour,
    label_style,
)
from pipelines.charts.echarts.build.scale import scale_of
from pipelines.charts.spec.labels import compose
from pipelines.charts.spec.model import Series, Spec, Table

_SHARES = tuple(range(0, 101, 20))
_SIDES = {True: ("right", "left"), False: ("top", "bottom")}


def build_bars(board: Board) -> Bar:
    """Build a bar chart of any kind but waterfalls."""
    spec, table = board.spec, board.spec.data
    assert isinstance(table, Table)
    names = [one.name for one in table.series]
    many = len(names) > 1
    put_legend(board, names, needed=many, inside=not spec.about.horizontal)
    low, high = value_range(table.series, stacked=spec.about.stacked)
    along = names_of(spec, table, wide=True)
    plot, turned = _lay_out_labelled(board, table, low, high, along)
    chart = Bar()
    chart.add_xaxis(along_texts(plot))
    for at, one in enumerate(table.series):
        add_bars(board, chart, plot, at, one, len(table.series), turned=turned)
    if spec.about.horizontal:
        chart.reversal_axis()
    return finish_cartesian(board, chart, plot)


def _lay_out_labelled(
    board: Board, table: Table, low: float, high: float, along: Names
) -> tuple[Cartesian, bool]:
    """Lay out with headroom for labels; return the plot and whether its labels are turned."""
    spec = board.spec
    place = lay_out_sideways if spec.about.horizontal else lay_out
    if spec.kind == "bar_percent":
        fixed = scale_of(spec.value, 0.0, 100.0, tuple(map(float, _SHARES)), 20.0)
        return place(board, Span(spec.value, 0, 100, fixed=fixed), along), False
    outside = spec.labels != "none" and label_side(board) == "outside"
    if not outside:
        return place(board, Span(spec.value, low, high), along), False
    px = board.frame.label_px
    texts = [t for one in table.series for t in label_texts(spec, table, one) if t]
    wide = board.ruler.widest(texts, px)
    tall = px * (1 + max(text.count("\n") for text in texts))
    room = (wide if spec.about.horizontal else tall) + 9.0
    foot = room if low < 0 else 0.0
    plot = place(board, Span(spec.value, low, high, head=room, foot=foot), along)
    if spec.about.horizontal:
        return plot, False
    slot = plot.slot * board.style.bar_share / len(table.series)
    gap = plot.slot - (len(table.series) - 1) * slot
    room_each = min(slot, gap) if len(table.series) > 1 else plot.slot
    if wide + 3 <= room_each:
        return plot, False
    if slot < px + 1:
        raise CannotDraw("no-room", "the bars are narrower than their labels are tall")
    foot = wide + 9.0 if low < 0 else 0.0
    return place(board, Span(spec.value, low, high, head=wide + 9.0, foot=foot), along), True


def names_of(spec: Spec, table: Table, *, wide: bool = False) -> Names:
    """Return the categories of a table; those of sideways bars stand evenly, dates or not."""
    days = () if spec.about.horizontal else days_of(table.dates)
    return Names(table.categories, spec.category_title, days, wide)


def label_side(board: Board) -> str:
    """Return where labels of bars stand: "outside", "inside" or "centre"."""
    if board.spec.about.stacked:
        return "centre"
    return board.style.label_place


def label_texts(spec: Spec, table: Table, one: Series) -> list[str]:
    """Return the labels of a series, "" where there is none."""
    form = spec.axis_of(one).format
    return [
        "" if value is None else compose(spec.labels, name, form.text(value), "")
        for name, value in zip(table.categories, one.values, strict=True)
    ]


def along_texts(plot: Cartesian) -> list[str]:
    """Return the categories as their axis has them."""
    texts: list[str] = (plot.y[0] if plot.horizontal else plot.x).get("data", [])
    return texts


def value_range(series: tuple[Series, ...], *, stacked: bool) -> tuple[float, float]:
    """Return the least and the greatest value that bars reach."""
    if not stacked:
        values = [value for one in series for value in one.values if value is not None]
        return min(values), max(values)
    columns = list(zip(*(one.values for one in series), strict=True))
    ups = [sum(value for value in column if value and value > 0) for column in columns]
    downs = [sum(value for value in column if value and value < 0) for column in columns]
    return min(downs), max(ups)


def add_bars(
    board: Board, chart: Bar, plot: Cartesian, at: int, one: Series, count: int,
    *, turned: bool = False, colour: str = "", axis_index: int | None = None, panel: int = 0,
) -> None:  # fmt: skip
    """Add a series of bars.

    Args:
        board: not changed.
        chart: to which it is added.
        plot: as laid out.
        at: number of the series.
        one: its values.
        count: how many series of bars there are.
        turned: whether labels are turned.
        colour: of the bars; "": of the series.
        axis_index: which value axis measures it.
        panel: which small chart it is in.
    """
    spec, style = board.spec, board.style
    fill = colour or colour_of(board, at)
    table = spec.data if isinstance(spec.data, Table) else None
    forms = spec.axis_of(one).format
    names = table.categories if table is not None else ("",) * len(one.values)
    texts = [
        "" if value is None else compose(spec.labels, name, forms.text(value), "")
        for name, value in zip(names, one.values, strict=True)
    ]
    label, rows = bar_labels(board, plot, one, texts, fill, count, turned=turned)
    chart.add_yaxis(
        one.name,
        [],
        stack="all" if spec.about.stacked else None,
        category_gap=f"{100 * (1 - style.bar_share):.4g}%",
        gap="0%" if style.extra.get("bars_touch", True) else "12%",
        label_opts=label,
        itemstyle_opts=edge_style(board, fill, **_corners(board, plot)),
        xaxis_index=panel or None,
        yaxis_index=axis_index if axis_index is not None else (panel or None),
    )
    finish_series(chart, str(at), without_edges(rows, one.values))


def without_edges(rows: list[Any], values: Sequence[float | None]) -> list[Any]:
    """Return data whose bars of no length have no outline, which would be all of them."""
    made = []
    for row, value in zip(rows, values, strict=True):
        whole: Any = row
        if value == 0:
            whole = dict(row) if isinstance(row, dict) else {"value": row}
            whole["itemStyle"] = {"borderWidth": 0}
        made.append(whole)
    return made


def _corners(board: Board, plot: Cartesian) -> Option:
    radius = board.style.bar_radius
    if not radius or board.spec.about.stacked:
        return {}
    return {"borderRadius": [0, radius, radius, 0] if plot.horizontal else [radius, radius, 0, 0]}


def bar_labels(
    board: Board, plot: Cartesian, one: Series, texts: list[str], fill: str, count: int,
    *, turned: bool,
) -> tuple[Option, list[Any]]:  # fmt: skip
    """Return the label option of a series of bars and its data with their texts."""
    spec, px = board.spec, board.frame.label_px
    up, down = _SIDES[plot.horizontal]
    values: list[Any] = [MISSING if value is None else value for value in one.values]
    if plot.times:
        values = [[time, value] for time, value in zip(plot.times, values, strict=True)]
    if spec.labels == "none":
        return NO_LABEL, values
    side = label_side(board)
    if side == "outside":
        more: Option = {"rotate": 90, "align": "left", "verticalAlign": "middle"} if turned else {}
        label = label_style(board, up, board.frame.text_colour, **more)
        below: Option = {"position": down}
        if turned:
            below["align"] = "right"
        rows = _rows(one, values, texts, below)
        return label, rows
    tall = _check_inside(board, plot, one, texts, count)
    ends = {"inside": f"inside{up.title()}", "centre": "inside"}
    label = label_style(board, ends[side], inner_colour(board, fill))
    if tall:
        label |= {"position": "inside", "rotate": 90}
    label["fontSize"] = px
    below = {"position": f"inside{down.title()}"} if side == "inside" and not tall else {}
    return label, _rows(one, values, texts, below)


def _rows(one: Series, values: list[Any], texts: list[str], below: Option) -> list[Any]:
    """Return data with the texts of their labels; `below` is the label option of falling bars."""
    rows: list[Any] = []
    for number, value, text in zip(one.values, values, texts, strict=True):
        if number is None:
            rows.append(value)
            continue
        row: Option = {"value": value, "t": text}
        if number < 0 and below:
            row["label"] = below
        rows.append(row)
    return rows


def _check_inside(board: Board, plot: Cartesian, one: Series, texts: list[str], count: int) -> bool:
    """Say whether labels inside bars have to be turned; refuse those that do not fit."""
    px, stacked = board.frame.label_px, board.spec.about.stacked
    thick = plot.slot * board.style.bar_share / (1 if stacked else count)
    scale = plot.scale
    span = plot.value_pixels / (scale.high - scale.low)
    wide = board.ruler.widest(texts, px)
    if scale.log:
        lengths = [scale.place(value) * plot.value_pixels for value in one.values if value]
    else:
        lengths = [abs(value) * span for value in one.values if value]
    shortest = min(lengths, default=0.0)
    along, over = (wide, px) if plot.horizontal else (px, wide)
    if shortest >= along + 4 and thick >= over + 2:
        return False
    if not plot.horizontal and shortest >= wide + 4 and thick >= px + 2:
        return True
    raise CannotDraw("no-room", "a label does not fit into its bar")


def finish_cartesian(board: Board, chart: Bar, plot: Cartesian) -> Bar:
    """Give a chart its axes and what all charts have."""
    finish(board, chart, xaxis_opts=plot.x, yaxis_opts=plot.y[0])
    for extra in plot.y[1:]:
        chart.extend_axis(yaxis=extra)
    chart.options["grid"] = [plot.grid]
    return chart


def build_waterfall(board: Board) -> Bar:
    """Build a waterfall: bars of changes on an unseen base, and totals from zero."""
    spec, table = board.spec, board.spec.data
    assert isinstance(table, Table)
    steps = waterfall_steps(table)
    reach = [end for step in steps for end in step]
    texts = label_texts(spec, table, table.series[0])
    px = board.frame.label_px
    room = px + 9.0 if spec.labels != "none" else 0.0
    low, high = min(0.0, *reach), max(reach)
    span = Span(spec.value, low, high, head=room, foot=room if low < 0 else 0.0)
    plot = lay_out(board, span, Names(table.categories, spec.category_title))
    if spec.labels != "none" and board.ruler.widest(texts, px) + 3 > plot.slot:
        raise CannotDraw("no-room", "labels are wider than the steps of the waterfall")
    chart = Bar()
    chart.add_xaxis(along_texts(plot))
    gap = f"{100 * (1 - board.style.bar_share):.4g}%"
    unseen = {"color": "transparent", "borderColor": "transparent"}
    common = {"stack": "all", "stack_strategy": "all", "category_gap": gap}
    chart.add_yaxis("", [], itemstyle_opts=unseen, label_opts=NO_LABEL, **common)
    finish_series(chart, "base", [base for base, _ in steps], silent=True)
    label = NO_LABEL
    if spec.labels != "none":
        label = label_style(board, "top", board.frame.text_colour)
    chart.add_yaxis(table.series[0].name, [], label_opts=label, **common)
    rows: list[Any] = []
    for at, (base, tip) in enumerate(steps):
        colour = colour_of(board, 0 if _is_total(table, at) else 1 if tip >= base else 2)
        row: Option = {"value": tip - base, "t": texts[at], "itemStyle": edge_style(board, colour)}
        if tip == base:
            row["itemStyle"] = {"color": colour}
        if tip < base:
            row["label"] = {"position": "bottom"}
        rows.append(row)
    finish_series(chart, "0", rows)
    return finish_cartesian(board, chart, plot)


def _is_total(table: Table, at: int) -> bool:
    return bool(table.totals) and table.totals[at]


def waterfall_steps(table: Table) -> list[tuple[float, float]]:
    """Return base and tip of each bar of a waterfall."""
    steps, level = [], 0.0
    for at, value in enumerate(table.series[0].values):
        change = value or 0.0
        base = 0.0 if _is_total(table, at) else level
        level = base + change
        steps.append((base, level))
    return steps
