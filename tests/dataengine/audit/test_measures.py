"""Measures: bounds, symmetry, and what each of them notices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.audit.measures import (
    coverage,
    distance,
    extra_share,
    found_tokens,
    free_distance,
    gap,
    pair_coverage,
)

VOCABULARY = ["harbour", "stone", "tower", "coast", "1874", "fish", "the", "of"]
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=40)


@given(st.text(max_size=60), st.text(max_size=60))
def test_distance_is_symmetric_between_0_and_1_and_0_for_equals(first: str, second: str) -> None:
    assert 0.0 <= distance(first, second) <= 1.0
    assert distance(first, second) == pytest.approx(distance(second, first))
    assert distance(first, first) == 0.0


@given(WORDS, st.randoms(use_true_random=False))
def test_what_was_read_in_any_order_is_found(wanted: list[str], shuffle) -> None:
    reading = list(wanted)
    shuffle.shuffle(reading)
    assert all(found_tokens(wanted, [reading]))
    assert extra_share(wanted, reading) == 0.0


@given(WORDS, WORDS, WORDS)
def test_a_further_reading_never_takes_words_away(
    wanted: list[str], first: list[str], second: list[str]
) -> None:
    one = coverage(found_tokens(wanted, [first]))
    assert 0.0 <= one <= coverage(found_tokens(wanted, [first, second])) <= 1.0


@given(WORDS)
def test_nothing_is_found_in_nothing(wanted: list[str]) -> None:
    assert not any(found_tokens(wanted, []))
    assert not any(found_tokens(wanted, [[]]))


def test_a_word_read_once_is_found_once() -> None:
    assert found_tokens(["tower", "tower"], [["tower"]]) == [True, False]


def test_long_words_may_have_a_wrong_letter_and_short_ones_and_numbers_may_not() -> None:
    assert found_tokens(["harbour"], [["harb0ur"]]) == [True]
    assert found_tokens(["lighthouses"], [["l1ghth0uses"]]) == [True]
    assert found_tokens(["fish"], [["dish"]]) == [False]
    assert found_tokens(["18745"], [["18746"]]) == [False]


def test_a_misread_word_stands_for_one_word_only() -> None:
    assert found_tokens(["harbour", "harbour"], [["harb0ur"]]) == [True, False]


@given(st.lists(st.booleans(), max_size=80))
def test_gap_is_at_least_the_missing_share(found: list[bool]) -> None:
    assert 1.0 - coverage(found) <= gap(found, 12) + 1e-9 or len(found) % 12
    assert 0.0 <= gap(found, 12) <= 1.0


def test_gap_sees_a_lost_line_where_coverage_hardly_does() -> None:
    found = [True] * 100 + [False] * 12 + [True] * 100
    assert gap(found) == 1.0
    assert coverage(found) > 0.94


def test_pairs_tell_another_text_of_the_same_words() -> None:
    wanted = ["the", "tower", "of", "stone"]
    assert pair_coverage(wanted, [wanted]) == 1.0
    assert pair_coverage(wanted, [["stone", "of", "tower", "the"]]) == 0.0
    assert pair_coverage(["tower"], [[]]) == 1.0


def test_free_distance_knows_no_order() -> None:
    strings = ["Apples", "Pears", "1874"]
    assert free_distance(strings, ["1874", "PEARS", "apples"]) == 0.0
    assert free_distance(strings, []) == 1.0
    assert free_distance([], ["x"]) == 0.0
    assert 0.0 < free_distance(strings, ["Apples", "Pears"]) < 0.5
