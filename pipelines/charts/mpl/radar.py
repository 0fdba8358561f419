"""Radar charts: spokes with names, rings, and a closed line per series."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from pipelines.charts.drawing import Box, CannotDraw
from pipelines.charts.mpl.label import Label, block
from pipelines.charts.mpl.legend import Entry
from pipelines.charts.mpl.looks import DASHES, MARKERS, colour_of, cycle
from pipelines.charts.mpl.page import Page
from pipelines.charts.mpl.room import Room
from pipelines.charts.mpl.rounds import open_area, value_title
from pipelines.charts.mpl.scales import Extent, number_ticks
from pipelines.charts.mpl.scene import Drawn, DrawnAxis, Scene
from pipelines.charts.mpl.typeset import Typesetter
from pipelines.charts.mpl.wrapping import must_wrap
from pipelines.charts.spec.labels import compose
from pipelines.charts.spec.model import Table

_GAP = 8
_TICK_GAP = 4
Place = Callable[[float, float], tuple[float, float]]
RingTick = tuple[float, float, float, str]
"""x and y of its place on the first spoke, value, text."""


def draw_radar(scene: Scene, page: Page) -> None:
    """Draw a radar chart."""
    spec, style, table = scene.spec, scene.style, scene.spec.data
    assert isinstance(table, Table)
    frame = scene.frame
    named = len(table.series) > 1 or (spec.legend and bool(table.series[0].name))
    entries = [
        Entry(
            one.name, "line", colour_of(style, number), number,
            dash=cycle(style.dashes, number, "solid"), marker=cycle(style.markers, number),
        )
        for number, one in enumerate(table.series)
    ]  # fmt: skip
    page.set_legend(entries if named else [], scene.legend_place)
    value_title(scene, page)
    axes = open_area(scene, page)
    count = len(table.categories)
    angles = [2 * math.pi * item / count for item in range(count)]
    setter = scene.ticks
    names = [
        must_wrap(setter, name, 0.24 * (page.right - page.left), 3, "a spoke's name")
        for name in table.categories
    ]
    wide = max(block(setter, name)[0] for name in names)
    high = max(block(setter, name)[1] for name in names)
    # The first name stands above the last tick of the radius.
    head = max(_GAP, 0.6 * setter.size_px + _TICK_GAP)
    radius = math.floor(
        min((page.right - page.left) / 2 - wide - _GAP, (page.top - page.bottom) / 2 - high - head)
    )
    if radius < 50:
        raise CannotDraw("no-room", "the names of the spokes leave no room for the radar")
    x, y = (page.left + page.right) / 2, (page.bottom + page.top) / 2
    most = max(v for one in table.series for v in one.values if v is not None)
    extent = Extent(0, most or 1.0, zero=True)

    def fits(texts: list[str], share: float) -> bool:
        return share * radius >= 1.4 * setter.size_px

    top, bins = (most or 1.0) * 1.02, max(2, min(5, int(radius / (2 * setter.size_px))))
    ticks = number_ticks(extent, (0.0, top * 1.25), spec.value.format, fits, bins)
    inside = [tick for tick in ticks if tick[0] < top]
    beyond = [tick for tick in ticks if tick[0] >= top]
    ticks = inside + beyond[:1]
    end = ticks[-1][0] if beyond else top

    def place(angle: float, value: float) -> tuple[float, float]:
        away = radius * value / end
        return x + away * math.sin(angle), y + away * math.cos(angle)

    spokes = []
    for angle in angles:
        spoke = Line2D(
            [x, x + radius * math.sin(angle)], [y, y + radius * math.cos(angle)],
            color=frame.grid_colour, linewidth=1.0,
        )  # fmt: skip
        axes.add(spoke)
        spokes.append(spoke)
    for value in dict.fromkeys([*(tick[0] for tick in ticks if tick[0] > 0), end]):
        axes.add(
            Polygon(
                [place(angle, value) for angle in angles], closed=True, facecolor="none",
                edgecolor=frame.axis_colour if value == end else frame.grid_colour,
                linewidth=0.8, linestyle=DASHES[frame.grid_dash] if value != end else "-",
            )
        )  # fmt: skip
    scene.axes.append(DrawnAxis(axes, "radius", "linear", line=spokes[0], values=(0.0, end)))
    for item, (name, angle) in enumerate(zip(names, angles, strict=True)):
        sin, cos = math.sin(angle), math.cos(angle)
        ha = "center" if abs(sin) < 0.2 else "left" if sin > 0 else "right"
        va = "bottom" if cos > 0.5 else "top" if cos < -0.5 else "center"
        scene.labels.append(
            Label(
                setter, name, x + (radius + _GAP) * sin,
                y + (radius + (_GAP if item else head)) * cos, "name",
                frame.text_colour, ha=ha, va=va, item=item,
            )
        )  # fmt: skip
    for number, series in enumerate(table.series):
        colour = colour_of(style, number)
        points = [
            place(angle, number) if number is not None else (math.nan, math.nan)
            for angle, number in zip(angles, series.values, strict=True)
        ]
        if style.area_alpha and None not in series.values:
            axes.add(
                Polygon(
                    points, closed=True, facecolor=(colour, 0.5 * style.area_alpha), linewidth=0
                )
            )
        ring = [*points, points[0]]
        line = Line2D(
            [p[0] for p in ring], [p[1] for p in ring], color=colour, linewidth=style.line_px,
            linestyle=DASHES[cycle(style.dashes, number, "solid")],
            marker=MARKERS[cycle(style.markers, number)], markersize=style.marker_px,
            markeredgewidth=0,
        )  # fmt: skip
        line.set_zorder(3)
        axes.add(line)
        for item, number_or_none in enumerate(series.values):
            if number_or_none is not None:
                artists = (line, spokes[item])
                scene.marks.append(Drawn(artists, "spoke", number, item, index=item))
    room = _room(scene, table, angles, place)
    _ticks(scene, [(*place(0.0, value), value, text) for value, text in ticks], room)
    _labels(scene, table, angles, place, room)


def _room(scene: Scene, table: Table, angles: list[float], place: Place) -> Room:
    """Return what ticks and labels keep clear of: texts, the picture's edges, the lines."""
    lines = []
    for series in table.series:
        ring = [
            None if value is None else place(angle, value)
            for angle, value in zip(angles, series.values, strict=True)
        ]
        lines += [(*a, *b) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True) if a and b]
    width, height = float(scene.frame.width), float(scene.frame.height)
    return Room(
        (2.0, 2.0, width - 2, height - 2), [label.extent() for label in scene.labels],
        np.array(lines, dtype=float).reshape(-1, 4), gap=(4.0, 1.5),
    )  # fmt: skip


