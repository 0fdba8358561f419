"""The values at the corners of radar charts lie on no polygon."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.engine import Engine
from pipelines.charts.echarts.renderer import EchartsRenderer
from pipelines.charts.fonts import FontSet
from tests.pipelines.charts.examples import example, plain_style

SPOKES = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon"]
FAR = [[90.0, 80.0, 85.0, 95.0, 70.0], [40.0, 30.0, 45.0, 35.0, 50.0]]


def data_of(rows: list[list[float]]) -> dict[str, object]:
    series = [{"name": f"S{at}", "values": row} for at, row in enumerate(rows)]
    return {"shape": "table", "categories": SPOKES, "series": series}


def test_no_polygon_runs_through_a_label(engine: Engine, latin: FontSet) -> None:
    spec = example("radar", data=data_of(FAR), labels="value")
    drawing = EchartsRenderer(engine).draw(spec, plain_style(fonts=latin.name))
    labels = [one for one in drawing.texts if one.role == "label"]
    assert len(labels) == 10
    for number in (0, 1):
        corners = [
            ((one.box[0] + one.box[2]) / 2, (one.box[1] + one.box[3]) / 2)
            for one in sorted(drawing.marks, key=lambda one: one.item)
            if one.series == number
        ]
        for (xa, ya), (xb, yb) in pairwise([*corners, corners[0]]):
            for at in range(101):
                x, y = xa + (xb - xa) * at / 100, ya + (yb - ya) * at / 100
                for label in labels:
                    x0, y0, x1, y1 = label.box
                    middle, half = (y0 + y1) / 2, 0.35 * label.size_px
                    assert not (x0 < x < x1 and middle - half < y < middle + half)


def test_refuses_polygons_on_one_another(engine: Engine, latin: FontSet) -> None:
    near = [[50.0 + at + step for step in range(5)] for at in range(4)]
    spec = example("radar", data=data_of(near), labels="value")
    with pytest.raises(CannotDraw, match="no-room"):
        EchartsRenderer(engine).draw(spec, plain_style(fonts=latin.name))
