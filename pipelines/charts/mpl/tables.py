"""Charts of a table on straight axes: bars, lines, areas, both together, and two value axes."""

from __future__ import annotations

import math
from datetime import date

from pipelines.charts.drawing import Box
from pipelines.charts.mpl.bars import (
    Bar,
    BarLabels,
    bar_entry,
    draw_bars,
    rows_of_bars,
    waterfall_bars,
)
from pipelines.charts.mpl.cartesian import build, segments, settle
from pipelines.charts.mpl.legend import Entry
from pipelines.charts.mpl.line_labels import Upright, emit_labels, label_room
from pipelines.charts.mpl.lines import Run, draw_runs, line_entry, runs_of
from pipelines.charts.mpl.page import Page
from pipelines.charts.mpl.plane import Plane
from pipelines.charts.mpl.scales import Extent
from pipelines.charts.mpl.scene import Scene
from pipelines.charts.mpl.sides import CategorySide, NumberSide, Room
from pipelines.charts.spec.model import Axis, Table

_EPOCH = date(1970, 1, 1)


def draw_table(scene: Scene, page: Page) -> None:
    """Draw a chart whose data are one table."""
    spec, table = scene.spec, scene.spec.data
    assert isinstance(table, Table)
    chart = TableChart(scene, table)
    page.set_legend(chart.entries(), scene.legend_place)
    chart.draw((page.left, page.bottom, page.right, page.top), spec.category_title)


