"""Sketches: equal texts are equal, and the share of equal bins estimates the true similarity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.fingerprint import (
    EMPTY,
    MIN_CHARS,
    NUM_BINS,
    SKETCH_BYTES,
    similarities,
    similarity,
    sketch,
    unpack,
)

GOLDEN = "8e0d4554ffffffff46eb7882eab8f4ac"
WORDS = st.text(st.sampled_from("abcdefgh 文字中国的一是"), min_size=MIN_CHARS, max_size=300)


def rng(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def random_text(seed: int, words: int = 400) -> list[str]:
    return ["".join(map(chr, row)) for row in rng(seed).integers(97, 123, (words, 6))]


def true_similarity(left: str, right: str) -> float:
    one, two = ({text[at : at + 5] for at in range(len(text) - 4)} for text in (left, right))
    return len(one & two) / len(one | two)


@given(WORDS)
def test_text_is_wholly_similar_to_itself(text):
    mark = sketch(text)
    assert mark == b"" or similarity(mark, mark) == 1.0


@given(WORDS, WORDS)
def test_similarity_is_symmetric_and_a_share(left, right):
    one, two = sketch(left), sketch(right)
    if one and two:
        assert similarity(one, two) == similarity(two, one)
        assert 0 <= similarity(one, two) <= 1


@given(WORDS)
def test_blanks_and_case_make_no_difference(text):
    spread = "\n".join(f" {letter.upper()}" if letter.isascii() else letter for letter in text)
    assert sketch(spread) == sketch(text)


@given(st.text(max_size=200))
def test_sketch_is_whole_or_empty(text):
    mark = sketch(text)
    assert len(mark) in (0, SKETCH_BYTES)
    assert bool(mark) == (len("".join(text.split()).lower()) >= MIN_CHARS)


def test_text_may_hold_half_surrogates_and_nul():
    assert len(sketch("\ud800\x00" * 50)) == SKETCH_BYTES


def test_digits_count():
    one, two = (" ".join(f"{n * k:07d}" for n in range(80)) for k in (7, 11))
    assert similarity(sketch(one), sketch(two)) < 0.3


def test_sketch_has_one_value_per_bin_and_long_texts_fill_them():
    values = unpack(sketch(" ".join(random_text(1))))
    assert values.shape == (NUM_BINS,)
    assert (values != EMPTY).all()


def test_bins_that_both_texts_leave_empty_say_nothing():
    known = np.full((1, NUM_BINS), EMPTY)
    known[0, :4] = 1, 2, 3, 4
    other = np.full(NUM_BINS, EMPTY)
    other[:5] = 1, 2, 9, 4, 5
    assert similarities(known, other)[0] == pytest.approx(3 / 5)


def test_texts_without_a_common_bin_are_not_similar():
    empty = np.full((1, NUM_BINS), EMPTY)
    assert similarities(empty, empty[0])[0] == 0.0


@pytest.mark.parametrize("changed", [0, 4, 20, 80, 200])
def test_estimate_is_unbiased_and_as_exact_as_claimed(changed):
    """Mean over many pairs near the truth; spread near sqrt(J(1-J)/32)."""
    errors, truths = [], []
    for seed in range(60):
        words = random_text(seed)
        other = words.copy()
        for place in rng(1000 + seed).choice(len(words), changed, replace=False):
            other[place] = words[place][::-1]
        left, right = " ".join(words), " ".join(other)
        truth = true_similarity(left.replace(" ", ""), right.replace(" ", ""))
        truths.append(truth)
        errors.append(similarity(sketch(left), sketch(right)) - truth)
    claimed = np.sqrt(np.mean(truths) * (1 - np.mean(truths)) / NUM_BINS)
    assert abs(np.mean(errors)) <= 4 * claimed / np.sqrt(60) + 1e-9
    assert np.std(errors) <= 1.4 * claimed + 1e-9


def test_sketch_is_the_same_everywhere():
    """A stored value: a change of the scheme changes datasets, and must be meant."""
    text = "The quick brown fox jumps over the lazy dog, again and again. 敏捷的棕色狐狸。"
    assert sketch(text).hex()[:32] == GOLDEN
