"""The naive code of scatter plots, bubbles, histograms, box plots and candlesticks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter

from pipelines.charts.bench.naive_tables import axes, colour, texts
from pipelines.charts.bench.naive_words import number_text
from pipelines.charts.spec.model import Boxes, Candles, Histogram, Points, Spec
from pipelines.charts.style.model import Style


def _scatter(ax: Any, spec: Spec, style: Style) -> None:
    data = spec.data
    assert isinstance(data, Points)
    assert spec.x is not None
    largest = max((point[-1] for one in data.series for point in one.points), default=1.0)
    for at, one in enumerate(data.series):
        x, y, *size = np.array(one.points).T
        area = 800 * size[0] / largest if size else None
        ax.scatter(x, y, s=area, alpha=0.8, label=one.name, color=colour(style, at))
    if len(data.series) > 1:
        ax.legend()
    form = spec.x.format
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: number_text(form, value, tick=True))
    )
    axes(ax, spec, style, across=spec.x.title)


def _histogram(ax: Any, spec: Spec, style: Style) -> None:
    data = spec.data
    assert isinstance(data, Histogram)
    assert spec.x is not None
    widths = np.diff(data.edges)
    look = {"align": "edge", "color": colour(style, 0), "edgecolor": "white"}
    bars = ax.bar(data.edges[:-1], data.counts, widths, **look)
    if spec.labels != "none":
        ax.bar_label(bars, labels=texts(spec.value, data.counts), padding=2)
    ax.set_xticks(data.edges, [number_text(spec.x.format, edge, tick=True) for edge in data.edges])
    axes(ax, spec, style, across=spec.x.title)


def _boxes(ax: Any, spec: Spec, style: Style) -> None:
    data = spec.data
    assert isinstance(data, Boxes)
    names = ("whislo", "q1", "med", "q3", "whishi")
    place = np.arange(len(data.categories))
    width = style.bar_share / len(data.series)
    handles = []
    for at, one in enumerate(data.series):
        stats = [dict(zip(names, box, strict=True)) for box in one.boxes]
        shift = place + (at - (len(data.series) - 1) / 2) * width
        look = {"facecolor": colour(style, at)}
        drawn = ax.bxp(
            stats, shift, widths=0.8 * width, patch_artist=True, showfliers=False, boxprops=look
        )
        handles.append(drawn["boxes"][0])
    ax.set_xticks(place, data.categories)
    if len(data.series) > 1:
        ax.legend(handles, [one.name for one in data.series])
    axes(ax, spec, style)


def _candles(ax: Any, spec: Spec, style: Style) -> None:
    data = spec.data
    assert isinstance(data, Candles)
    opened, closed, lowest, highest = np.array(data.candles).T
    place = np.arange(len(opened))
    colours = [colour(style, int(one < other)) for one, other in zip(closed, opened, strict=True)]
    ax.vlines(place, lowest, highest, color=colours)
    ax.bar(place, closed - opened, style.bar_share, bottom=opened, color=colours)
    ax.set_xticks(place, data.categories)
    axes(ax, spec, style)


STATISTIC_DRAWERS: dict[str, Callable[[Any, Spec, Style], None]] = {
    "scatter": _scatter,
    "bubble": _scatter,
    "histogram": _histogram,
    "box": _boxes,
    "candlestick": _candles,
}
