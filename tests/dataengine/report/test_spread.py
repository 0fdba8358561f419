"""Spreads: exact where they say so, close elsewhere, the same however numbers come."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.report.spread import Spread

WHOLE = st.lists(st.integers(0, 9_999), min_size=1, max_size=60)
ANY = st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=1, max_size=60)


def spread_of(*lots) -> Spread:
    spread = Spread()
    for lot in lots:
        spread.add(lot)
    return spread


@given(WHOLE, st.sampled_from([0.05, 0.5, 0.95, 1.0]))
def test_quantiles_of_small_whole_numbers_are_exact(numbers, share):
    ordered = sorted(numbers)
    below = sum(1 for one in ordered if one <= spread_of(numbers).quantile(share))
    assert spread_of(numbers).quantile(share) in ordered
    assert below >= share * len(ordered)


@given(ANY)
def test_ends_and_mean_are_exact_and_the_median_is_close(numbers):
    spread = spread_of(numbers)
    assert (spread.least, spread.most) == (min(numbers), max(numbers))
    assert spread.mean == pytest.approx(np.mean(numbers), abs=1e-6 * max(map(abs, numbers)) + 1e-12)
    median = sorted(numbers)[max(0, -(-len(numbers) // 2) - 1)]
    assert spread.quantile(0.5) == pytest.approx(median, rel=0.006, abs=1e-13)


@given(ANY, ANY)
def test_merging_is_adding(left, right):
    merged = spread_of(left)
    merged.merge(spread_of(right))
    together = spread_of(left, right)
    assert merged.table()[0].tolist() == together.table()[0].tolist()
    assert merged.table()[1].tolist() == together.table()[1].tolist()
    assert merged.as_data() == together.as_data()


def test_memory_is_bounded():
    spread = spread_of(np.linspace(0.001, 1, 1_000_000))
    assert len(spread.table()[0]) < 3 * 1_800


def test_what_is_not_finite_is_left_out():
    spread = spread_of([1, float("nan"), float("inf"), float("-inf")], [])
    assert (spread.count, spread.most) == (1, 1)


def test_nothing_is_plain_data_too():
    assert json.dumps(spread_of().as_data()) == '{"count": 0}'
    assert spread_of().quantile(0.5) == 0
    assert spread_of([0, -0.0, 0.5]).as_data()["least"] == 0
