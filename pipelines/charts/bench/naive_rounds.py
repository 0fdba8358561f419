"""The naive code of charts without a plain pair of axes: pies, roses, radars, funnels, heatmaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pipelines.charts.bench.naive_words import item_texts, number_text
from pipelines.charts.spec.model import Spec, Table
from pipelines.charts.style.model import Style


def _table(spec: Spec) -> Table:
    assert isinstance(spec.data, Table)
    return spec.data


def _items(spec: Spec) -> tuple[tuple[str, ...], list[float]]:
    table = _table(spec)
    return table.categories, [value or 0.0 for value in table.series[0].values]


def _colours(style: Style, count: int) -> list[str]:
    return [style.palette[at % len(style.palette)] for at in range(count)]


def _legend_if_wanted(ax: Any, spec: Spec, handles: Any, names: tuple[str, ...]) -> None:
    if spec.legend or not spec.labels.startswith("name"):
        ax.legend(handles, names)


def _pie(ax: Any, spec: Spec, style: Style) -> None:
    names, values = _items(spec)
    hole = {"width": 1 - style.hole} if spec.kind == "donut" else None
    wedges = ax.pie(
        values,
        labels=item_texts(spec, names, values),
        colors=_colours(style, len(values)),
        startangle=90 - style.start_angle,
        counterclock=False,
        wedgeprops=hole,
    )[0]
    _legend_if_wanted(ax, spec, wedges, names)


def _rose(ax: Any, spec: Spec, style: Style) -> None:
    names, values = _items(spec)
    angles = np.linspace(0, 2 * np.pi, len(values), endpoint=False)
    bars = ax.bar(angles, values, 2 * np.pi / len(values), color=_colours(style, len(values)))
    for angle, value, text in zip(angles, values, item_texts(spec, names, values), strict=True):
        ax.text(angle, value, text, ha="center")
    ax.set_axis_off()
    _legend_if_wanted(ax, spec, bars, names)


def _radar(ax: Any, spec: Spec, style: Style) -> None:
    table = _table(spec)
    angles = np.linspace(0, 2 * np.pi, len(table.categories), endpoint=False)
    closed = np.append(angles, angles[0])
    for one, colour in zip(table.series, _colours(style, len(table.series)), strict=True):
        values = np.array([value or 0.0 for value in one.values])
        ax.plot(closed, np.append(values, values[0]), color=colour, label=one.name)
        ax.fill(closed, np.append(values, values[0]), color=colour, alpha=style.area_alpha / 2)
        if spec.labels != "none":
            for angle, value in zip(angles, values, strict=True):
                ax.text(angle, value, number_text(spec.value.format, value))
    ax.set_theta_offset(np.pi / 2)
    ax.set_theta_direction(-1)
    ax.set_xticks(angles, table.categories)
    if len(table.series) > 1:
        ax.legend()


def _funnel(ax: Any, spec: Spec, style: Style) -> None:
    names, values = _items(spec)
    largest = max(values)
    left = [(largest - value) / 2 for value in values]
    bars = ax.barh(range(len(values)), values, left=left, color=_colours(style, len(values)))
    ax.bar_label(bars, labels=item_texts(spec, names, values), label_type="center")
    ax.invert_yaxis()
    ax.set_axis_off()
    _legend_if_wanted(ax, spec, bars, names)


def _heatmap(ax: Any, spec: Spec, style: Style) -> None:
    table = _table(spec)
    rows = np.array(
        [[np.nan if value is None else value for value in one.values] for one in table.series]
    )
    picture = ax.imshow(rows, aspect="auto", cmap="viridis")
    ax.grid(False)
    for (row, column), value in np.ndenumerate(rows):
        if not np.isnan(value):
            ax.text(column, row, number_text(spec.value.format, value), ha="center", va="center")
    ax.set_xticks(range(len(table.categories)), table.categories)
    ax.set_yticks(range(len(table.series)), [one.name for one in table.series])
    ax.tick_params(axis="x", rotation=style.category_turn)
    ax.set_xlabel(spec.category_title)
    ax.figure.colorbar(picture, label=spec.value.title)


ROUND_DRAWERS: dict[str, Callable[[Any, Spec, Style], None]] = {
    "pie": _pie,
    "donut": _pie,
    "rose": _rose,
    "radar": _radar,
    "funnel": _funnel,
    "heatmap": _heatmap,
}
