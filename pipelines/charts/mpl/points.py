"""Scatter plots and bubbles: points on two axes of numbers."""

from __future__ import annotations

import math

from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.transforms import IdentityTransform

from pipelines.charts.mpl.cartesian import Plot, build, settle
from pipelines.charts.mpl.label import block
from pipelines.charts.mpl.legend import Entry
from pipelines.charts.mpl.line_labels import emit_labels
from pipelines.charts.mpl.lines import Run
from pipelines.charts.mpl.looks import MARKERS, colour_of, cycle
from pipelines.charts.mpl.page import Page
from pipelines.charts.mpl.scales import Extent
from pipelines.charts.mpl.scene import Drawn, Scene
from pipelines.charts.mpl.sides import NumberSide
from pipelines.charts.spec.labels import compose
from pipelines.charts.spec.model import Axis, Points

_LARGEST = 0.13
_BUBBLE_ALPHA = 0.75


def draw_points(scene: Scene, page: Page) -> None:
    """Draw a scatter plot or a bubble chart."""
    spec, data = scene.spec, scene.spec.data
    assert isinstance(data, Points)
    assert spec.x is not None
    page.set_legend(_entries(scene, data), scene.legend_place)
    points = [point for series in data.series for point in series.points]
    room = (page.left, page.bottom, page.right, page.top)
    largest = _LARGEST * min(room[2] - room[0], room[3] - room[1]) if data.size else 0.0
    reach = (largest or scene.style.marker_px) / 2 + 3
    runs = _runs(scene, data)
    texts = [text for run in runs for text in run.texts if text]
    setter = scene.label_setter
    high = max((block(setter, text)[1] for text in texts), default=0.0)
    wide = max((block(setter, text)[0] for text in texts), default=0.0)
    bottom = NumberSide(
        scene, "bottom", spec.x.title, axis=spec.x,
        extent=_extent(spec.x, [point[0] for point in points]),
        room=lambda width, height: (max(reach, wide / 2), max(reach, wide / 2)),
    )  # fmt: skip
    zero = scene.style.value_from_zero and min(point[1] for point in points) >= 0
    left = NumberSide(
        scene, "left", spec.value.title, axis=spec.value,
        extent=_extent(spec.value, [point[1] for point in points], zero=zero and not data.size),
        room=lambda width, height: (reach + high, reach + high),
    )  # fmt: skip
    plot = build(scene, settle(room, bottom, left), bottom, left)
    if data.size is None:
        _scatter(scene, plot, data)
    else:
        _bubbles(scene, plot, data, largest)
    emit_labels(scene, [(plot.axes, run) for run in runs], [], [])


def _extent(axis: Axis, values: list[float], *, zero: bool = False) -> Extent:
    log = axis.scale == "log"
    return Extent(min(values), max(values), zero and not log, log)


def _scatter(scene: Scene, plot: Plot, data: Points) -> None:
    style = scene.style
    for number, series in enumerate(data.series):
        line = Line2D(
            [point[0] for point in series.points], [point[1] for point in series.points],
            linestyle="none", color=colour_of(style, number),
            marker=MARKERS[_marker(scene, number)], markersize=style.marker_px + 1,
            markeredgecolor=style.edge or "none", markeredgewidth=0.8 if style.edge else 0.0,
        )  # fmt: skip
        line.set_zorder(3)
        plot.axes.add(line)
        for item in range(len(series.points)):
            scene.marks.append(Drawn((line,), "point", number, item, index=item))


def _bubbles(scene: Scene, plot: Plot, data: Points, largest: float) -> None:
    style = scene.style
    most = max(point[2] for series in data.series for point in series.points)
    marker = MarkerStyle("o")
    path = marker.get_path().transformed(marker.get_transform())
    for number, series in enumerate(data.series):
        # Points are pixels here, and areas are what measures.
        areas = [largest * largest * point[2] / most for point in series.points]
        bubbles = PathCollection(
            [path], areas, offsets=[point[:2] for point in series.points],
            offset_transform=plot.axes.transform,
            facecolors=[(colour_of(style, number), _BUBBLE_ALPHA)],
            edgecolors=[style.edge or scene.frame.plot_background], linewidths=[1.0],
        )  # fmt: skip
        bubbles.set_transform(IdentityTransform())
        bubbles.set_zorder(3)
        plot.axes.add(bubbles)
        for item in range(len(series.points)):
            scene.marks.append(Drawn((bubbles,), "point", number, item, index=item, looks="circle"))


def _runs(scene: Scene, data: Points) -> list[Run]:
    """Return the points with their labels: the value, for bubbles what their size says."""
    spec, made = scene.spec, []
    join = str(scene.style.extra.get("label_join", ": "))
    for number, series in enumerate(data.series):
        texts = []
        for point in series.points:
            form = data.size.format if data.size else spec.value.format
            texts.append(compose(spec.labels, series.name, form.text(point[-1]), "", join))
        xs, ys = [point[0] for point in series.points], [point[1] for point in series.points]
        made.append(Run(number, xs, ys, [math.nan] * len(xs), texts))
    return made


def _entries(scene: Scene, data: Points) -> list[Entry]:
    style, made = scene.style, []
    named = len(data.series) > 1 or (scene.spec.legend and bool(data.series[0].name))
    if named:
        for number, series in enumerate(data.series):
            marker = "circle" if data.size else _marker(scene, number)
            alpha = _BUBBLE_ALPHA if data.size else 1.0
            made.append(
                Entry(
                    series.name,
                    "marker",
                    colour_of(style, number),
                    number,
                    marker=marker,
                    alpha=alpha,
                )
            )
    if data.size is not None and data.size.title:
        made.append(Entry(data.size.title, "size", scene.frame.muted_colour, marker="circle"))
    return made


def _marker(scene: Scene, number: int) -> str:
    return cycle(scene.style.markers, number) or "circle"
