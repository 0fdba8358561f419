"""In charts of bars and lines no label, of either, lies on a line."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pipelines.charts.drawing import Box, CannotDraw
from pipelines.charts.echarts.engine import Engine
from pipelines.charts.echarts.renderer import EchartsRenderer
from pipelines.charts.fonts import FontSet
from tests.pipelines.charts.examples import example, plain_style

CATEGORIES = ["a", "b", "c", "d", "e"]


def labels_and_line(
    engine: Engine, fonts: FontSet, bars: list[float], line: list[float]
) -> tuple[list[Box], list[tuple[float, float]]]:
    series = [
        {"name": "Bars", "values": bars, "mark": "bar"},
        {"name": "Line", "values": line, "mark": "line"},
    ]
    data = {"shape": "table", "categories": CATEGORIES, "series": series}
    spec = example("composite", data=data, labels="value", value={"title": "Height"})
    drawing = EchartsRenderer(engine).draw(spec, plain_style(fonts=fonts.name))
    boxes = [one.box for one in drawing.texts if one.role == "label"]
    points = sorted((one.measures[0], one.measures[1]) for one in drawing.marks if one.series == 1)
    ways = [
        (xa + (xb - xa) * k / 100, ya + (yb - ya) * k / 100)
        for (xa, ya), (xb, yb) in pairwise(points)
        for k in range(101)
    ]
    return boxes, ways


@pytest.mark.parametrize("line", [[50, 50, 50, 50, 50], [10, 80, 20, 70, 55], [52, 61, 45, 72, 55]])
def test_lines_run_through_no_label(engine: Engine, latin: FontSet, line: list[float]) -> None:
    boxes, ways = labels_and_line(engine, latin, [48, 60, 40, 70, 52], line)
    assert len(boxes) == 10
    for x0, y0, x1, y1 in boxes:
        middle = (y0 + y1) / 2
        assert not any(x0 < x < x1 and abs(y - middle) < 0.3 * (y1 - y0) for x, y in ways)


def test_refuses_what_has_no_place(engine: Engine, latin: FontSet) -> None:
    with pytest.raises(CannotDraw, match="no-room"):
        labels_and_line(engine, latin, [1, 1, 1, 1, 90], [4, 4, 4, 4, 100])
