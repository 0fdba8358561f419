"""Ranges leave the room that is asked for; ticks print what they stand at."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.mpl.scales import Extent, number_ticks
from pipelines.charts.spec.numbers import NumberFormat

numbers = st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 3))


@given(numbers, numbers, st.floats(0, 60), st.floats(0, 60), st.booleans())
def test_room_is_left_at_both_ends(
    one: float, other: float, foot: float, head: float, zero: bool
) -> None:
    low, high = sorted((one, other))
    assume(high - low > 1e-3)
    extent = Extent(low, high, zero)
    start, end = extent.limits(400.0, foot, head)
    assert start <= low
    assert end >= high
    if zero:
        assert start <= 0 <= end
    per_pixel = (end - start) / 400.0
    if not (zero and low >= 0):
        assert (low - start) / per_pixel >= foot - 1e-3
    if not (zero and high <= 0):
        assert (end - high) / per_pixel >= head - 1e-3


@given(st.floats(1e-3, 1e9), st.floats(1.0, 1e6), st.floats(0, 60))
def test_logarithmic_room(low: float, factor: float, head: float) -> None:
    start, end = Extent(low, low * factor, log=True).limits(400.0, 0.0, head)
    assert 0 < start < low
    assert end >= low * factor
    free = 400.0 * math.log(end / (low * factor)) / math.log(end / start)
    assert free >= head - 1e-6


@given(numbers, numbers, st.integers(2, 8))
def test_ticks_lie_in_the_range_and_read_back(one: float, other: float, most: int) -> None:
    low, high = sorted((one, other))
    assume(high - low > 1e-2)
    form = NumberFormat(grouping=True)
    try:
        ticks = number_ticks(Extent(low, high), (low, high), form, lambda texts, share: True, most)
    except CannotDraw:
        # A narrow range far from zero: no two of its round numbers differ as printed.
        assert most < 4 or (high - low) < 1e-5 * max(abs(low), abs(high))
        return
    assert 2 <= len(ticks) <= most + 1
    for value, text in ticks:
        assert low - 1e-6 * (high - low) <= value <= high + 1e-6 * (high - low)
        read = form.parse(text)
        assert read is not None
        assert abs(read - value) <= 1e-5 * (high - low)


def test_no_ticks_no_axis() -> None:
    with pytest.raises(CannotDraw):
        number_ticks(Extent(0, 1), (0, 1), NumberFormat(), lambda texts, share: False, 8)


def test_too_much_headroom_is_refused() -> None:
    with pytest.raises(CannotDraw):
        Extent(0, 1).limits(200.0, 80.0, 80.0)


def test_whole_counts_have_whole_ticks() -> None:
    extent = Extent(0, 3, zero=True, whole=True)
    ticks = number_ticks(extent, (0, 3.2), NumberFormat(), lambda texts, share: True, 8)
    assert [value for value, _ in ticks] == [0, 1, 2, 3]