class TableChart:
    """A table's bars and lines on one pair of axes, or on two value axes."""

    def __init__(self, scene: Scene, table: Table, mark: str = "") -> None:
        spec = scene.spec
        self._scene = scene
        self._table = table
        self._horizontal = spec.about.horizontal
        self._spots = [float((date.fromisoformat(one) - _EPOCH).days) for one in table.dates] or [
            float(at) for at in range(len(table.categories))
        ]
        default = mark or ("line" if spec.about.family == "line" else "bar")
        barred = [n for n, one in enumerate(table.series) if (one.mark or default) == "bar"]
        lined = [n for n, one in enumerate(table.series) if (one.mark or default) == "line"]
        if spec.kind == "waterfall":
            self._bars = waterfall_bars(scene, table, self._spots)
        else:
            self._bars = rows_of_bars(scene, table, barred, self._spots) if barred else []
        self._per_slot = 1 if spec.about.stacked else max(1, len(barred))
        self._runs = runs_of(scene, table, lined, self._spots) if lined else []
        self._barred, self._lined = barred, lined
        self._labels = BarLabels(scene, self._bars, self._horizontal, self._per_slot)

    def entries(self) -> list[Entry]:
        """Return the legend's entries in the order of the series."""
        scene, table = self._scene, self._table
        if scene.spec.kind == "waterfall" or not table.series[0].name:
            return []
        if len(table.series) == 1 and not scene.spec.legend:
            return []
        made = [bar_entry(scene, table.series[number].name, number) for number in self._barred]
        made += [line_entry(scene, table.series[run.series].name, run) for run in self._runs]
        return sorted(made, key=lambda entry: entry.series)

    def extent(self, second: bool = False) -> Extent:
        """Return the extent of the values on the first or second axis."""
        spec, table = self._scene.spec, self._table
        bars = [bar for bar in self._bars if table.series[bar.series].second == second]
        runs = [run for run in self._runs if table.series[run.series].second == second]
        values = [end for bar in bars for end in (bar.base, bar.tip)]
        values += [y for run in runs for y in run.ys if not math.isnan(y)]
        log = (spec.second if second and spec.second else spec.value).scale == "log"
        area = spec.kind in ("area", "area_stacked")
        if log:
            values = [value for value in values if value > 0]
        zero = bool(bars) or area or (self._scene.style.value_from_zero and min(values) >= 0)
        top = 100.0 if spec.kind == "bar_percent" else None
        return Extent(min(values), max(values), zero and (not log or bool(bars)), log, top=top)

    def category_side(self, title: str) -> CategorySide:
        """Return the side along which the categories stand."""
        scene, table = self._scene, self._table
        near = min((b - a for a, b in zip(self._spots, self._spots[1:], strict=False)), default=1.0)
        labelled = scene.spec.labels != "none"
        pad = 0.5 if self._bars or labelled else 0.0 if scene.spec.about.family != "line" else 0.3
        return CategorySide(
            scene, "left" if self._horizontal else "bottom", title,
            names=table.categories, places=tuple(self._spots) if table.dates else (),
            pad=pad * near, wanted_turn=scene.style.category_turn, wrap=scene.style.category_wrap,
        )  # fmt: skip

    def room(self, second: bool | None = None) -> Room:
        """Return what says how much room labels need on a value axis; None: whatever axis."""
        runs = [r for r in self._runs if second is None or self._second(r.series) == second]
        bars = [b for b in self._bars if second is None or self._second(b.series) == second]
        count = len(self._table.categories)

        def need(width: float, height: float) -> tuple[float, float]:
            length, across = (width, height) if self._horizontal else (height, width)
            foot, head = label_room(self._scene, runs)
            if bars:
                low, high = self._labels.room(length, across / count)
                foot, head = max(foot if runs else 0.0, low), max(head, high)
            return foot, head

        return need

    def value_side(self, axis: Axis, *, second: bool = False, several: bool = False) -> NumberSide:
        """Return the side of a value axis."""
        place = "right" if second else "bottom" if self._horizontal else "left"
        return NumberSide(
            self._scene, place, axis.title, axis=axis, extent=self.extent(second),  # type: ignore[arg-type]
            room=self.room(second if several else None),
        )  # fmt: skip

    def draw(self, room: Box, category_title: str) -> None:
        """Draw everything into a room (pixels, y upwards)."""
        spec = self._scene.spec
        several = spec.second is not None
        category, value = (
            self.category_side(category_title),
            self.value_side(spec.value, several=several),
        )
        right = None
        if spec.second is not None:
            right = self.value_side(spec.second, second=True, several=True)
        sides: tuple[CategorySide | NumberSide, CategorySide | NumberSide]
        sides = (value, category) if self._horizontal else (category, value)
        box = settle(room, sides[0], sides[1], right)
        self.place(box, sides[0], sides[1], right)

    def place(
        self, box: Box, bottom: CategorySide | NumberSide, left: CategorySide | NumberSide,
        right: NumberSide | None = None,
    ) -> None:  # fmt: skip
        """Draw on a plot area whose sides have been laid out."""
        scene, table = self._scene, self._table
        plot = build(scene, box, bottom, left, right, scene.panel)
        value = bottom if self._horizontal else left
        for bar in self._bars:
            # There is no zero on a logarithmic axis: bars start where it does.
            if value.scale == "log" and bar.base <= 0:
                bar.base = value.limits[0]
        firsts = [bar for bar in self._bars if not self._second(bar.series)]
        seconds = [bar for bar in self._bars if self._second(bar.series)]
        axes = {False: plot.axes, True: plot.second or plot.axes}
        labels, uprights = [], list[Upright]()
        for group, on in ((firsts, axes[False]), (seconds, axes[True])):
            drawn = draw_bars(scene, on, group, horizontal=self._horizontal)
            labels += self._labels.emit(on, drawn) if drawn else []
            uprights += [_upright(on, bar) for bar in group] if self._runs else []
        lined: list[tuple[Plane, Run]] = []
        for second in (False, True):
            runs = [run for run in self._runs if self._second(run.series) == second]
            draw_runs(scene, axes[second], runs, table)
            lined += [(axes[second], run) for run in runs]
        self._zero_line(plot.axes, value, box)
        emit_labels(scene, lined, labels, uprights)

    def _second(self, series: int) -> bool:
        return self._table.series[series].second and self._scene.spec.second is not None

    def _zero_line(self, axes: Plane, side: CategorySide | NumberSide, box: Box) -> None:
        low, high = side.limits
        if not self._bars or side.scale == "log" or not low < 0 < high:
            return
        x0, y0, x1, y1 = box
        if self._horizontal:
            at = x0 + side.along(0.0, x1 - x0)
            line = segments([((at, y0), (at, y1))], self._scene.frame.axis_colour, 1.0)
        else:
            at = y0 + side.along(0.0, y1 - y0)
            line = segments([((x0, at), (x1, at))], self._scene.frame.axis_colour, 1.0)
        line.set_zorder(2.4)
        axes.add(line)


def _upright(axes: Plane, bar: Bar) -> Upright:
    half = bar.width / 2
    (x0, y0), (x1, y1) = axes.at([(bar.centre - half, bar.base), (bar.centre + half, bar.tip)])
    box = float(x0), float(min(y0, y1)), float(x1), float(max(y0, y1))
    return Upright(bar.series, bar.item, box, bar.colour)
