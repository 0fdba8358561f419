"""Leaders of slices lead outwards."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.lines import Line2D

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.mpl import rounds
from pipelines.charts.mpl.page import Page
from pipelines.charts.mpl.scene import Scene
from pipelines.charts.mpl.stage import Stage
from tests.pipelines.charts.examples import example, plain_style


@pytest.mark.parametrize("kind", ["pie", "donut", "rose"])
@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(2, 99), min_size=2, max_size=9), st.integers(0, 359))
def test_leaders_never_fold_back(kind: str, row: list[int], turn: int) -> None:
    table = {
        "shape": "table", "categories": [f"part {number}" for number in range(len(row))],
        "series": [{"name": "one", "values": [float(one) for one in row]}],
    }  # fmt: skip
    style = plain_style(fonts="dejavu_sans", label_place="outside", start_angle=turn)
    stage = Stage()
    stage.begin(style.frame)
    scene = Scene(example(kind, data=table, labels="name_percent"), style, stage, {})
    page = Page(scene)
    try:
        rounds.draw_pie(scene, page)
    except CannotDraw:
        return
    lines = [one for one in scene.under if isinstance(one, Line2D)]
    assert len(lines) == len(row)
    for line in lines:
        xs = [float(x) for x in np.asarray(line.get_xdata())]
        side = math.copysign(1, xs[2] - xs[1])
        assert side * xs[0] <= side * xs[1] + 1e-6
        assert side * xs[1] < side * xs[2]
