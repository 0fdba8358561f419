"""Lines, steps and areas, stacked or not."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from pipelines.charts.mpl.legend import Entry
from pipelines.charts.mpl.looks import DASHES, MARKERS, colour_of, cycle
from pipelines.charts.mpl.plane import Plane
from pipelines.charts.mpl.scene import Drawn, Scene
from pipelines.charts.spec.labels import compose
from pipelines.charts.spec.model import Table

AREAS = ("area", "area_stacked")


@dataclass(slots=True)
class Run:
    """A line to be: a series' vertices (NaN where a value is missing) and the line under them."""

    series: int
    xs: list[float]
    ys: list[float]
    bases: list[float]
    texts: list[str]


def runs_of(scene: Scene, table: Table, which: list[int], spots: list[float]) -> list[Run]:
    """Return the lines of some series of a table."""
    spec = scene.spec
    stacked = spec.kind == "area_stacked"
    level = [0.0] * len(spots)
    made = []
    for number in which:
        series = table.series[number]
        form = spec.axis_of(series).format
        join = str(scene.style.extra.get("label_join", ": "))
        ys, bases, texts = [], [], []
        for item, value in enumerate(series.values):
            name = table.categories[item] if len(table.series) == 1 else series.name
            bases.append(level[item])
            if value is None:
                ys.append(level[item] if stacked else math.nan)
                texts.append("")
                continue
            ys.append(level[item] + value if stacked else value)
            texts.append(compose(spec.labels, name, form.text(value), "", join))
            if stacked:
                level[item] += value
        made.append(Run(number, spots, ys, bases, texts))
    return made


def draw_runs(scene: Scene, axes: Plane, runs: list[Run], table: Table) -> None:
    """Add the lines to axes, and fills below them for areas."""
    spec, style = scene.spec, scene.style
    for run in runs:
        colour = colour_of(style, run.series)
        if spec.kind in AREAS:
            for polygon in _fills(run):
                axes.add(
                    Polygon(polygon, closed=True, facecolor=(colour, style.area_alpha), linewidth=0)
                )
        values = table.series[run.series].values
        ys = [y if value is not None or spec.kind == "area_stacked" else math.nan
              for y, value in zip(run.ys, values, strict=True)]  # fmt: skip
        line = Line2D(
            run.xs, ys, color=colour, linewidth=style.line_px,
            linestyle=DASHES[cycle(style.dashes, run.series, "solid")],
            drawstyle="steps-mid" if spec.kind == "line_step" else "default",
            marker=MARKERS[marker_of(scene, run)], markersize=style.marker_px,
            markeredgewidth=0, solid_capstyle="round", solid_joinstyle="round",
        )  # fmt: skip
        line.set_zorder(3)
        axes.add(line)
        under = np.column_stack([run.xs, run.bases])
        artists = (line, under) if spec.kind == "area_stacked" else (line,)
        for item, value in enumerate(values):
            if value is not None:
                scene.marks.append(Drawn(artists, "point", run.series, item, scene.panel, item))


def marker_of(scene: Scene, run: Run) -> str:
    """Return the word for a series' marker; a lone vertex without neighbours always has one."""
    marker = cycle(scene.style.markers, run.series)
    real = [not math.isnan(y) for y in run.ys]
    lone = any(
        here and not before and not after
        for before, here, after in zip([False, *real], real, [*real[1:], False], strict=False)
    )
    return marker or ("circle" if lone else "")


def line_entry(scene: Scene, name: str, run: Run) -> Entry:
    """Return the legend's entry of a line, or of an area."""
    style = scene.style
    colour = colour_of(style, run.series)
    dash = cycle(style.dashes, run.series, "solid")
    return Entry(name, "line", colour, run.series, dash=dash, marker=marker_of(scene, run))


def _fills(run: Run) -> list[list[tuple[float, float]]]:
    """Return the polygons between a line and its base, one per stretch without gaps."""
    made, stretch = [], list[int]()
    for at in range(len(run.xs) + 1):
        if at < len(run.xs) and not math.isnan(run.ys[at]):
            stretch.append(at)
            continue
        if len(stretch) > 1:
            top = [(run.xs[one], run.ys[one]) for one in stretch]
            made.append([*top, *[(run.xs[one], run.bases[one]) for one in reversed(stretch)]])
        stretch = []
    return made
