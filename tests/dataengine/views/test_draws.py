"""Draws belong to a key, and follow their weights."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dataengine.views.draws import Draws

WEIGHTS = st.dictionaries(st.text(max_size=5), st.floats(0, 10), max_size=8)


@given(seed=st.integers(0, 2**64 - 1), id=st.text(), key=st.text())
def test_numbers_are_inside_the_unit_interval_and_stay(seed: int, id: str, key: str) -> None:
    number = Draws(seed, "view", id).uniform(key)
    assert 0 < number < 1
    assert number == Draws(seed, "view", id).uniform(key)


@given(weights=WEIGHTS, left=st.text(max_size=5))
def test_leaving_an_option_out_keeps_the_order_of_the_others(
    weights: dict[str, float], left: str
) -> None:
    draws = Draws(1, "view", "sample")
    order = draws.ordered(weights, "key")
    assert set(order) == {option for option, weight in weights.items() if weight > 0}
    rest = {option: weight for option, weight in weights.items() if option != left}
    assert draws.ordered(rest, "key") == [option for option in order if option != left]


def test_the_first_is_drawn_with_its_share() -> None:
    weights = {"a": 1.0, "b": 2.0, "c": 5.0}
    firsts = Counter(Draws(1, "", str(n)).ordered(weights)[0] for n in range(8000))
    for option, weight in weights.items():
        assert abs(firsts[option] - 1000 * weight) < 150


def test_generators_belong_to_a_key() -> None:
    one = Draws(1, "view", "sample")
    assert one.generator("a").integers(1 << 30) == one.generator("a").integers(1 << 30)
    assert one.generator("a").integers(1 << 30) != one.generator("b").integers(1 << 30)
