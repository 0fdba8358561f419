"""Thin lines stand out from what is under them."""

from __future__ import annotations

import pytest

from pipelines.charts.mpl.looks import standing_out
from pipelines.charts.mpl.renderer import MatplotlibRenderer
from tests.pipelines.charts.examples import example, plain_style


def test_the_first_colour_that_stands_out_is_taken() -> None:
    assert standing_out("#ffffff", "#ffffff", "#eeeeee", "#333333", "#000000") == "#333333"
    assert standing_out("#ffffff", "#ff0000", "#333333") == "#ff0000"
    assert standing_out("#ffffff", "#fefefe") == "#000000"
    assert standing_out("#000000") == "#ffffff"


@pytest.mark.parametrize("background", ["#ffffff", "#101820"])
def test_whiskers_are_seen_where_edges_have_the_colour_of_the_background(background: str) -> None:
    ink = "#dddddd" if background == "#101820" else "#333333"
    style = plain_style(
        fonts="dejavu_sans", edge=background, background=background, plot_background=background,
        axis_colour=ink, text_colour=ink, grid="none", palette=("#4477aa", "#ee6677", "#228833"),
    )  # fmt: skip
    drawing = MatplotlibRenderer().draw(example("box"), style)
    for mark in (one for one in drawing.marks if one.role == "box"):
        x0, _, x1, _ = mark.box
        lowest, first, median, _, _ = mark.measures
        middle = round((x0 + x1) / 2)
        whisker = drawing.pixels[round(first) + 3 : round(lowest) - 3, middle - 2 : middle + 2]
        under = drawing.pixels[2, 2].astype(int)
        assert abs(whisker.astype(int) - under).max(axis=(1, 2)).min(initial=255) > 60
        line = drawing.pixels[round(median) - 2 : round(median) + 2, middle].astype(int)
        assert abs(line - list(mark.colour or ())).max() > 60
