"""The schedule: up in a line, down in half a cosine, never outside its ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainers.loop.schedule import learning_rate, warmup_steps
from trainers.recipe import Optimiser


def test_by_hand():
    settings = Optimiser(learning_rate=1.0, final_learning_rate=0.2, warmup_steps=4)
    rates = [learning_rate(settings, step, 12) for step in range(13)]
    assert rates[:4] == [0.25, 0.5, 0.75, 1.0]
    assert rates[4] == 1.0
    assert rates[8] == pytest.approx(0.6)
    assert rates[12] == pytest.approx(0.2)


@given(st.integers(1, 500), st.integers(0, 600), st.floats(0, 1))
def test_stays_between_its_ends(steps, step, share):
    settings = Optimiser(learning_rate=2.0, final_learning_rate=0.5, warmup_share=share)
    assert 0 < learning_rate(settings, step, steps) <= 2.0
    assert warmup_steps(settings, steps) <= steps
    if step >= warmup_steps(settings, steps):
        assert learning_rate(settings, step, steps) >= 0.5
