"""Edit distances and sets of words: cases by hand, and what holds for all texts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from trainers.evaluation.metrics.text import (
    MAX_CHARS,
    distance_of,
    edit_distance,
    levenshtein,
    precision_recall_f1,
    set_scores_of,
)

TEXTS = st.text("ab \n北京", max_size=12)
HALF = ("a b", "a b c d")  # a prediction that holds half of the target's words


@settings(max_examples=60)
@given(TEXTS, TEXTS)
def test_distance_is_symmetric_bounded_and_zero_for_equals_only(first, second):
    value = distance_of(first, second).value
    assert 0 <= value <= 1
    assert value == distance_of(second, first).value
    assert (value == 0) == (first == second)


@settings(max_examples=60)
@given(st.lists(st.sampled_from("abc"), max_size=6), st.lists(st.sampled_from("abc"), max_size=6))
def test_levenshtein_is_the_recurrence(first, second):
    row = list(range(len(second) + 1))
    for i, one in enumerate(first, 1):
        last, row = row, [i]
        for j, other in enumerate(second, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (one != other)))
    assert levenshtein(first, second) == row[-1]


def test_three_variants_by_hand():
    predictions, targets = ["abcd", "x"], ["abce", "y"]
    assert edit_distance(predictions, targets).value == pytest.approx((1 / 4 + 1) / 2)
    assert edit_distance(predictions, targets, variant="char_sum").value == pytest.approx(2 / 5)
    by_page = edit_distance(predictions, targets, variant="char_sum", pages=["p", "q"])
    assert by_page.value == pytest.approx((1 / 4 + 1) / 2)
    tokens = edit_distance(["one two three"], ["one 2 three four"], variant="token")
    assert tokens.value == pytest.approx(2 / 4)
    assert tokens.variant == "token"


def test_empty_texts():
    assert distance_of("", "").value == 0
    assert distance_of("", "abc").value == 1
    assert distance_of("", "", mode="paper", reference="fox").value is None
    assert distance_of("", "abc", mode="paper", reference="fox").value == 1
    assert distance_of("", "abc", mode="paper", reference="got").value is None
    assert distance_of("abc", "abcd", mode="paper", reference="nougat").value is None
    assert edit_distance([""], [""], variant="char_sum").value == 0
    assert edit_distance([""], [""], variant="char_sum", mode="paper").value is None
    assert edit_distance([""], [""], variant="token").value == 0


def test_endless_prediction_is_the_worst_and_an_endless_target_counts_for_nobody():
    endless = "a" * (MAX_CHARS + 1)
    assert distance_of(endless, "a").value == 1
    assert distance_of("a", endless).value is None
    assert set_scores_of(endless, "a").f1.value == 0
    found = edit_distance([endless, "ab"], ["abcd", "ab"], variant="char_sum")
    assert found.value == pytest.approx(4 / 6)
    assert found.notes == {"too large": 1}


def test_precision_and_recall_have_their_names_in_correct_mode():
    scores = set_scores_of(*HALF)
    assert (scores.precision.value, scores.recall.value) == (1.0, 0.5)
    assert scores.f1.value == pytest.approx(2 / 3)


@pytest.mark.parametrize("reference", ["fox", "got", "got_scene"])
def test_fox_and_got_swap_precision_and_recall(reference):
    scores = set_scores_of("abcd efgh", "abcd efgh ijkl mnop", mode="paper", reference=reference)
    assert (scores.precision.value, scores.recall.value) != (1.0, 0.5)
    assert scores.recall.value == 1.0
    assert scores.precision.value < 1.0


def test_nougat_does_not_swap():
    scores = set_scores_of("aaaa bbbb", "aaaa bbbb c d", mode="paper", reference="nougat")
    assert (scores.precision.value, scores.recall.value) == (1.0, 0.5)


@settings(max_examples=40)
@given(TEXTS, TEXTS)
def test_sets_are_bounded_and_mirror_each_other(first, second):
    there = set_scores_of(first, second, units="characters")
    back = set_scores_of(second, first, units="characters")
    assert there.precision.value == back.recall.value
    assert there.f1.value == pytest.approx(back.f1.value)
    assert all(0 <= one.value <= 1 for one in there)
    assert there.f1.value == pytest.approx(2 * sum_product(there), abs=1e-12)


def sum_product(scores):
    precision, recall = scores.precision.value, scores.recall.value
    return precision * recall / (precision + recall) if precision + recall else 0


def test_order_and_repetition_do_not_count():
    assert set_scores_of("b a a", "a b").f1.value == 1


def test_empty_sets():
    assert [one.value for one in set_scores_of(" ", "\n")] == [1, 1, 1]
    assert [one.value for one in set_scores_of("", "a")] == [0, 0, 0]
    spaces = set_scores_of("     ", "aaaa", mode="paper", reference="nougat")
    assert [one.value for one in spaces] == [None, None, None]


def test_mean_over_pages_names_its_variant():
    scores = precision_recall_f1(["a", "a"], ["a", "b"])
    assert [scores[name].value for name in ("precision", "recall", "f1")] == [0.5, 0.5, 0.5]
    paper = precision_recall_f1(["ab"], ["ab"], mode="paper", reference="got_scene")
    assert paper["f1"].variant == "sets of characters, got_scene"


def test_unknown_modes_and_unequal_lists_are_errors():
    with pytest.raises(ConfigError, match="mode"):
        distance_of("a", "a", mode="wrong")
    with pytest.raises(ConfigError, match="reference"):
        set_scores_of("a", "a", reference="nobody")
    with pytest.raises(ValueError):
        edit_distance(["a"], [])


def test_endless_lines_are_not_split_to_tokens():
    lines = "".join(f"{number}\n" for number in range(6000))
    found = distance_of(lines, "a b", unit="token")
    assert (found.value, found.note) == (1, "too large")
    assert distance_of("a b", lines, unit="token").value is None
    assert distance_of("a b\n" * 4000, "a b\n" * 4000, unit="token").value == 0
