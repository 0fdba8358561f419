"""Near-duplicates: exactly those over the threshold within a shard, nearly all across shards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.duplicates import BANDS, MAX_BUCKET, SeenInShard, find_pairs
from dataengine.fingerprint import EMPTY, NUM_BINS, similarity


def mark(values) -> bytes:
    return np.asarray(values, "<u4").tobytes()


def noise(seed: int) -> np.ndarray:
    return np.random.Generator(np.random.PCG64(seed)).integers(0, 2**31, NUM_BINS)


def altered(values: np.ndarray, changed: list[int]) -> np.ndarray:
    other = values.copy()
    other[changed] += 1
    return other


# Few values, so that sketches meet; some bins empty on both sides.
SKETCHES = st.lists(
    st.lists(st.sampled_from([1, 2, int(EMPTY)]), min_size=NUM_BINS, max_size=NUM_BINS).map(mark)
    | st.integers(0, 3).map(lambda seed: mark(noise(seed)))
    | st.just(b""),
    max_size=12,
)
THRESHOLDS = st.sampled_from([0.2, 0.5, 0.9, 1.0])


@given(SKETCHES, THRESHOLDS)
def test_shard_finds_the_nearest_earlier_sample_over_the_threshold(sketches, threshold):
    seen = SeenInShard(threshold)
    earlier: list[tuple[str, bytes]] = []
    for number, one in enumerate(sketches):
        scores = [similarity(other, one) for _, other in earlier] if one else []
        best = max(scores, default=-1.0)
        found = seen.match(one)
        if best >= threshold:
            assert found == (earlier[scores.index(best)][0], best)
        else:
            assert found is None
        seen.add(str(number), one)
        if one:
            earlier.append((str(number), one))


def test_shard_without_a_threshold_keeps_all():
    seen = SeenInShard(None)
    seen.add("a", mark(noise(1)))
    assert seen.match(mark(noise(1))) is None


def test_shard_remembers_more_than_it_began_with():
    seen = SeenInShard(0.9)
    for number in range(1000):
        seen.add(str(number), mark(noise(number)))
    assert seen.match(mark(noise(777))) == ("777", 1.0)


@pytest.mark.parametrize(("changed", "found"), [(0, True), (3, True), (4, False), (16, False)])
def test_default_threshold_forgives_three_of_32_bins(changed, found):
    seen = SeenInShard(0.9)
    seen.add("a", mark(noise(1)))
    assert bool(seen.match(mark(altered(noise(1), list(range(changed)))))) is found


def pairs_by_hand(rows, threshold):
    """Compare every two rows that share a band that is not empty."""
    found = []
    for number, (name, one) in enumerate(rows):
        best, of = -1.0, ""
        for other_name, other in rows[:number] if one else ():
            if other and _share_a_band(one, other):
                score = similarity(one, other)
                if score > best:
                    best, of = score, other_name
        if best >= threshold:
            found.append((name, of, best))
    return found


def _share_a_band(one: bytes, other: bytes) -> bool:
    left, right = (np.frombuffer(two, "<u4").reshape(BANDS, -1) for two in (one, other))
    return bool(((left == right).all(axis=1) & (left != EMPTY).any(axis=1)).any())


@settings(deadline=None, max_examples=200)
@given(SKETCHES, THRESHOLDS)
def test_pairs_are_those_found_by_hand(sketches, threshold):
    rows = [(str(number), one) for number, one in enumerate(sketches)]
    found = [(pair.id, pair.of, pair.similarity) for pair in find_pairs(rows, threshold)]
    assert found == pairs_by_hand(rows, threshold)


def test_nothing_has_no_pairs():
    assert list(find_pairs([], 0.9)) == []
    assert list(find_pairs([("a", b"")], 0.9)) == []


def test_form_letter_is_compared_with_few_and_still_found():
    rows = [(str(number), mark(noise(1))) for number in range(5 * MAX_BUCKET)]
    assert [pair.of for pair in find_pairs(rows, 0.9)] == ["0"] * (len(rows) - 1)


def test_pair_that_two_crowds_hide_is_found():
    """It shares two bands and no more, and many earlier pages share either of them."""
    rows = []
    width = NUM_BINS // BANDS
    for number in range(2 * MAX_BUCKET):
        page = noise(number)
        page[number % 2 * width :][:width] = 7
        rows.append((f"crowd{number}", mark(page)))
    page = noise(9999)
    page[: 2 * width] = 7
    other = altered(page, [band * width for band in range(2, BANDS)])
    rows += [("a", mark(page)), ("b", mark(other))]
    assert [(pair.id, pair.of) for pair in find_pairs(rows, 0.8)] == [("b", "a")]


def test_copies_of_one_page_hide_no_nearer_one():
    rows = [(f"copy{number}", mark(noise(1))) for number in range(2 * MAX_BUCKET)]
    rows.append(("a", mark(altered(noise(1), [0]))))
    rows.append(("b", mark(altered(noise(1), [0, 1]))))
    assert [pair.of for pair in find_pairs(rows, 0.9)][-2:] == ["copy0", "a"]


def test_claimed_share_of_missed_pairs_holds():
    """(1 - 0.9**4)**8 of pairs of similarity 0.9 share no band: under 0.02 %."""
    assert (1 - 0.9**4) ** BANDS < 0.0002
    rng = np.random.Generator(np.random.PCG64(3))
    missed = 0
    for number in range(2000):
        equal = rng.random((BANDS, NUM_BINS // BANDS)) < 0.9
        missed += not equal.all(axis=1).any()
        assert number >= 0
    assert missed <= 4


def test_pairs_of_many_rows_are_found():
    rows = []
    for number in range(3000):
        rows.append((f"a{number}", mark(noise(number))))
        if number % 10 == 0:
            rows.append((f"b{number}", mark(altered(noise(number), [number % NUM_BINS]))))
    found = list(find_pairs(rows, 0.9))
    assert [(pair.id, pair.of) for pair in found] == [
        (f"b{number}", f"a{number}") for number in range(0, 3000, 10)
    ]
