"""Bars are the rectangles that `Axes.bar` draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.mpl.bars import draw_bars, rows_of_bars
from pipelines.charts.mpl.renderer import MatplotlibRenderer
from pipelines.charts.mpl.scene import Scene
from pipelines.charts.mpl.stage import Stage
from pipelines.charts.spec.model import Table
from tests.pipelines.charts.examples import example, plain_style


@pytest.mark.parametrize("horizontal", [False, True])
def test_pixels_are_those_of_axes_bar(horizontal: bool) -> None:
    spec = example("bar_grouped_horizontal" if horizontal else "bar_grouped")
    assert isinstance(spec.data, Table)
    style = plain_style(
        fonts="dejavu_sans", width=400, height=300, plot_background="#eeeeff",
        spines=("left", "bottom", "right", "top"),
    )  # fmt: skip
    limits = (-1.0, 600.0 if horizontal else 6.0), (-1.0, 6.0 if horizontal else 600.0)
    stage = Stage()
    stage.begin(style.frame)
    scene = Scene(spec, style, stage, {})
    bars = rows_of_bars(scene, spec.data, [0, 1], [float(at) for at in range(6)])
    plane = stage.plane((40, 30, 360, 270), style.frame)
    plane.set_limits(*limits)
    draw_bars(scene, plane, bars, horizontal=horizontal)
    ours = stage.paint([])

    figure = Figure((400 / 72, 300 / 72), dpi=72, facecolor=style.frame.background)
    canvas: Any = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8), facecolor=style.frame.plot_background)
    axes.set(xlim=limits[0], ylim=limits[1], autoscale_on=False)
    axes.xaxis.set_visible(False)
    axes.yaxis.set_visible(False)
    for spine in axes.spines.values():
        spine.set(edgecolor=style.frame.axis_colour, linewidth=1.0)
    for number in (0, 1):
        own = [bar for bar in bars if bar.series == number]
        draw = axes.barh if horizontal else axes.bar
        draw(
            [bar.centre for bar in own], [bar.tip for bar in own], own[0].width,
            color=style.palette[number], edgecolor="none", linewidth=0.0,
        )  # fmt: skip
    canvas.draw()
    assert np.array_equal(ours, np.array(canvas.buffer_rgba())[..., :3])


def test_stacked_labels_that_do_not_fit_are_refused() -> None:
    table = {
        "shape": "table",
        "categories": ["a", "b", "c"],
        "series": [
            {"name": "one", "values": [1000.0, 900.0, 800.0]},
            {"name": "two", "values": [1.0, 500.0, 400.0]},
        ],
    }
    with pytest.raises(CannotDraw) as refused:
        MatplotlibRenderer().draw(
            example("bar_stacked", data=table, labels="value"), plain_style(fonts="dejavu_sans")
        )
    assert refused.value.reason == "no-room"


def test_labels_inside_contrast_with_their_bar() -> None:
    style = plain_style(
        fonts="dejavu_sans", label_place="inside", palette=("#101040", "#ffffcc", "#800000")
    )
    drawing = MatplotlibRenderer().draw(example("bar_grouped", labels="value"), style)
    colours = {text.series: text.colour for text in drawing.texts if text.role == "label"}
    assert colours == {0: (255, 255, 255), 1: (0, 0, 0)}
