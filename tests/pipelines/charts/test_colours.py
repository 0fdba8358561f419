"""Tests of luminance, contrast and distances between colours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.colours import contrast_ratio, distance, lab, luminance, rgb

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


def test_known_values() -> None:
    assert lab(rgb("#ffffff")) == pytest.approx((100, 0, 0), abs=0.02)
    assert lab(rgb("#ff0000")) == pytest.approx((53.24, 80.09, 67.20), abs=0.1)
    assert distance(rgb("#000000"), rgb("#ffffff")) == pytest.approx(100, abs=0.05)
    assert luminance((255, 255, 255)) == pytest.approx(1)
    assert contrast_ratio((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


@given(COLOURS, COLOURS)
def test_both_are_symmetric_and_least_for_the_same(
    left: tuple[int, int, int], right: tuple[int, int, int]
) -> None:
    assert distance(left, right) == distance(right, left)
    assert distance(left, left) == 0
    assert contrast_ratio(left, right) == contrast_ratio(right, left) >= 1
