"""Draws are exact, even, and a function of ids alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.errors import PlanError
from dataengine.mixture.drawing import check_enough, draw
from dataengine.mixture.scanning import id_key


def keys(ids) -> np.ndarray:
    return np.array([id_key(one) for one in ids], np.uint64)


@given(st.integers(1, 60), st.integers(0, 200), st.integers(0, 5))
def test_a_draw_has_exactly_as_many_and_is_as_even_as_can_be(available, count, seed):
    ids = [f"a-1-{number:09d}" for number in range(available)]
    found = draw(np.arange(available), keys(ids), count, seed, "m")
    assert found.times.sum() == count
    assert len({*found.rows.tolist()}) == len(found.rows)
    if count >= available:
        assert len(found.rows) == available
        assert found.times.max() - found.times.min() <= 1
    else:
        assert set(found.times.tolist()) <= {1}
    assert (np.diff(found.rows) > 0).all()


@given(st.permutations(range(30)), st.integers(1, 70))
def test_the_same_ids_are_drawn_whatever_order_they_lie_in(order, count):
    ids = [f"a-1-{number:09d}" for number in range(30)]
    shuffled = [ids[number] for number in order]

    def drawn(names) -> dict[str, int]:
        found = draw(np.arange(30), keys(names), count, 1, "m")
        return {names[row]: n for row, n in zip(found.rows, found.times.tolist(), strict=True)}

    assert drawn(ids) == drawn(shuffled)


def test_a_larger_count_draws_what_the_smaller_one_did_and_more():
    ids = keys(f"a-1-{number:09d}" for number in range(500))
    few, many = (draw(np.arange(500), ids, count, 1, "m") for count in (50, 60))
    assert {*few.rows.tolist()} < {*many.rows.tolist()}


def test_seeds_and_members_draw_others():
    ids = keys(f"a-1-{number:09d}" for number in range(500))
    drawn = [
        {*draw(np.arange(500), ids, 100, seed, name).rows.tolist()}
        for seed, name in ((1, "m"), (2, "m"), (1, "n"))
    ]
    for one in range(3):
        shared = len(drawn[one] & drawn[(one + 1) % 3])
        assert 5 < shared < 40  # 20 are due by chance


def test_too_few_are_refused_with_what_stands_in_the_way():
    removed = {"language": 30, "straddling": 4}
    with pytest.raises(PlanError) as error:
        check_enough("pages", 100, 50, removed, repeat=False)
    for word in ("pages", "100", "50", "language 30", "straddling 4", "members.pages.repeat=true"):
        assert word in str(error.value)
    check_enough("pages", 100, 50, removed, repeat=True)
    check_enough("pages", 50, 50, removed, repeat=False)


def test_none_at_all_cannot_be_repeated():
    with pytest.raises(PlanError, match="loosen its filter"):
        check_enough("pages", 1, 0, {}, repeat=True)
