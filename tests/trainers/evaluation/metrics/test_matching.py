"""Matchings are as large, and worth as much, as they can be."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.matching import best_pairing, maximum_matching


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


@settings(max_examples=150)
@given(
    st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.floats(0, 1), min_size=columns, max_size=columns), min_size=1, max_size=5
        )
    )
)
def test_no_other_pairing_is_worth_more(worth):
    rows, columns = len(worth), len(worth[0])
    pairs = best_pairing(worth)
    assert len(pairs) == min(rows, columns)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    turned = worth if rows <= columns else [list(line) for line in zip(*worth, strict=True)]
    best = max(
        sum(line[column] for line, column in zip(turned, chosen, strict=True))
        for chosen in permutations(range(max(rows, columns)), min(rows, columns))
    )
    assert abs(sum(worth[row][column] for row, column in pairs) - best) < 1e-9
    assert best_pairing([]) == best_pairing([[], []]) == []
