"""Counts come out exactly, shares by largest remainder."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from dataengine.mixture.counts import shares, wanted_counts
from dataengine.mixture.settings import Mixture

WEIGHTS = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(1e-6, 1e6), min_size=1, max_size=8)


def mixture(members: dict, **more) -> Mixture:
    members = {name: {"dataset": "d", **member} for name, member in members.items()}
    data = {"name": "m", "datasets": {"d": {"path": "/d"}}, "members": members, **more}
    return Mixture.model_validate(data)


@given(st.integers(0, 10**7), WEIGHTS)
def test_shares_add_up_and_are_off_by_less_than_one(total, weights):
    counts = shares(total, weights)
    assert sum(counts.values()) == total
    whole = sum(map(Fraction, weights.values()))
    for name, weight in weights.items():
        assert abs(counts[name] - total * Fraction(weight) / whole) < 1


def test_the_largest_remainder_wins_and_ties_go_to_the_earlier():
    assert shares(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert shares(2, {"a": 1, "b": 3}) == {"a": 1, "b": 1}  # 0.5 and 1.5: a tie


def test_counts_weights_and_all_share_out_samples():
    made = mixture(
        {"a": {"count": 100}, "b": {}, "c": {"weight": 1}, "d": {"weight": 3}}, samples=1000
    )
    counts = wanted_counts(made, {"a": 5000, "b": 60, "c": 9, "d": 9})
    assert counts == {"a": 100, "b": 60, "c": 210, "d": 630}


@given(st.dictionaries(st.sampled_from("abc"), st.integers(1, 10**6), min_size=1), st.data())
def test_without_samples_weights_give_as_many_as_need_no_repeats(available, data):
    weights = {name: data.draw(st.floats(0.01, 100)) for name in available}
    made = mixture({name: {"weight": weight} for name, weight in weights.items()})
    counts = wanted_counts(made, available)
    assert all(counts[name] <= available[name] for name in counts)
    assert any(counts[name] == available[name] for name in counts)
    scale = min(available[name] / Fraction(weights[name]) for name in weights)
    assert all(counts[name] == int(scale * Fraction(weights[name])) for name in weights)


def test_a_member_that_may_repeat_does_not_hold_the_others_back():
    made = mixture({"a": {"weight": 1}, "b": {"weight": 1, "repeat": True}})
    assert wanted_counts(made, {"a": 50, "b": 5}) == {"a": 50, "b": 50}


@pytest.mark.parametrize(
    ("members", "samples"), [({"a": {"count": 11}, "b": {"weight": 1}}, 10), ({"a": {}}, 10)]
)
def test_counts_that_do_not_fit_are_refused(members, samples):
    with pytest.raises(ConfigError, match="samples is 10"):
        wanted_counts(mixture(members, samples=samples), {"a": 4, "b": 4})
