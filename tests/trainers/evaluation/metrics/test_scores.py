"""Means that count what they leave out, and intervals that a seed decides."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from trainers.evaluation.metrics.scores import Sample, bootstrap, mean_score

FRACTIONS = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def score(samples):
    return mean_score(samples, name="n", variant="v", mode="correct")


def test_mean_leaves_out_what_is_undefined_and_says_so():
    found = score([Sample(1.0), Sample(None, "skipped"), Sample(0.5, "empty"), Sample(None)])
    assert (found.value, found.count, found.undefined) == (0.75, 2, 2)
    assert found.notes == {"empty": 1, "skipped": 1}
    assert json.loads(json.dumps(found.as_json()))["value"] == 0.75


def test_mean_of_nothing_has_no_value():
    assert score([]).value is None
    assert score([Sample(None)]).value is None


@settings(max_examples=25)
@given(FRACTIONS, st.integers(0, 9))
def test_interval_is_within_the_values_and_a_function_of_the_seed(values, seed):
    first = bootstrap(values, seed=seed, resamples=50)
    assert first == bootstrap(values, seed=seed, resamples=50)
    assert min(values) - 1e-12 <= first.low <= first.high <= max(values) + 1e-12


def test_interval_of_coins_is_that_of_the_normal_distribution():
    coins = [0.0, 1.0] * 200
    found = bootstrap(coins, seed=1)
    half = 1.96 * np.std(coins) / np.sqrt(len(coins))
    assert found.low == pytest.approx(0.5 - half, abs=0.01)
    assert found.high == pytest.approx(0.5 + half, abs=0.01)
    assert bootstrap(coins, seed=2) != found


def test_strata_count_alike_and_are_resampled_by_themselves():
    found = bootstrap([0.0] * 9 + [1.0], seed=0, strata=["a"] * 9 + ["b"])
    assert (found.low, found.high) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("values", "more"),
    [([], {}), ([float("nan")], {}), ([1.0], {"resamples": 0}), ([1.0], {"strata": ["a", "b"]})],
)
def test_interval_refuses_what_has_none(values, more):
    with pytest.raises(ConfigError):
        bootstrap(values, seed=0, **more)
