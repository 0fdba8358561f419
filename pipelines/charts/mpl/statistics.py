"""Histograms, box plots and candlesticks."""

from __future__ import annotations

import math
from itertools import pairwise

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from pipelines.charts.mpl.bars import Bar, BarLabels, bar_entry, draw_bars
from pipelines.charts.mpl.cartesian import Plot, build, settle
from pipelines.charts.mpl.legend import Entry
from pipelines.charts.mpl.looks import colour_of, cycle, standing_out
from pipelines.charts.mpl.page import Page
from pipelines.charts.mpl.scales import Extent
from pipelines.charts.mpl.scene import Drawn, Scene
from pipelines.charts.mpl.sides import CategorySide, NumberSide
from pipelines.charts.spec.labels import compose
from pipelines.charts.spec.model import Boxes, Candles, Histogram

_CAP = 0.5


def draw_histogram(scene: Scene, page: Page) -> None:
    """Draw a histogram: bars that touch, the bins' edges as ticks."""
    spec, data = scene.spec, scene.spec.data
    assert isinstance(data, Histogram)
    assert spec.x is not None
    edges, axis = data.edges, spec.x
    log = axis.scale == "log"
    bars = []
    for item, count in enumerate(data.counts):
        low, high = edges[item], edges[item + 1]
        name = f"{axis.format.tick(low)}-{axis.format.tick(high)}"
        form = spec.value.format
        printed = form.text(count) if form.parse(form.text(count)) == count else str(count)
        text = compose(spec.labels, name, printed, "", ": ")
        bars.append(
            Bar(
                0, item, (low + high) / 2, high - low, 0.0, float(count),
                colour_of(scene.style, 0), cycle(scene.style.hatches, 0), text,
            )
        )  # fmt: skip
    labels = BarLabels(scene, bars, False, 1)
    narrowest = min(b - a for a, b in pairwise(edges))
    pad = 0.0 if log else 0.03 * (edges[-1] - edges[0])
    limits = (edges[0] - pad, edges[-1] + pad)
    bottom = NumberSide(
        scene, "bottom", axis.title, axis=axis, extent=Extent(edges[0], edges[-1], log=log),
        given=() if log else edges, fixed=limits,
    )  # fmt: skip
    left = NumberSide(
        scene, "left", spec.value.title, axis=spec.value,
        extent=Extent(0, max(data.counts), zero=True, whole=True),
        room=lambda width, height: labels.room(
            height, width * narrowest / (limits[1] - limits[0])
        ),
    )  # fmt: skip
    box = settle((page.left, page.bottom, page.right, page.top), bottom, left)
    plot = build(scene, box, bottom, left)
    drawn = draw_bars(scene, plot.axes, bars)
    for bar, artist in drawn:
        # Bins touch: their outline must stand out from the fill, and from a hatch's lines.
        wanted = [scene.style.edge] if scene.style.edge else []
        if not bar.hatch:
            wanted.append(scene.frame.plot_background)
        artist.set_edgecolor(standing_out(bar.colour, *wanted))
        artist.set_linewidth(1.6 if bar.hatch else 1.0 if scene.style.edge else 0.8)
    labels.emit(plot.axes, drawn)


def draw_boxes(scene: Scene, page: Page) -> None:
    """Draw box plots: boxes side by side where there are several series."""
    spec, data = scene.spec, scene.spec.data
    assert isinstance(data, Boxes)
    named = len(data.series) > 1 or (spec.legend and bool(data.series[0].name))
    entries = [bar_entry(scene, one.name, number) for number, one in enumerate(data.series)]
    page.set_legend(entries if named else [], scene.legend_place)
    values = [value for series in data.series for box in series.boxes for value in box]
    plot = _plot(scene, page, data.categories, values)
    count = len(data.series)
    width = scene.style.bar_share * (0.8 if count == 1 else 1.0) / count
    for number, series in enumerate(data.series):
        for item, five in enumerate(series.boxes):
            centre = item + (number - (count - 1) / 2) * width
            _box(scene, plot, number, item, centre, 0.85 * width, five)


def draw_candles(scene: Scene, page: Page) -> None:
    """Draw candlesticks: bodies from open to close, wicks from lowest to highest."""
    data, style = scene.spec.data, scene.style
    assert isinstance(data, Candles)
    named = ((data.rising, 0), (data.falling, 1))
    entries = [Entry(name, "patch", colour_of(style, which), which) for name, which in named]
    page.set_legend(entries, scene.legend_place)
    plot = _plot(scene, page, data.categories, [v for candle in data.candles for v in candle])
    for item, (opened, closed, lowest, highest) in enumerate(data.candles):
        colour = colour_of(style, 0 if closed >= opened else 1)
        width = style.bar_share
        wick = Line2D([item, item], [lowest, highest], color=colour, linewidth=1.2)
        wick.set_zorder(1.5)
        body = Rectangle(
            (item - width / 2, opened), width, closed - opened,
            facecolor=colour, edgecolor=colour, linewidth=1.0,
        )  # fmt: skip
        plot.axes.add(wick)
        plot.axes.add(body)
        scene.marks.append(Drawn((body, wick), "candle", 0, item))


def _plot(scene: Scene, page: Page, names: tuple[str, ...], values: list[float]) -> Plot:
    spec, style = scene.spec, scene.style
    log = spec.value.scale == "log"
    low, high = min(values), max(values)
    # Prices far from zero would be flat lines on an axis that starts there.
    zero = style.value_from_zero and low >= 0 and low < 0.5 * high and not log
    bottom = CategorySide(
        scene, "bottom", spec.category_title, names=names,
        wanted_turn=style.category_turn, wrap=style.category_wrap,
    )  # fmt: skip
    left = NumberSide(
        scene, "left", spec.value.title, axis=spec.value, extent=Extent(low, high, zero, log)
    )
    box = settle((page.left, page.bottom, page.right, page.top), bottom, left)
    return build(scene, box, bottom, left)


def _box(
    scene: Scene, plot: Plot, series: int, item: int, centre: float, width: float,
    five: tuple[float, float, float, float, float],
) -> None:  # fmt: skip
    style, axes = scene.style, plot.axes
    lowest, first, median, third, highest = five
    half, cap = width / 2, _CAP * width / 2
    frame, fill = scene.frame, colour_of(style, series)
    # An edge of the background's colour parts bars; here it would hide the whiskers.
    inks = (style.edge or frame.axis_colour, frame.axis_colour, frame.text_colour)
    ink = standing_out(frame.plot_background, *inks)
    gap = math.nan
    whisker = Line2D(
        [centre, centre, gap, centre, centre, gap, centre - cap, centre + cap, gap,
         centre - cap, centre + cap],
        [lowest, first, gap, third, highest, gap, lowest, lowest, gap, highest, highest],
        color=ink, linewidth=1.2, solid_capstyle="butt",
    )  # fmt: skip
    body = Rectangle(
        (centre - half, first), width, third - first,
        facecolor=fill, edgecolor=ink, linewidth=1.2,
        hatch=cycle(style.hatches, series) or None,
    )  # fmt: skip
    middle = Line2D(
        [centre - half, centre + half], [median, median],
        color=standing_out(fill, frame.text_colour, frame.plot_background),
        linewidth=1.8, solid_capstyle="butt",
    )  # fmt: skip
    for artist in (whisker, body, middle):
        axes.add(artist)
    scene.marks.append(Drawn((body, whisker, middle), "box", series, item))