def _ticks(scene: Scene, ticks: list[RingTick], room: Room) -> None:
    """Set ticks beside the first spoke.

    All stand on the same side of it, equally far away. Where lines run through some, only every
    second is set, or two; where values are printed, none may be.

    Raises:
        CannotDraw: fewer than two are free, and no values are printed.
    """
    setter = scene.ticks
    widest = max(block(setter, text)[0] for *_, text in ticks)
    ways = [(side, away) for away in (0.0, 0.5 * widest, widest) for side in (-1, 1)]
    for chosen in _choices(ticks):
        for side, away in ways:
            boxes = [_beside(setter, tick, side, away) for tick in chosen]
            if not all(room.find([box[:2]], (box[2] - box[0], box[3] - box[1])) for box in boxes):
                continue
            room.texts += boxes
            scene.labels += [
                Label(
                    setter, text, box[0] + _TICK_GAP, y, "y_tick", scene.frame.muted_colour,
                    va="center", at=value,
                )
                for box, (_, y, value, text) in zip(boxes, chosen, strict=True)
            ]  # fmt: skip
            return
    if scene.spec.labels == "none":
        raise CannotDraw("no-room", "lines run through the ticks of the radius")


def _choices(ticks: list[RingTick]) -> list[list[RingTick]]:
    """Return which ticks may be set, evenly spaced, the most first."""
    last = ticks[-1]
    pairs = [[one, last] for one in reversed(ticks[1:-1])]
    middle = ticks[(len(ticks) - 1) // 2]
    pairs.sort(key=lambda pair: pair[0] is not middle)
    return [ticks, ticks[1:], ticks[::-2][::-1], *pairs, ticks[:2]]


def _beside(setter: Typesetter, tick: RingTick, side: int, away: float) -> Box:
    """Return the box of a tick left (-1) or right (1) of its spoke."""
    x, y, _, text = tick
    wide, high = block(setter, text)
    # A name beside a tick would read as one word with it.
    wide += 2 * _TICK_GAP
    start = x - away - wide if side < 0 else x + away
    return start, y - high / 2, start + wide, y + high / 2


def _labels(scene: Scene, table: Table, angles: list[float], place: Place, room: Room) -> None:
    """Set a value beside each vertex, further out along its spoke where that is free."""
    spec, setter = scene.spec, scene.label_setter
    if spec.labels == "none":
        return
    join = str(scene.style.extra.get("label_join", ": "))
    for number, series in enumerate(table.series):
        for item, value in enumerate(series.values):
            if value is None:
                continue
            name = table.categories[item] if len(table.series) == 1 else series.name
            text = compose(spec.labels, name, spec.value.format.text(value), "", join)
            size = block(setter, text)
            at = place(angles[item], value)
            box = room.find(_places(at, size, angles[item], scene.style.marker_px / 2 + 3), size)
            if box is None:
                raise CannotDraw("no-room", f"the label {text!r} has no free place")
            room.texts.append(box)
            scene.labels.append(
                Label(
                    setter, text, box[0], box[1], "label", scene.frame.text_colour,
                    series=number, item=item,
                )
            )  # fmt: skip


def _places(
    at: tuple[float, float], size: tuple[float, float], angle: float, reach: float
) -> list[tuple[float, float]]:
    """Return lower left corners of a label around a vertex, the best first."""
    (x, y), (wide, high) = at, size
    made = []
    for turn in (0.0, 0.6, -0.6, 1.2, -1.2, math.pi, 1.8, -1.8, 2.5, -2.5):
        for away in (reach, reach + 0.5 * high):
            sin, cos = math.sin(angle + turn), math.cos(angle + turn)
            made.append(
                (x + away * sin + wide / 2 * (sin - 1), y + away * cos + high / 2 * (cos - 1))
            )
    return made
