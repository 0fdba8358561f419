"""ANLS and relaxed accuracy: by hand, at their borders, and as the references have them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.scores import Sample, mean_score
from trainers.evaluation.metrics.vqa import (
    anls,
    anls_of,
    chartqa_average,
    relaxed_accuracy,
    relaxed_match,
)


def test_anls_by_hand():
    assert anls_of("hallo", ["hello"]).value == pytest.approx(1 - 1 / 5)
    assert anls_of("HELLO ", ["hello"]).value == 1
    assert anls_of("abcd", ["abxy"]).value == 0.5  # the border counts
    assert anls_of("abcd", ["axyz"]).value == 0
    assert anls_of("b", ["a", "b"]).value == 1
    found = anls(["hallo", "x"], [["hello"], ["y"]])
    assert found.value == pytest.approx(0.4)


def test_anls_of_nothing():
    assert anls_of("", [""]).value == 1
    assert anls_of("", [""], mode="paper").value is None
    assert anls_of("", [""], mode="paper", code="docvqa").value == 1
    assert anls_of("a", []).value is None
    assert anls_of("", ["a"]).value == 0


def test_anls_codes_differ_by_white_space():
    padded, answer = "abcd  ", ["abxz"]
    assert anls_of(padded, answer).value == 0.5
    assert anls_of(padded, answer, mode="paper", code="docvqa").value == 0.5
    assert anls_of(padded, answer, mode="paper", code="pix2struct").value == 0
    wrong = anls_of("axyz", ["abcd    "], mode="paper", code="unstripped")
    assert wrong.value == pytest.approx(1 - 3 / 8)
    assert anls_of("axyz", ["abcd    "]).value == 0


@settings(max_examples=40)
@given(st.text("ab ", max_size=6), st.lists(st.text("ab ", max_size=6), min_size=1, max_size=3))
def test_anls_is_bounded_and_grows_with_answers(prediction, answers):
    value = anls_of(prediction, answers).value
    assert value == 0 or 0.5 <= value <= 1
    assert value >= anls_of(prediction, answers[:1]).value
    assert anls_of(prediction, [*answers, prediction]).value == 1


@pytest.mark.parametrize(
    ("prediction", "target", "correct", "paper"),
    [
        ("105", "100", True, True),
        ("106", "100", False, False),
        ("95", "100", True, True),
        ("-105", "-100", True, True),
        ("12%", "0.12", True, True),
        ("12", "12%", True, False),
        ("12%", "12", True, False),
        ("1,234", "1234", True, False),
        ("$5", "5", True, False),
        ("1.2M", "1200000", True, False),
        ("1.2", "1.2M", False, False),
        ("12 years", "12", True, False),
        ("12 years", "12 months", False, False),
        ("(5)", "-5", True, False),
        ("0", "0", True, True),
        ("0.0", "0", True, False),
        ("0.001", "0", False, False),
        ("Yes", "yes", True, True),
        (" yes. ", "yes", True, False),
        ("no", "yes", False, False),
        ("nan", "nan", True, False),
        ("2019", "2020", True, True),
        ("", "", True, True),
        ("", "0", False, False),
    ],
)
def test_relaxed_match(prediction, target, correct, paper):
    assert relaxed_match(prediction, target) is correct
    assert relaxed_match(prediction, target, mode="paper") is paper


@settings(max_examples=60)
@given(st.floats(-1e9, 1e9), st.floats(0, 0.0499))
def test_five_per_cent_either_way(target, change):
    for sign in (1, -1):
        assert relaxed_match(repr(target * (1 + sign * change)), repr(target))


def test_mean_of_human_and_augmented_is_that_of_the_splits():
    def split(value):
        return mean_score([Sample(value)], name="n", variant="", mode="correct")

    assert chartqa_average(split(43.2), split(87.3)).value == pytest.approx(65.25)  # Vary Table 2
    empty = mean_score([], name="n", variant="", mode="correct")
    assert chartqa_average(empty, split(1)).value is None
    found = relaxed_accuracy(["5", "x", "y"], [["5", "6"], ["y"], []])
    assert (found.value, found.undefined) == (0.5, 1)
