"""Bars: grouped, stacked, of 100 percent, horizontal, and waterfalls, with their labels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.patches import Rectangle

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.mpl.label import Label
from pipelines.charts.mpl.legend import Entry
from pipelines.charts.mpl.looks import colour_of, contrasting, cycle, hatch_colour
from pipelines.charts.mpl.plane import Plane
from pipelines.charts.mpl.scene import Drawn, Scene
from pipelines.charts.mpl.typeset import Typesetter
from pipelines.charts.spec.labels import compose
from pipelines.charts.spec.model import Table

LABEL_GAP = 3
_LEAST_LABEL_PX = 9


@dataclass(slots=True)
class Bar:
    """A bar to be: its place on the category axis, its ends on the value axis, its label."""

    series: int
    item: int
    centre: float
    width: float
    base: float
    tip: float
    colour: str
    hatch: str
    text: str


def rows_of_bars(scene: Scene, table: Table, which: list[int], spots: list[float]) -> list[Bar]:
    """Return the bars of some series of a table.

    Args:
        scene: of the chart.
        table: the values.
        which: numbers of the series that are bars.
        spots: where the categories stand on their axis.
    """
    spec, style = scene.spec, scene.style
    stacked = spec.about.stacked
    slot = min((b - a for a, b in pairwise(spots)), default=1.0)
    full = slot * style.bar_share
    width = full if stacked else full / len(which)
    high, low = [0.0] * len(spots), [0.0] * len(spots)
    made = []
    for order, number in enumerate(which):
        series = table.series[number]
        form = spec.axis_of(series).format
        for item, value in enumerate(series.values):
            if value is None:
                continue
            centre, base = spots[item], 0.0
            if stacked:
                ends = high if value >= 0 else low
                base = ends[item]
                ends[item] += value
            else:
                centre += (order - (len(which) - 1) / 2) * width
            name = table.categories[item] if len(table.series) == 1 else series.name
            text = compose(spec.labels, name, form.text(value), "", join(scene))
            made.append(
                Bar(
                    number, item, centre, width, base, base + value,
                    colour_of(style, number), cycle(style.hatches, number), text,
                )
            )  # fmt: skip
    return made


def waterfall_bars(scene: Scene, table: Table, spots: list[float]) -> list[Bar]:
    """Return the bars of a waterfall: totals from zero, changes from where the last one ended."""
    spec, style = scene.spec, scene.style
    form, series = spec.value.format, table.series[0]
    totals = table.totals or (False,) * len(spots)
    level, made = 0.0, []
    for item, value in enumerate(series.values):
        if value is None:
            continue
        base, tip = (0.0, value) if totals[item] else (level, level + value)
        level = tip
        look = 2 if totals[item] else 0 if value >= 0 else 1
        text = compose(spec.labels, table.categories[item], form.text(value), "", join(scene))
        made.append(
            Bar(
                0, item, spots[item], style.bar_share, base, tip,
                colour_of(style, look), cycle(style.hatches, 0), text,
            )
        )  # fmt: skip
    return made


def join(scene: Scene) -> str:
    """Return what stands between a name and its value."""
    return str(scene.style.extra.get("label_join", ": "))


class BarLabels:
    """Labels of bars: which way they run and what room they take, once a plot's size is known."""

    def __init__(self, scene: Scene, bars: list[Bar], horizontal: bool, per_slot: int) -> None:
        self._scene = scene
        self._bars = [bar for bar in bars if bar.text]
        self._horizontal = horizontal
        self._per_slot = per_slot
        self._setter = scene.label_setter
        self._turned = False
        stacked = scene.spec.about.stacked
        self._place = "centre" if stacked else scene.style.label_place

    def room(self, length: float, slot: float) -> tuple[float, float]:
        """Return the pixels that labels need below and above the bars.

        Args:
            length: of the value axis, pixels.
            slot: pixels of a category.

        Raises:
            CannotDraw: they would run into each other.
        """
        if not self._bars:
            return 0.0, 0.0
        setter = self._setter
        width = max(_widest(setter, bar.text) for bar in self._bars)
        height = max(_height(setter, bar.text) for bar in self._bars)
        # Bars of a group stand closer than their share of the room.
        pitch = slot / self._per_slot * (self._scene.style.bar_share if self._per_slot > 1 else 1)
        if self._horizontal:
            if height > pitch:
                raise CannotDraw("no-room", "labels are higher than the room of a bar")
            need = width
        else:
            self._turned = width > pitch - 2 and self._place != "centre"
            if (self._turned and height > pitch) or (not self._turned and width > pitch - 2):
                raise CannotDraw("no-room", "labels are wider than the room of a bar")
            need = width if self._turned else height
        need += LABEL_GAP + 2
        below = any(bar.tip < bar.base for bar in self._bars)
        above = any(bar.tip >= bar.base for bar in self._bars)
        if self._place != "outside":
            return 0.0, 0.0
        return need if below else 0.0, need if above else 0.0

    def emit(self, axes: Plane, artists: list[Any]) -> list[Label]:
        """Add the labels of bars that have been drawn."""
        labels = []
        by_bar = {id(bar): artist for bar, artist in artists}
        for bar in self._bars:
            labels.append(self._label(axes, bar, by_bar[id(bar)]))
        self._scene.labels += labels
        return labels

    def _label(self, axes: Plane, bar: Bar, artist: Any) -> Label:
        setter, text = self._setter, bar.text
        points = [(bar.centre, bar.base), (bar.centre, bar.tip)]
        if self._horizontal:
            points = [(y, x) for x, y in points]
        (bx, by), (tx, ty) = axes.at(points)
        length = abs(tx - bx) if self._horizontal else abs(ty - by)
        across = axes.at([(0, 0), (bar.width, bar.width)])
        thick = abs(
            across[1][1] - across[0][1] if self._horizontal else across[1][0] - across[0][0]
        )
        place = self._place
        if place != "outside":
            setter, fits = self._fitting(text, length, thick)
            if not fits:
                if self._scene.spec.about.stacked:
                    raise CannotDraw("no-room", f"a label does not fit into its bar: {text!r}")
                place = "outside"
        sign = 1 if bar.tip >= bar.base else -1
        colour = self._scene.frame.text_colour
        angle = 90.0 if self._turned else 0.0
        if place == "centre":
            x, y, along = (bx + tx) / 2, (by + ty) / 2, 0
        else:
            along = sign if place == "outside" else -sign
            shift = along * LABEL_GAP
            x, y = (tx + shift, ty) if self._horizontal else (tx, ty + shift)
        if place != "outside":
            colour = self._scene.style.label_colour or contrasting(
                bar.colour, self._scene.frame.plot_background
            )
        ends = {1: ("left", "bottom"), 0: ("center", "center"), -1: ("right", "top")}[along]
        if self._horizontal or self._turned:
            ha, va = ends[0], "center"
        else:
            ha, va = "center", ends[1]
        # Hatches run through letters: a patch of the bar's colour lies under the label.
        backing = bar.colour if place != "outside" and bar.hatch else ""
        return Label(
            setter, text, x, y, "label", colour, ha=ha, va=va, angle=angle,
            series=bar.series, item=bar.item, panel=self._scene.panel, backing=backing,
        )  # fmt: skip

    def _fitting(self, text: str, length: float, thick: float) -> tuple[Typesetter, bool]:
        """Return the largest font in which a label fits into its bar, and whether one does."""
        for size in range(self._setter.size_px, _LEAST_LABEL_PX - 1, -1):
            setter = self._scene.setter(size)
            wide, high = _widest(setter, text), _height(setter, text)
            if self._turned:
                wide, high = high, wide
            along, across = (wide, high) if self._horizontal else (high, wide)
            if along + 2 <= length and across <= thick:
                return setter, True
            if not self._scene.spec.about.stacked:
                break
        return self._setter, False


