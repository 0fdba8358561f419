"""Plots: every number in a bin, inside the picture, the same bytes again."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.report.plots import HEIGHT, WIDTH, binned, histogram, share_bar, shown
from dataengine.report.spread import Spread

NUMBERS = st.lists(
    st.integers(-5, 50) | st.floats(-1e6, 1e6) | st.floats(1e-6, 1e-3), min_size=1, max_size=40
)


def spread_of(numbers) -> Spread:
    spread = Spread()
    spread.add(numbers)
    return spread


@given(NUMBERS)
def test_every_number_is_in_a_bin(numbers):
    bins = binned(spread_of(numbers))
    assert bins.counts.sum() == len(numbers)
    assert (np.diff(bins.edges) > 0).all()


@given(NUMBERS)
def test_histogram_is_well_formed_and_inside_its_picture(numbers):
    drawn = histogram(spread_of(numbers), "px <&>")
    assert drawn == histogram(spread_of(numbers[::-1]), "px <&>")
    picture = ElementTree.fromstring(drawn)
    bars = picture.findall("rect")
    assert bars
    for bar in bars:
        left, top, wide, tall = (float(bar.get(key)) for key in ("x", "y", "width", "height"))
        assert left >= 0
        assert left + wide <= WIDTH
        assert top >= 0
        assert top + tall <= HEIGHT
    for label in picture.findall("text"):
        assert 0 <= float(label.get("x")) <= WIDTH


def test_wide_ranges_are_drawn_on_a_logarithmic_axis():
    assert binned(spread_of([1, 10, 100, 1000])).is_log
    assert not binned(spread_of([0, 10, 100, 1000])).is_log
    assert not binned(spread_of([500, 600])).is_log


def test_few_whole_numbers_have_a_bar_each():
    bins = binned(spread_of([1, 1, 2, 5]))
    assert bins.counts.tolist() == [2, 1, 0, 0, 1]
    assert "2 px: 1" in histogram(spread_of([1, 1, 2, 5]), "px")


def test_nothing_is_drawn_of_nothing():
    assert histogram(Spread(), "px") == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (1234, "1,234"), (0.98765, "0.9877"), (12_345_678, "12.35 M"), (3e9, "3 G")],
)
def test_numbers_are_shown_as_people_read_them(value, expected):
    assert shown(value) == expected


def test_share_bars_stay_between_nothing_and_all():
    lengths = [re.search('rect width="([0-9.]+)"', share_bar(one)).group(1) for one in (-1, 0.5, 9)]
    assert lengths == ["0", "50", "100"]
