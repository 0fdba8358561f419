"""Tests that plain pyplot code draws every kind that it claims."""

from __future__ import annotations

import io
import warnings

import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from pipelines.charts.bench import naive_matplotlib
from pipelines.charts.fonts import font_set
from pipelines.charts.spec.kinds import KINDS
from tests.pipelines.charts.examples import example, plain_style

STYLE = plain_style(fonts="dejavu_sans", width=480, height=360)
KINDS_OF_MATPLOTLIB = [name for name, kind in KINDS.items() if "matplotlib" in kind.libraries]


def draw(kind: str, **changes: object) -> np.ndarray:
    spec = example(kind, **changes)
    with naive_matplotlib.fonts_and_sizes(STYLE, font_set("dejavu_sans")):
        png = naive_matplotlib.draw_png(spec, STYLE)
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGB"))


def test_every_kind_of_the_library_has_code() -> None:
    assert sorted(naive_matplotlib.KINDS) == sorted(KINDS_OF_MATPLOTLIB)


@pytest.mark.parametrize("kind", KINDS_OF_MATPLOTLIB)
def test_draws_a_picture_of_the_asked_size_with_the_charts_colours(kind: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pixels = draw(kind)
    assert pixels.shape == (360, 480, 3)
    if kind == "heatmap":
        assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 100
    else:
        colours = [(0x44, 0x77, 0xAA), (0xEE, 0x66, 0x77), (0x22, 0x88, 0x33)]
        close = [(np.abs(pixels.astype(int) - colour).max(axis=2) < 60).sum() for colour in colours]
        assert max(close) > 50
    assert plt.get_fignums() == []


@pytest.mark.parametrize("kind", ["bar", "bar_stacked", "line", "pie", "radar", "histogram"])
def test_prints_values_where_the_chart_has_them(kind: str) -> None:
    assert (draw(kind, labels="value") != draw(kind, labels="none")).any()


def test_missing_values_and_dates_are_drawn() -> None:
    table = {
        "shape": "table",
        "categories": ("Jan", "Feb", "Mar", "Apr"),
        "series": [{"values": (1.0, None, 3.0, 2.0)}],
        "dates": ("2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"),
    }
    for kind in ("line", "area", "line_step"):
        assert draw(kind, data=table, labels="value").shape == (360, 480, 3)
    del table["dates"]
    assert draw("bar", data=table, labels="value").shape == (360, 480, 3)


def test_texts_are_not_taken_for_formulas() -> None:
    assert draw("bar", title=r"From $1 to $2, \frac{").shape == (360, 480, 3)


def test_leaves_the_settings_of_the_process_alone() -> None:
    before = dict(plt.rcParams)
    draw("bar")
    assert dict(plt.rcParams) == before
