"""Tests of distances between colours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.style.colours import FAR_ENOUGH, distance, lab, spread_palette
from pipelines.charts.style.themes import load_themes

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_known_values() -> None:
    assert lab("#ffffff") == pytest.approx((100, 0, 0), abs=0.02)
    assert lab("#ff0000") == pytest.approx((53.24, 80.09, 67.20), abs=0.1)
    assert distance("#000000", "#ffffff") == pytest.approx(100, abs=0.05)


@given(COLOURS, COLOURS)
def test_distance_is_symmetric_and_zero_for_the_same(left: str, right: str) -> None:
    assert distance(left, right) == distance(right, left)
    assert distance(left, left) == 0


@given(st.lists(COLOURS, max_size=9, unique=True))
def test_spreading_keeps_all_colours_and_parts_the_first(palette: list[str]) -> None:
    spread = spread_palette(tuple(palette))
    assert sorted(spread) == sorted(palette)
    first = [c for c in spread if all(distance(c, o) >= FAR_ENOUGH for o in spread if o != c)]
    assert [c for c in spread if c in first] == [c for c in palette if c in first]


def test_every_theme_can_tell_five_series_apart() -> None:
    for name, theme in load_themes().items():
        for palette in theme.palettes:
            first = spread_palette(palette)[:5]
            near = [(a, b) for a in first for b in first if a < b and distance(a, b) < 20]
            assert not near, name
