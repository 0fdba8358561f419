"""The naive code of charts of tables: bars, lines, areas, and both together."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter

from pipelines.charts.bench.naive_words import number_text
from pipelines.charts.spec.model import Spec, Table
from pipelines.charts.style.model import Style

_MOST_DATES = 8


def axes(ax: Any, spec: Spec, style: Style, *, across: str = "") -> None:
    """Title and format the axes of a chart with categories, or with numbers `across`."""
    form = spec.value.format
    values, names = (ax.xaxis, ax.yaxis) if spec.about.horizontal else (ax.yaxis, ax.xaxis)
    values.set_major_formatter(FuncFormatter(lambda value, _: number_text(form, value, tick=True)))
    values.set_label_text(spec.value.title)
    names.set_label_text(across or spec.category_title)
    if spec.value.scale == "log":
        (ax.set_xscale if spec.about.horizontal else ax.set_yscale)("log")
    if style.category_turn:
        ax.tick_params(axis="x", rotation=style.category_turn)


def _numbers(one: Any) -> Any:
    return np.array([math.nan if value is None else value for value in one.values])


def texts(axis: Any, values: Any) -> list[str]:
    """Return values as labels print them, "" for missing ones."""
    form = axis.format
    return ["" if math.isnan(value) else number_text(form, value) for value in values]


def _table(spec: Spec) -> Table:
    assert isinstance(spec.data, Table)
    return spec.data


def _many(spec: Spec) -> bool:
    return len(_table(spec).series) > 1


def colour(style: Style, at: int) -> str:
    """Return the colour of a series."""
    return style.palette[at % len(style.palette)]


def _bars(ax: Any, spec: Spec, style: Style) -> None:
    table = _table(spec)
    place = np.arange(len(table.categories))
    width = style.bar_share / len(table.series)
    for at, one in enumerate(table.series):
        values = _numbers(one)
        shift = place + (at - (len(table.series) - 1) / 2) * width
        if spec.about.horizontal:
            bars = ax.barh(shift, values, width, label=one.name, color=colour(style, at))
        else:
            bars = ax.bar(shift, values, width, label=one.name, color=colour(style, at))
        if spec.labels != "none":
            ax.bar_label(bars, labels=texts(spec.value, values), padding=2)
    _categories(ax, spec, place)
    if _many(spec):
        ax.legend()
    axes(ax, spec, style)


def _categories(ax: Any, spec: Spec, place: Any) -> None:
    if spec.about.horizontal:
        ax.set_yticks(place, _table(spec).categories)
        ax.invert_yaxis()
    else:
        ax.set_xticks(place, _table(spec).categories)


def _stacked_bars(ax: Any, spec: Spec, style: Style) -> None:
    table = _table(spec)
    place = np.arange(len(table.categories))
    base = np.zeros(len(table.categories))
    for at, one in enumerate(table.series):
        values = np.nan_to_num(_numbers(one))
        look = {"label": one.name, "color": colour(style, at)}
        if spec.about.horizontal:
            bars = ax.barh(place, values, style.bar_share, left=base, **look)
        else:
            bars = ax.bar(place, values, style.bar_share, bottom=base, **look)
        base += values
        if spec.labels != "none":
            ax.bar_label(bars, labels=texts(spec.value, values), label_type="center")
    _categories(ax, spec, place)
    if spec.kind == "bar_percent":
        ax.set_ylim(0, 100)
    ax.legend()
    axes(ax, spec, style)


def _waterfall(ax: Any, spec: Spec, style: Style) -> None:
    table = _table(spec)
    values = _numbers(table.series[0])
    totals = table.totals or (False,) * len(values)
    level, bottoms, colours = 0.0, [], []
    for value, total in zip(values, totals, strict=True):
        bottoms.append(0.0 if total else level)
        level = value if total else level + value
        colours.append(colour(style, 2 if total else 0 if value >= 0 else 1))
    bars = ax.bar(table.categories, values, style.bar_share, bottom=bottoms, color=colours)
    if spec.labels != "none":
        ax.bar_label(bars, labels=texts(spec.value, values), padding=2)
    axes(ax, spec, style)


def _places(ax: Any, table: Table) -> Any:
    """Return where the categories of lines stand, and set the ticks there."""
    if not table.dates:
        place = np.arange(len(table.categories))
        ax.set_xticks(place, table.categories)
        return place
    dates = np.array(table.dates, dtype="datetime64[D]")
    step = -(-len(dates) // _MOST_DATES)
    ax.set_xticks(dates[::step], table.categories[::step])
    return dates


def _annotate(ax: Any, place: Any, values: Any, texts: list[str]) -> None:
    for x, y, text in zip(place, values, texts, strict=True):
        if text:
            ax.annotate(text, (x, y), (0, 5), textcoords="offset points", ha="center")


def _line(ax: Any, spec: Spec, style: Style) -> None:
    table = _table(spec)
    place = _places(ax, table)
    marker = "o" if style.markers else None
    for at, one in enumerate(table.series):
        values = _numbers(one)
        look = {"color": colour(style, at), "label": one.name, "marker": marker}
        if spec.kind == "line_step":
            ax.step(place, values, where="mid", **look)
        else:
            ax.plot(place, values, **look)
        if spec.kind == "area":
            ax.fill_between(place, values, alpha=style.area_alpha, color=colour(style, at))
        if spec.labels != "none":
            _annotate(ax, place, values, texts(spec.value, values))
    if _many(spec):
        ax.legend()
    axes(ax, spec, style)


def _stacked_area(ax: Any, spec: Spec, style: Style) -> None:
    table = _table(spec)
    place = _places(ax, table)
    rows = np.array([np.nan_to_num(_numbers(one)) for one in table.series])
    colours = [colour(style, at) for at in range(len(rows))]
    ax.stackplot(place, rows, labels=[one.name for one in table.series], colors=colours)
    if spec.labels != "none":
        for one, tops in zip(table.series, rows.cumsum(axis=0), strict=True):
            _annotate(ax, place, tops, texts(spec.value, _numbers(one)))
    ax.legend()
    axes(ax, spec, style)


def _mixed(ax: Any, spec: Spec, style: Style) -> None:
    table = _table(spec)
    place = np.arange(len(table.categories))
    bars = [one for one in table.series if one.mark == "bar"]
    width = style.bar_share / max(1, len(bars))
    other = ax.twinx() if spec.second is not None else ax
    for at, one in enumerate(table.series):
        values, on = _numbers(one), other if one.second else ax
        look = {"label": one.name, "color": colour(style, at)}
        words = texts(spec.axis_of(one), values)
        if one.mark == "bar":
            shift = place + (bars.index(one) - (len(bars) - 1) / 2) * width
            drawn = on.bar(shift, values, width, **look)
            if spec.labels != "none":
                on.bar_label(drawn, labels=words, padding=2)
        else:
            on.plot(place, values, marker="o", **look)
            if spec.labels != "none":
                _annotate(on, place, values, words)
    ax.set_xticks(place, table.categories)
    axes(ax, spec, style)
    handles, names = ax.get_legend_handles_labels()
    if spec.second is not None:
        form = spec.second.format
        other.set_ylabel(spec.second.title)
        other.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: number_text(form, value, tick=True))
        )
        more = other.get_legend_handles_labels()
        handles, names = handles + more[0], names + more[1]
    ax.legend(handles, names)


TABLE_DRAWERS: dict[str, Callable[[Any, Spec, Style], None]] = {
    "bar": _bars,
    "bar_horizontal": _bars,
    "bar_grouped": _bars,
    "bar_grouped_horizontal": _bars,
    "bar_stacked": _stacked_bars,
    "bar_stacked_horizontal": _stacked_bars,
    "bar_percent": _stacked_bars,
    "waterfall": _waterfall,
    "line": _line,
    "line_multi": _line,
    "line_step": _line,
    "area": _line,
    "area_stacked": _stacked_area,
    "composite": _mixed,
    "dual_axis": _mixed,
}
