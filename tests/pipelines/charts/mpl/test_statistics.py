"""Bins are told apart whatever they are filled with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipelines.charts.mpl.renderer import MatplotlibRenderer
from tests.pipelines.charts.examples import example, plain_style


@pytest.mark.parametrize(
    "looks",
    [{}, {"hatches": ("|",)}, {"edge": "#1a1a1a"}, {"edge": "#1a1a1a", "hatches": ("x",)}],
)
@pytest.mark.parametrize("fill", ["#1a1a1a", "#f4f4f4", "#4477aa"])
def test_a_line_parts_neighbouring_bins(fill: str, looks: dict[str, Any]) -> None:
    style = plain_style(fonts="dejavu_sans", palette=(fill,), **looks)
    drawing = MatplotlibRenderer().draw(example("histogram", labels="none"), style)
    first, second = (mark.box for mark in drawing.marks[1:3])
    edge, foot = round(second[0]), round(max(first[3], second[3])) - 4
    around = drawing.pixels[foot - 40 : foot, edge - 1 : edge + 2].astype(int)
    own = int(fill[1:3], 16), int(fill[3:5], 16), int(fill[5:7], 16)
    apart = np.abs(around - own).sum(axis=2).max(axis=1)
    assert apart.min() > 90
