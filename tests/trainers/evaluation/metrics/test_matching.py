"""Matchings are as large as they can be."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.matching import maximum_matching


def largest(partners, size):
    best = 0
    for order in permutations(range(size), min(size, len(partners))):
        for chosen in permutations(range(len(partners)), len(order)):
            pairs = zip(chosen, order, strict=True)
            best = max(best, sum(partners[first] >> second & 1 for first, second in pairs))
    return best


@settings(max_examples=80)
@given(st.lists(st.integers(0, 15), max_size=4))
def test_no_other_matching_is_larger(partners):
    assert maximum_matching(partners) == largest(partners, 4)


def test_long_chain_of_exchanges():
    count = 400
    chain = [1 << number | 1 << (number + 1) for number in range(count)]
    assert maximum_matching([*chain, 1]) == count + 1
    assert maximum_matching([1] * count) == 1
    assert maximum_matching([]) == 0
