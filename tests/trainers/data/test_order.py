"""The order: every example once per epoch, full buckets, few row groups at a time, no surprises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainers.data.order import Cursor, Order

BUCKETS = (10, 20, 40)


def order(count: int, seed: int = 0, batch: int = 4, per_group: int = 5) -> Order:
    rng = np.random.Generator(np.random.PCG64(count))
    lengths = rng.integers(1, 41, count)
    return Order(np.arange(count) // per_group, lengths, BUCKETS, batch, seed)


@given(st.integers(0, 200), st.integers(1, 9), st.integers(0, 3))
def test_every_example_comes_once_per_epoch(count, batch, epoch):
    made = order(count, batch=batch)
    found = [made.at(Cursor(epoch, number)) for number in range(made.batches(epoch))]
    assert sorted(np.concatenate([*found, np.array([], np.int64)]).tolist()) == list(range(count))
    assert all(len(one) == batch for one in found[:-1])


@given(st.integers(20, 200), st.integers(1, 9))
def test_batches_hold_one_bucket_but_for_the_last_few(count, batch):
    rng = np.random.Generator(np.random.PCG64(count))
    lengths = rng.integers(1, 41, count)
    made = Order(np.arange(count) // 5, lengths, BUCKETS, batch, 0)
    bucket = np.searchsorted(BUCKETS, lengths)
    mixed = sum(
        len(set(bucket[made.at(Cursor(0, number))])) > 1 for number in range(made.batches(0))
    )
    assert mixed <= len(BUCKETS)


def test_epochs_and_seeds_differ_and_calls_do_not():
    first = order(100)
    same = order(100)
    assert np.array_equal(first.at(Cursor(0, 3)), same.at(Cursor(0, 3)))
    assert not np.array_equal(first.at(Cursor(0, 3)), first.at(Cursor(1, 3)))
    assert not np.array_equal(first.at(Cursor(0, 3)), order(100, seed=1).at(Cursor(0, 3)))


def test_cursor_goes_through_epochs():
    made = order(10, batch=4)
    cursor, seen = Cursor(), []
    for _ in range(7):
        seen.append((cursor.epoch, cursor.batch))
        cursor = made.after(cursor)
    assert seen == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0)]


def test_windows_are_read_one_after_another():
    count, per_group, batch = 6000, 100, 8
    made = Order(np.arange(count) // per_group, np.ones(count, np.int64), (1,), batch, 0)
    rows = np.concatenate([made.at(Cursor(0, number)) for number in range(made.batches(0))])
    windows = rows // per_group
    assert (np.diff(windows) != 0).sum() == count // per_group - 1
    assert windows[:1000:100].tolist() != sorted(windows[:1000:100].tolist())
    assert rows[:100].tolist() != sorted(rows[:100].tolist())


def test_example_beyond_the_last_bucket_is_an_error():
    with pytest.raises(ValueError, match="41 tokens is longer"):
        Order(np.zeros(1, np.int64), np.array([41]), BUCKETS, 1, 0)
