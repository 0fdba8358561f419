"""Triples of charts: what the reference lets through, and what is right."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.chart_triples import (
    MAX_TRIPLES,
    TOLERANCES,
    TooManyTriples,
    Triple,
    similarity,
    similarity_as_scrm,
    triples_of,
)

CHARTS = st.dictionaries(
    st.sampled_from(["a", "haiti", "北京", "Germany", "2019"]), st.integers(0, 50), max_size=4
)


def test_triples_by_hand():
    assert triples_of({" North  A": {"2019": "1.2M", "2020": "(5)"}}) == [
        Triple("north a", "2019", 1.2e6),
        Triple("north a", "2020", -5.0),
    ]
    assert triples_of({"a": [1, "12%"], "b": "n/a", "c": True}) == [
        Triple("a", "0", 1.0),
        Triple("a", "1", 12.0),
        Triple("b", "", "n/a"),
        Triple("c", "", "true"),
    ]


@settings(max_examples=60)
@given(CHARTS, CHARTS, st.sampled_from(list(TOLERANCES)))
def test_similarity_is_bounded_and_one_for_equals(first, second, tolerance):
    value = similarity(first, second, tolerance)
    assert 0 <= value <= 1
    assert similarity(first, first, tolerance) == 1
    assert similarity(first, second, "strict") <= similarity(first, second, "slight")
    assert similarity(first, second, "slight") <= similarity(first, second, "high")


@settings(max_examples=60)
@given(CHARTS, CHARTS)
def test_strict_similarity_is_that_of_sets(first, second):
    one, other = set(first.items()), set(second.items())
    expected = Fraction(len(one & other), len(one | other)) if one | other else 1
    assert similarity(first, second, "strict") == expected
    assert similarity(first, second, "strict") == similarity(second, first, "strict")


@pytest.mark.parametrize(
    ("prediction", "target", "correct", "paper"),
    [
        ({"北": 1}, {"北京": 1}, 0, 1),  # a prefix is enough for names after "value"
        ({"zo": 1}, {"zone": 1}, 0, 1),
        ({"ha": 1}, {"haiti": 1}, 0, 0),  # and not for those before
        ({"a": "1.2M"}, {"a": 1.2}, 0, 1),  # units
        ({"a": "1,234"}, {"a": 1234}, 1, 1),
        ({"a": "(5)"}, {"a": -5}, 1, 0),
        ({"a": "(5)"}, {"a": 5}, 0, 1),
        ({"x": {"y": 1}}, {"y": {"x": 1}}, 1, 1),  # transposed
        ({"sales": {"a": 1}}, {"a": 1}, 1, 0),  # one series around a flat target
        ({}, {"a": 1}, 0, 0),
    ],
)
def test_strict_in_both_modes(prediction, target, correct, paper):
    assert similarity(prediction, target, "strict") == correct
    assert similarity_as_scrm(prediction, target, "strict") == paper


def test_empty_charts():
    assert similarity({}, {}, "strict") == 1
    assert similarity_as_scrm({}, {}, "strict") is None


def test_reference_may_be_above_one():
    prediction, target = {"ab": 1, "ac": 1}, {"ad": 1}
    assert similarity_as_scrm(prediction, target, "slight") == 2
    assert similarity(prediction, target, "slight") == 0
    long_names = {"Germany (est.)": 1, "Germany (estd)": 1}, {"Germany (est)": 1}
    assert similarity(*long_names, "slight") == Fraction(1, 2)


def test_short_names_and_digits_are_not_edited():
    assert similarity_as_scrm({"Q1": 5}, {"Q4": 5}, "slight") == 1
    assert similarity({"Q1": 5}, {"Q4": 5}, "slight") == 0
    assert similarity({"total 2019 sales": 5}, {"total 2018 sales": 5}, "high") == 0
    assert similarity({"Germny": 5}, {"Germany": 5}, "slight") == 1


@pytest.mark.parametrize(
    ("tolerance", "value", "matches"),
    [
        ("strict", 100, 1),
        ("strict", 101, 0),
        ("slight", 105, 1),
        ("slight", 106, 0),
        ("high", 110, 1),
        ("high", 111, 0),
    ],
)
def test_tolerance_of_numbers(tolerance, value, matches):
    name = "a long name for a bar"
    assert similarity({name: value}, {name: 100}, tolerance) == matches
    assert similarity_as_scrm({name: value}, {name: 100}, tolerance) == matches


def test_size_is_limited():
    most = {f"{number:04}": number for number in range(MAX_TRIPLES)}
    assert len(triples_of(most)) == MAX_TRIPLES
    for metric in (similarity, similarity_as_scrm):
        with pytest.raises(TooManyTriples):
            metric({**most, "more": 1}, {"a": 1}, "strict")


def test_huge_and_deep_values_end():
    deep: object = 1
    for _ in range(20):
        deep = {"k": deep}
    assert triples_of({"a": deep})[0].series == " ".join("k" * 20)
    assert triples_of({"a": 10**400})[0].value == "inf"
