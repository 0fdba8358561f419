"""N-grams: the same whatever case, punctuation and surroundings; none of ticks and mark-up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.overlap.ngrams import Lengths, gram_hashes, grams, normalised

SHORT = Lengths(words=3, characters=8)
WORDS = st.lists(
    st.text("abcdefghij", min_size=1, max_size=6), min_size=3, max_size=30, unique=True
)


def brute_force(words: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[place : place + length]) for place in range(len(words) - length + 1)}


@given(WORDS)
def test_words_give_all_their_ngrams_and_no_others(words):
    assert len(gram_hashes(" ".join(words), SHORT)) == len(brute_force(words, 3))


@given(WORDS, WORDS)
def test_shared_hashes_are_shared_ngrams(left, right):
    shared = np.intersect1d(gram_hashes(" ".join(left), SHORT), gram_hashes(" ".join(right), SHORT))
    assert len(shared) == len(brute_force(left, 3) & brute_force(right, 3))


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_gives_sorted_hashes_and_true_places(text):
    hashes = gram_hashes(text, SHORT)
    assert (np.diff(hashes.astype(object)) > 0).all()
    found = grams(text, SHORT)
    assert set(found.hashes) == set(hashes)
    for start, end, own in zip(found.starts, found.ends, found.hashes, strict=True):
        assert own in grams(found.text[start:end], SHORT).hashes


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("The Quick brown fox", "the, quick -- (brown) FOX!"),
        ("the quick brown fox", "ｔｈｅ　ｑｕｉｃｋ brown\nfox"),
        ("Straße am großen Fluss", "STRASSE AM GROSSEN FLUSS"),
        ("北京的大街小巷到处都是", "北京 的大街，小巷\n到处都是。"),
        ("看這裏㍿的大街小巷", "看這裏株式会社的大街小巷"),
    ],
)
def test_form_of_writing_does_not_matter(left, right):
    assert len(gram_hashes(left, SHORT))
    assert gram_hashes(left, SHORT).tolist() == gram_hashes(right, SHORT).tolist()


def test_order_and_borders_of_words_matter():
    base = gram_hashes("one two three", SHORT)
    for other in ("two one three", "on etwo three", "one twothree", "one two threes"):
        assert not np.intersect1d(base, gram_hashes(other, SHORT)).size


def test_ngrams_do_not_depend_on_what_stands_around():
    inside = "seven wise dogs 北京的大街小巷到处 sleep under trees"
    around = f"intro words before {inside} and words after"
    assert np.isin(gram_hashes(inside, SHORT), gram_hashes(around, SHORT)).all()


@pytest.mark.parametrize(
    "text",
    [
        " ".join(map(str, range(1990, 2030))),
        "0 10 20 30 40 50 60 70 80 90 100 TWh 0 10 20 30 40 50 60 70 80 90",
        "<tr>" + "<td>" * 30,
        "a " * 40,
        "一" * 60,
        "",
        "only twelve words are here and so there is no thirteen gram",
    ],
)
def test_what_says_little_has_no_ngrams(text):
    assert gram_hashes(text, Lengths()).size == 0


def test_words_and_characters_never_meet():
    same = Lengths(words=8, characters=8)
    assert not np.intersect1d(
        gram_hashes("天 地 玄 黄 宇 宙 洪 荒", same), gram_hashes("a b c d e f g h", same)
    ).size


def test_long_text_loses_only_what_a_border_cuts():
    text = " ".join(f"word{number}" for number in range(100_000))
    found = len(gram_hashes(text, Lengths(words=13)))
    assert 100_000 - 12 - 20 * 13 < found <= 100_000 - 12


def test_text_of_lone_surrogates_is_read():
    assert normalised("\ud800A") == "\ud800a"
    assert gram_hashes("\ud800 " * 50, Lengths()).size == 0
