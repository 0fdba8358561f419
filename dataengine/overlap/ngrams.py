"""Hashes of a text's n-grams: of words, and of characters where the script has no spaces.

As decontamination goes since GPT-3 (T. Brown et al., "Language Models are Few-Shot Learners",
arXiv:2005.14165, appendix C: 13-grams of words, lower case, without punctuation): texts are put in
one form (NFKC, case folded, accents kept), everything but letters, marks and digits parts words.
Chinese and Japanese have no spaces, so runs of characters are compared there.

Left out are n-grams that say little, or else the ticks of every chart of years would be found in
every table of years: those of which fewer than half of the words hold a letter, and those of which
fewer than half are different (`0 0 0 …`, `td td tr td …`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dataengine.overlap.characters import (
    APART,
    IDEOGRAPH,
    LETTER,
    classes_of,
    codes_of,
    word_edges,
)

Hashes = npt.NDArray[np.uint64]
_BLOCK = 1 << 18
"""Characters that are looked at together; n-grams across the border of two blocks are lost."""
_PRIME = np.uint64(0x100000001B3)
_WORDS_MARK, _CHARACTERS_MARK = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long n-grams are: in words, and in characters of scripts without spaces."""

    words: int = 13
    characters: int = 30


@dataclass(frozen=True, slots=True)
class Grams:
    """The n-grams of a text.

    Attributes:
        hashes: one per n-gram, not unique.
        starts, ends: where each begins and ends in `text`.
        text: the text in the form in which it is compared.
    """

    hashes: Hashes
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    text: str


def normalised(text: str) -> str:
    """Return a text as it is compared: NFKC, case folded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def gram_hashes(text: str, lengths: Lengths) -> Hashes:
    """Return the hashes of a text's n-grams, each once, sorted."""
    if text.isascii() and len(text) < 2 * lengths.words - 1:
        return np.zeros(0, np.uint64)  # most cells of most tables
    found = [
        grams(text[start : start + _BLOCK], lengths).hashes for start in range(0, len(text), _BLOCK)
    ]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint64)


def grams(text: str, lengths: Lengths) -> Grams:
    """Return the n-grams of a text that is not overly long."""
    plain = normalised(text)
    codes = codes_of(plain)
    classes = classes_of(codes)
    words = _word_grams(codes, classes, lengths.words)
    characters = _character_grams(codes, classes, lengths.characters)
    hashes, starts, ends = (
        np.concatenate([of_words, of_characters])
        for of_words, of_characters in zip(words, characters, strict=True)
    )
    return Grams(hashes, starts, ends, plain)


_Found = tuple[Hashes, npt.NDArray[np.int64], npt.NDArray[np.int64]]


def _word_grams(
    codes: npt.NDArray[np.uint32], classes: npt.NDArray[np.uint8], length: int
) -> _Found:
    """Return n-grams of words that no ideograph interrupts."""
    edges = word_edges(classes)
    starts, ends = edges[0::2], edges[1::2]
    if len(starts) < length:
        return _nothing()
    words = _mixed(_per_word(_spread(codes, starts), edges))
    with_letter = _per_word((classes == LETTER).astype(np.uint64), edges) > 0
    ideographs = np.concatenate([[0], np.cumsum(classes == IDEOGRAPH)])
    last = ends[length - 1 :]
    first = starts[: len(starts) - length + 1]
    kept = ideographs[last] == ideographs[first]
    kept &= _sums(with_letter, length) * 2 >= length
    return _kept(words, first, last, kept, length, _WORDS_MARK)


def _character_grams(
    codes: npt.NDArray[np.uint32], classes: npt.NDArray[np.uint8], length: int
) -> _Found:
    """Return n-grams of characters, spaces and punctuation left out, at least half ideographs."""
    places = np.flatnonzero(classes != APART)
    ideographs = classes[places] == IDEOGRAPH
    if len(places) < length or not ideographs.any():
        return _nothing()
    first = places[: len(places) - length + 1]
    last = places[length - 1 :] + 1
    kept = _sums(ideographs, length) * 2 >= length
    characters = _mixed(codes[places].astype(np.uint64))
    return _kept(characters, first, last, kept, length, _CHARACTERS_MARK)


def _kept(
    tokens: Hashes,
    first: npt.NDArray[np.intp],
    last: npt.NDArray[np.intp],
    kept: npt.NDArray[np.bool_],
    length: int,
    mark: np.uint64,
) -> _Found:
    """Hash the windows that are kept so far and of whose tokens at least half are different."""
    chosen = np.flatnonzero(kept)
    windows = np.lib.stride_tricks.sliding_window_view(tokens, length)[chosen]
    in_order = np.sort(windows, axis=1)
    different = 1 + (in_order[:, 1:] != in_order[:, :-1]).sum(axis=1)
    varied = different * 2 >= length
    chosen, windows = chosen[varied], windows[varied]
    hashes = np.full(len(chosen), mark)
    for place in range(length):
        hashes = hashes * _PRIME + windows[:, place]
    return _mixed(hashes), first[chosen].astype(np.int64), last[chosen].astype(np.int64)


def _nothing() -> _Found:
    return np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, np.int64)


def _spread(codes: npt.NDArray[np.uint32], starts: npt.NDArray[np.intp]) -> Hashes:
    """Weigh each character by its place in its word, so that sums tell words apart."""
    begins = np.zeros(len(codes), np.int64)
    begins[starts] = starts
    place = np.arange(len(codes)) - np.maximum.accumulate(begins)
    return _mixed((place.astype(np.uint64) << np.uint64(21)) ^ codes)


def _per_word(values: Hashes, edges: npt.NDArray[np.intp]) -> Hashes:
    sums: Hashes = np.add.reduceat(np.append(values, np.uint64(0)), edges)[0::2]
    return sums


def _sums(values: npt.NDArray[np.bool_], length: int) -> npt.NDArray[np.int64]:
    """Return how many of each window of values are true."""
    totals = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    sums: npt.NDArray[np.int64] = totals[length:] - totals[:-length]
    return sums


def _mixed(values: Hashes) -> Hashes:
    """Return values with all bits mixed (the finaliser of splitmix64)."""
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
