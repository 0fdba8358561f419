"""Wilson's interval against values of the literature, and its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.audit.intervals import wilson


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_share(hits: int, more: int) -> None:
    low, high = wilson(hits, hits + more)
    assert 0.0 <= low <= hits / (hits + more) <= high <= 1.0


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_known_values(hits: int, trials: int, low: float, high: float) -> None:
    """81 of 263: Newcombe, Statistics in Medicine 17 (1998), 857, table I, method 3."""
    assert wilson(hits, trials) == pytest.approx((low, high), abs=1e-4)


def test_without_trials_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
