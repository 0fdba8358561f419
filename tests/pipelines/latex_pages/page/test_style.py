"""Draws: every form gives what it says, and nothing else is taken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from pipelines.latex_pages.page.style import draw_style, draw_value, pick


def rng(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


@given(st.integers(0, 999), st.lists(st.floats(0, 5), min_size=1, max_size=6))
def test_only_what_has_weight_is_picked(seed: int, weights: list[float]) -> None:
    if not sum(weights) > 0:
        with pytest.raises(ValueError):
            pick(weights, rng(seed))
    else:
        assert weights[pick(weights, rng(seed))] > 0


@given(st.integers(0, 999))
def test_ranges_hit_their_steps(seed: int) -> None:
    value = draw_value("x", {"range": [1.2, 2.2], "step": 0.1}, rng(seed))
    assert value in [round(1.2 + n * 0.1, 6) for n in range(11)]
    assert draw_value("x", {"range": [3, 5]}, rng(seed)) in (3, 4, 5)


def test_weights_hold() -> None:
    source = rng(0)
    drawn = [draw_value("x", {"choose": {"a": 3, "b": 1}}, source) for _ in range(2000)]
    assert 0.7 < drawn.count("a") / 2000 < 0.8
    pairs = [draw_value("x", {"weigh": [[1, ["p"]], [1, ["q"]]]}, source) for _ in range(200)]
    assert ["p"] in pairs
    assert ["q"] in pairs


def test_draws_do_not_depend_on_the_order_of_the_file() -> None:
    draws: dict[str, Any] = {"b": {"range": [0, 99]}, "a": {"chance": 0.5}, "c": "still"}
    assert draw_style(draws, rng(3)) == draw_style(dict(reversed(draws.items())), rng(3))


@pytest.mark.parametrize(
    "spec",
    [{"chose": ["a"]}, {"range": [1]}, {"range": [1, 2], "step": 0}, {"choose": {"a": 0}}, {}],
)
def test_a_wrong_draw_is_named(spec: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="'margin'"):
        draw_value("margin", spec, rng(0))
