"""Colours and places of marks as the drawing has them."""

from __future__ import annotations

import pytest

from pipelines.charts.echarts.readback.read import READBACK, colour, read_drawing
from pipelines.charts.echarts.recording import Recording
from tests.pipelines.charts.echarts.readback.test_texts import recording


@pytest.mark.parametrize(
    ("css", "wanted"),
    [
        ("#4477aa", (68, 119, 170)), ("#47a", (68, 119, 170)), ("rgb(1,2,3)", (1, 2, 3)),
        ("rgba(68,119,170,0.5)", (68, 119, 170)), ("tomato", (255, 99, 71)), (None, None),
        ("", None), ("no colour", None), ("rgba(a,b)", None),
    ],
)  # fmt: skip
def test_colours(css: str | None, wanted: tuple[int, int, int] | None) -> None:
    assert colour(css) == wanted


def test_marks_outside_the_plot_are_not_visible() -> None:
    base = recording([])
    plots = [[0, [10, 10, 90, 90]]]
    marks = [
        ["bar", 0, 0, 0, [20, 20, 30, 90], [90, 20], "#ff0000", ""],
        ["point", 0, 1, 0, [120, 20, 124, 24], [122, 22], "#ff0000", "circle"],
        ["node", 0, "B", 0, [20, 20, 30, 30], [], None, ""],
    ]
    read = [
        [],
        [],
        marks,
        [["y", "linear", 0, 90, 10, 0, 8]],
        [[1, [0, 0, 5, 5], "#00ff00", ""]],
        plots,
    ]
    made = read_drawing(Recording(base.pixels, [], base.shapes, read), ("A", "B"))
    assert [one.visible for one in made.marks] == [True, False, True]
    assert made.marks[2].item == 1
    assert made.axes[0].values == (0, 8)
    assert made.legend[0].colour == (0, 255, 0)
    assert made.plots == [(10, 10, 90, 90)]


def test_script_is_whole() -> None:
    assert "/*READERS*/" not in READBACK
    assert "const readers" in READBACK
