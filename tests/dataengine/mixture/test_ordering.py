"""The order holds every row group once, spreads each dataset evenly, and windows bound a resume."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dataengine.mixture.ordering import cut_windows, interleaved, shuffled
from dataengine.mixture.settings import Order

SIZES = st.dictionaries(st.sampled_from(["a/x", "a/y", "b/x", "c/z"]), st.integers(0, 40))


@given(SIZES, st.integers(0, 3))
def test_every_row_group_stands_once(sizes, seed):
    order = interleaved(sizes, seed, "train")
    expected = [(name, number) for name, size in sizes.items() for number in range(size)]
    assert sorted(order) == sorted(expected)


def test_the_order_of_the_strata_in_the_file_does_not_matter():
    one = interleaved({"a": 30, "b": 20}, 1, "train")
    assert one == interleaved({"b": 20, "a": 30}, 1, "train")
    assert one != interleaved({"a": 30, "b": 20}, 2, "train")
    assert one != interleaved({"a": 30, "b": 20}, 1, "test")


def test_every_stretch_has_each_stratum_in_proportion():
    order = interleaved({"common": 900, "rare": 100}, 4, "train")
    for start in range(0, 1000, 100):
        rare = Counter(name for name, _ in order[start : start + 100])["rare"]
        assert 8 <= rare <= 12


def test_row_groups_of_a_stratum_are_shuffled():
    numbers = [number for _, number in interleaved({"a": 200}, 1, "train")]
    assert abs(np.corrcoef(numbers, range(200))[0, 1]) < 0.2


@given(st.lists(st.integers(1, 120), max_size=60), st.integers(1, 300), st.integers(1, 20))
def test_windows_cover_all_and_are_bounded(samples, window, row_groups):
    counts = np.array(samples, np.int64)
    windows = list(cut_windows(counts, Order(window=window, row_groups=row_groups)))
    covered = [at for one in windows for at in range(one.first, one.last)]
    assert covered == list(range(len(samples)))
    assert [one.number for one in windows] == list(range(len(windows)))
    for one in windows:
        held = counts[one.first : one.last]
        assert len(held) <= row_groups
        assert held[:-1].sum() < window
    for one in windows[:-1]:
        assert one.last - one.first == row_groups or counts[one.first : one.last].sum() >= window


def test_a_window_is_shuffled_by_its_number():
    assert sorted(shuffled(50, 1, "train", 0)) == list(range(50))
    assert (shuffled(50, 1, "train", 0) == shuffled(50, 1, "train", 0)).all()
    assert (shuffled(50, 1, "train", 0) != shuffled(50, 1, "train", 1)).any()
