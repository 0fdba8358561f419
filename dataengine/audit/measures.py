"""How well two readings of a picture agree: the target's, and that of the OCR.

*Distance* is the Levenshtein distance (insertions, deletions, substitutions at cost 1) between
letters and digits of both, divided by the length of the longer: 0 for equal, 1 for nothing in
common. *Coverage* is the share of the target's tokens that the OCR has too, each as often as it
has it (bags, in any order); words of five letters and more may differ in one letter, of nine in
two. *Gap* is the largest share of tokens missing from any stretch of the target.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from dataengine.audit.words import content

FUZZY_LETTERS, FUZZY_LETTERS_TWO = 5, 9
STRETCH = 12
"""Tokens of a stretch: about one line of a page."""
MAX_CONTENT = 20_000


def distance(truth: str, reading: str) -> float:
    """Return the normalised edit distance of two texts, order included."""
    return _content_distance(content(truth)[:MAX_CONTENT], content(reading)[:MAX_CONTENT])


def free_distance(strings: Sequence[str], readings: Collection[str]) -> float:
    """Return the mean distance of strings to their nearest readings, weighted by length."""
    wanted = [content(one) for one in strings]
    offered = sorted({content(one) for one in readings} - {""})
    lengths = [len(one) for one in wanted]
    if not sum(lengths):
        return 0.0
    if not offered:
        return 1.0
    nearest = process.cdist(wanted, offered, scorer=Levenshtein.normalized_distance).min(axis=1)
    return float(sum(nearest * lengths) / sum(lengths))


def found_tokens(wanted: Sequence[str], readings: Iterable[Sequence[str]]) -> list[bool]:
    """Return for each token whether one of the readings has it, each as often as it is wanted."""
    bags = [Counter(reading) for reading in readings]
    seen: Counter[str] = Counter()
    found = []
    for token in wanted:
        seen[token] += 1
        found.append(any(bag[token] >= seen[token] for bag in bags))
    spare: Counter[str] = Counter()
    for bag in bags:
        spare |= bag - Counter(wanted)
    return _with_misread(wanted, found, spare)


def coverage(found: Sequence[bool]) -> float:
    """Return the share of tokens found; 1 where none is wanted."""
    return sum(found) / len(found) if found else 1.0


def gap(found: Sequence[bool], stretch: int = STRETCH) -> float:
    """Return the largest share of tokens missing from any `stretch` tokens in a row."""
    if len(found) < stretch:
        return 1.0 - coverage(found)
    missing = sum(not one for one in found[:stretch])
    most = missing
    for leaving, entering in zip(found, found[stretch:], strict=False):
        missing += int(not entering) - int(not leaving)
        most = max(most, missing)
    return most / stretch


def extra_share(wanted: Iterable[str], reading: Sequence[str]) -> float:
    """Return the share of tokens read that nobody wants; 0 where none is read."""
    if not reading:
        return 0.0
    extra = Counter(reading) - Counter(wanted)
    return sum(extra.values()) / len(reading)


def pair_coverage(wanted: Sequence[str], readings: Iterable[Sequence[str]]) -> float:
    """Return the share of neighbouring tokens of the target that are neighbours in a reading."""
    asked = list(itertools.pairwise(wanted))
    if not asked:
        return 1.0
    offered: set[tuple[str, str]] = set()
    for reading in readings:
        offered.update(itertools.pairwise(reading))
    return sum(pair in offered for pair in asked) / len(asked)


def _content_distance(first: str, second: str) -> float:
    return float(Levenshtein.normalized_distance(first, second))


def _with_misread(wanted: Sequence[str], found: Sequence[bool], spare: Counter[str]) -> list[bool]:
    """Grant long words that were read with a wrong letter, each reading once."""
    left = {word: count for word, count in spare.items() if len(word) >= FUZZY_LETTERS - 1}
    granted = list(found)
    for place, token in enumerate(wanted):
        if granted[place] or len(token) < FUZZY_LETTERS or not left or not token.isalpha():
            continue
        allowed = 2 if len(token) >= FUZZY_LETTERS_TWO else 1
        match = process.extractOne(
            token, left.keys(), scorer=Levenshtein.distance, score_cutoff=allowed
        )
        if match is None:
            continue
        granted[place] = True
        left[match[0]] -= 1
        if not left[match[0]]:
            del left[match[0]]
    return granted
