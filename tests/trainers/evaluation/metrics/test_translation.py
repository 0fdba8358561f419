"""BLEU and METEOR by hand, at their borders, and in each reference's order of arguments."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.errors import ToolMissing
from trainers.evaluation.metrics.translation import bleu, bleu_of, meteor, meteor_of

WORDS = st.lists(st.sampled_from(["cat", "dog", "sat", "the"]), max_size=8).map(" ".join)


def test_bleu_by_hand():
    # 5 of 6 words, 3 of 5 pairs, 2 of 4 triples, 1 of 3 quadruples; as long as the target
    value = bleu_of("the cat sat on the hat now"[:-4], "the cat sat on a hat"[:]).value
    expected = (5 / 6 * 3 / 5 * 2 / 4 * 1 / 3) ** 0.25
    assert value == pytest.approx(expected)


def test_bleu_is_cut_for_short_predictions():
    value = bleu_of("a b c d", "a b c d e f g h").value
    assert value == pytest.approx(math.exp(1 - 8 / 4))


def test_short_equal_texts_are_equal_in_correct_mode_only():
    assert bleu_of("a b", "a b").value == pytest.approx(1)
    assert bleu_of("a b", "a b", mode="paper").value < 1e-100


def test_order_without_a_match_is_zero():
    assert bleu_of("a b c d e", "a x c y e").value == 0
    assert 0 < bleu_of("a b c d e", "a x c y e", mode="paper").value < 1e-50


def test_corpus_bleu_sums_before_it_divides():
    predictions, targets = ["a b c d", "x y z w"], ["a b c d", "x y q w"]
    assert bleu(predictions, targets).value == pytest.approx(0.5)
    found = bleu(predictions, targets, variant="corpus")
    assert found.value == pytest.approx((7 / 8 * 4 / 6 * 2 / 4 * 1 / 2) ** 0.25)
    assert found.variant == "corpus"


@settings(max_examples=40)
@given(WORDS, WORDS)
def test_bounds_and_identity(first, second):
    for metric in (bleu_of, meteor_of):
        assert 0 <= metric(first, second).value <= 1
    assert bleu_of(first, first).value == pytest.approx(1)
    count = len(first.split())
    assert meteor_of(first, first).value == pytest.approx(1 - 0.5 / count**3 if count else 1)


def test_meteor_by_hand():
    # 2 of 2 and 2 of 3 words in one chunk; "cats" and "cat" share a stem
    precision, recall = 1, 2 / 3
    mean = precision * recall / (0.9 * precision + 0.1 * recall)
    assert meteor_of("The cat", "the cats sat").value == pytest.approx(mean * (1 - 0.5 / 2**3))


@pytest.mark.parametrize("metric", [bleu_of, meteor_of])
def test_fox_swaps_and_nougat_does_not(metric):
    first, second = "a b c d e", "a b c d e f g h"
    swapped = metric(first, second, mode="paper", reference="fox").value
    assert swapped == pytest.approx(metric(second, first).value)
    assert metric(first, second, mode="paper", reference="nougat").value == pytest.approx(
        metric(first, second).value
    )
    assert swapped != pytest.approx(metric(first, second).value)


@pytest.mark.parametrize("metric", [bleu_of, meteor_of])
def test_empty_texts(metric):
    assert metric("", "").value == 1
    assert metric("", "a").value == 0
    assert metric("a", "").value == 0
    assert metric("", "", mode="paper").value is None


def test_synonyms_are_a_variant_that_needs_wordnet(monkeypatch):
    import nltk

    assert meteor(["a"], ["a"]).variant == "exact,stem"
    monkeypatch.setattr(nltk.data, "path", [])
    with pytest.raises(ToolMissing, match="wordnet"):
        meteor_of("a", "b", stages="exact,stem,synonym")


LISTS = st.lists(st.sampled_from(["a", "b", "cat", "sat"]), max_size=6)


def bleu_by_formula(said: list[str], meant: list[str]) -> float:
    if not said or not meant:
        return float(said == meant)
    logs = []
    orders = min(4, len(said))
    for size in range(1, orders + 1):
        given, expected = (
            Counter(tuple(one[at : at + size]) for at in range(len(one) - size + 1))
            for one in (said, meant)
        )
        shared = sum((given & expected).values())
        if not shared:
            return 0.0
        logs.append(math.log(shared / sum(given.values())))
    brevity = min(1.0, math.exp(1 - len(meant) / len(said)))
    return brevity * math.exp(sum(logs) / orders)


def meteor_of_all_alignments(said: list[str], meant: list[str]) -> set[float]:
    """Return METEOR on equal words for every largest alignment: they differ in chunks only."""
    matches = sum((Counter(said) & Counter(meant)).values())
    if not said or not meant or not matches:
        return {float(said == meant)}
    precision, recall = matches / len(said), matches / len(meant)
    mean = precision * recall / (0.9 * precision + 0.1 * recall)
    values: set[float] = set()

    def go(at: int, used: frozenset[int], last: int | None, chunks: int) -> None:
        if at == len(said):
            if len(used) == matches:
                values.add((1 - 0.5 * (chunks / matches) ** 3) * mean)
            return
        go(at + 1, used, None, chunks)
        for place, word in enumerate(meant):
            if word == said[at] and place not in used:
                begins = last is None or place != last + 1
                go(at + 1, used | {place}, place, chunks + begins)

    go(0, frozenset(), None, 0)
    return values


@settings(max_examples=150)
@given(LISTS, LISTS)
def test_values_are_those_of_the_papers_formulas(said, meant):
    pair = " ".join(said), " ".join(meant)
    assert bleu_of(*pair).value == pytest.approx(bleu_by_formula(said, meant))
    found = meteor_of(*pair).value
    assert any(found == pytest.approx(one) for one in meteor_of_all_alignments(said, meant))