def draw_bars(
    scene: Scene, axes: Plane, bars: list[Bar], *, horizontal: bool = False
) -> list[tuple[Bar, Any]]:
    """Add rectangles as `Axes.bar` would make them; return them with their bars."""
    style, made = scene.style, []
    for bar in bars:
        start, length = bar.centre - bar.width / 2, bar.tip - bar.base
        tone = hatch_colour(bar.colour) if bar.hatch else ""
        xy = (bar.base, start) if horizontal else (start, bar.base)
        size = (length, bar.width) if horizontal else (bar.width, length)
        artist = Rectangle(
            xy, *size, facecolor=bar.colour, edgecolor=style.edge or tone or "none",
            linewidth=1.0 if style.edge else 0.0, hatch=bar.hatch or None,
        )  # fmt: skip
        if tone:
            artist.set_hatchcolor(tone)
        axes.add(artist)
        scene.marks.append(
            Drawn((artist,), "bar", bar.series, bar.item, scene.panel, horizontal=horizontal)
        )
        made.append((bar, artist))
    return made


def bar_entry(scene: Scene, name: str, series: int) -> Entry:
    """Return the legend's entry of a series of bars."""
    style = scene.style
    colour, hatch = colour_of(style, series), cycle(style.hatches, series)
    return Entry(
        name, "patch", colour, series, hatch=hatch, edge=style.edge,
        hatch_tone=hatch_colour(colour) if hatch else "",
    )  # fmt: skip


def _widest(setter: Typesetter, text: str) -> float:
    return max(setter.width(line) for line in text.split("\n"))


def _height(setter: Typesetter, text: str) -> float:
    return setter.ascent + setter.descent + text.count("\n") * setter.height
