"""Paths of the record: canvas arcs, rectangles and curves as Skia paths."""

from __future__ import annotations

import math

import numpy as np
import pytest
import skia
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.echarts.replay.paths import is_rectangle, make_path

SIDE = 60


def _area(path: skia.Path) -> float:
    """Return the share of a canvas that a path fills, in pixels."""
    pixels = np.zeros((SIDE, SIDE, 4), np.uint8)
    surface = skia.Surface(pixels, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    surface.getCanvas().drawPath(path, skia.Paint(AntiAlias=True))
    return float(pixels[..., 3].sum()) / 255


@given(st.floats(5, 25), st.floats(-10, 10), st.floats(-10, 10), st.booleans())
def test_arcs_sweep_as_on_a_canvas(radius: float, begin: float, until: float, backwards: bool):
    path = make_path([0, 30, 30, 4, 30, 30, radius, begin, until, int(backwards), 6])
    turn = 2 * math.pi
    sweep = begin - until if backwards else until - begin
    sweep = turn if sweep >= turn else sweep % turn
    expected = sweep / 2 * radius**2
    if sweep < 1e-6 or turn - sweep < 1e-6:
        return
    # Anti-aliasing takes up to a hundredth of the area.
    assert _area(path) == pytest.approx(expected, rel=0.04, abs=3)


@pytest.mark.parametrize("backwards", [0, 1])
def test_whole_circles_are_not_dropped(backwards: int):
    until = -2 * math.pi if backwards else 2 * math.pi
    path = make_path([4, 30, 30, 20, 0, until, backwards, 6])
    assert _area(path) == pytest.approx(math.pi * 400, rel=0.01)


def test_rings_have_holes():
    ring = [4, 30, 30, 20, 0, 2 * math.pi, 0, 6, 0, 40, 30, 4, 30, 30, 10, 0, 2 * math.pi, 1, 6]
    assert _area(make_path(ring)) == pytest.approx(math.pi * 300, rel=0.01)


def test_even_odd_makes_holes_of_either_direction():
    ring = [5, 10, 10, 40, 40, 5, 20, 20, 20, 20]
    assert _area(make_path(ring)) == 1600
    assert _area(make_path(ring, even_odd=True)) == 1200


@given(st.floats(-20, 40), st.floats(-20, 40), st.floats(-30, 30), st.floats(-30, 30))
def test_rectangles_of_any_direction(x: float, y: float, width: float, height: float):
    row = [5, x, y, width, height]
    assert is_rectangle(row)
    one, other = make_path(row).getBounds(), make_path([*row, 6]).getBounds()
    assert not is_rectangle([*row, 6])
    for side in ("fLeft", "fTop", "fRight", "fBottom"):
        assert getattr(one, side) == pytest.approx(getattr(other, side), abs=1e-4)


def test_ellipses_turn():
    flat = make_path([7, 30, 30, 20, 5, 0, 0, 2 * math.pi, 0]).getBounds()
    upright = make_path([7, 30, 30, 20, 5, math.pi / 2, 0, 2 * math.pi, 0]).getBounds()
    assert flat.width() == pytest.approx(40, abs=0.1)
    assert upright.height() == pytest.approx(40, abs=0.1)
    joined = make_path([0, 30, 30, 7, 30, 30, 20, 5, 0, 0, 2 * math.pi, 0, 6])
    assert _area(joined) == pytest.approx(math.pi * 100, rel=0.02)


def test_tangent_arcs_round_corners_off():
    square = [0, 10, 30, 8, 10, 10, 30, 10, 10, 8, 50, 10, 50, 30, 10, 1, 50, 50, 1, 10, 50, 6]
    cut = 2 * (100 - math.pi * 100 / 4)
    assert _area(make_path(square)) == pytest.approx(1600 - cut, abs=6)
    straight = make_path([0, 0, 0, 8, 10, 0, 20, 0, 5]).getBounds()
    assert (straight.fRight, straight.fBottom) == (10, 0)


def test_curves_without_a_start_begin_at_their_first_point():
    path = make_path([2, 10, 10, 10, 50, 50, 50, 3, 50, 10, 10, 10])
    assert path.getBounds().fLeft == 10
    assert make_path([6, 6]).isEmpty()
    with pytest.raises(ValueError, match="no path verb"):
        make_path([17])
