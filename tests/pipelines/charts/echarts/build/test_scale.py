"""Ranges hold what they have to show, and ticks are known, round and not crowded."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.scale import edge_scale, plan_scale
from pipelines.charts.spec.model import Axis
from pipelines.charts.spec.numbers import NumberFormat

LINEAR, LOG = Axis(format=NumberFormat(decimals=3)), Axis(scale="log")
numbers = st.floats(-1e9, 1e9).map(lambda value: round(value, 3))


@given(
    ends=st.tuples(numbers, numbers).map(sorted),
    pixels=st.floats(120, 1500),
    room=st.floats(20, 60),
    zero=st.booleans(),
    head=st.floats(0, 40),
    foot=st.floats(0, 40),
)
def test_linear(
    ends: list[float], pixels: float, room: float, zero: bool, head: float, foot: float
) -> None:
    low, high = ends
    scale = plan_scale(LINEAR, low, high, pixels, room, zero=zero, head=head, foot=foot)
    slack = 1e-6 * (scale.high - scale.low)
    assert scale.low <= low + slack
    assert scale.high >= high - slack
    assert 2 <= len(scale.ticks) <= 15
    assert (scale.ticks[0], scale.ticks[-1]) == (scale.low, scale.high)
    steps = [b - a for a, b in pairwise(scale.ticks)]
    assert all(math.isclose(step, scale.step, rel_tol=1e-6) for step in steps)
    leading = f"{scale.step:e}"[0]
    assert leading in "125"
    if zero:
        assert scale.low <= 0 <= scale.high
        assert 0 in scale.ticks
    if high > 0 or not zero:
        assert (1 - scale.place(high)) * pixels >= head - 1e-3
    if low < 0 or (not zero and scale.low > 0):
        assert scale.place(low) * pixels >= foot - 1e-3
    if low >= 0:
        assert scale.low >= 0


@given(
    ends=st.tuples(st.floats(1e-3, 1e7), st.floats(1e-3, 1e7)).map(sorted),
    pixels=st.floats(200, 1200),
    zero=st.booleans(),
)
def test_logarithmic(ends: list[float], pixels: float, zero: bool) -> None:
    low, high = ends
    scale = plan_scale(LOG, low, high, pixels, 20.0, zero=zero)
    assert scale.low <= low * (1 + 1e-9)
    assert scale.high >= high * (1 - 1e-9)
    assert len(scale.ticks) >= 2
    assert all(f"{tick:e}"[0] in "125" for tick in scale.ticks)
    if zero:
        # Bars have a length even at the least value.
        assert scale.place(low) > 0


def test_counts_have_whole_ticks() -> None:
    scale = plan_scale(Axis(), 0, 3, 600, 20, zero=True)
    assert scale.labels == ("0", "1", "2", "3")


def test_edges_keep_every_nth() -> None:
    edges = tuple(float(at) for at in range(21))
    assert edge_scale(Axis(), edges, 1000, 40).ticks == edges
    assert edge_scale(Axis(), edges, 1000, 90).ticks == edges[::2]


@pytest.mark.parametrize("axis", [Axis(title="Share (%)"), Axis(format=NumberFormat(suffix="%"))])
def test_percentages_end_at_a_hundred(axis: Axis) -> None:
    assert plan_scale(axis, 3, 99, 300, 40, zero=True, head=30).high == 100
    assert plan_scale(axis, 3, 130, 300, 40, zero=True).high > 100
    assert plan_scale(Axis(), 3, 99, 300, 40, zero=True, head=30).high > 100


def test_too_short() -> None:
    with pytest.raises(CannotDraw):
        plan_scale(LINEAR, 0, 1, 30, 20, zero=True)
    with pytest.raises(CannotDraw):
        plan_scale(LINEAR, 0, 1, 100, 20, zero=True, head=90)
