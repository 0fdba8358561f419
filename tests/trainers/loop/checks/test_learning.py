"""What the doctor says of losses, of learning by heart and of speed."""

from __future__ import annotations

import math

import pytest

from trainers.loop.checks.learning import (
    Overfitted,
    judge_first_loss,
    judge_overfit,
    judge_speed,
)
from trainers.loop.held_out import Measured


@pytest.mark.parametrize(
    ("loss", "pretrained", "level", "told"),
    [
        (10.4, False, "ok", "ln V is 10.373"),
        (2.0, True, "ok", ""),
        (10.3, True, "problem", "were its weights loaded?"),
        (25.0, False, "warning", "initializer_range"),
        (1.0, False, "warning", "initializer_range"),
        (0.0, False, "problem", "are answers masked?"),
        (math.nan, False, "problem", "no numbers"),
        (math.inf, True, "problem", "no numbers"),
    ],
)
def test_first_loss(loss, pretrained, level, told):
    found = judge_first_loss(loss, 32_000, pretrained=pretrained)
    assert found.level == level
    assert told in found.words


def overfitted(loss: float, gap: float, exact: float) -> Overfitted:
    return Overfitted(Measured(loss, gap, 1 - exact, exact, ()), 60, 10.0, ())


@pytest.mark.parametrize(
    ("loss", "gap", "exact", "level", "told"),
    [
        (0.2, 5.0, 1.0, "ok", "100% of 8"),
        (0.2, 0.0, 1.0, "warning", "their questions alone"),
        (0.01, 5.0, 0.9, "ok", "not yet to the letter"),
        (0.01, 0.0, 0.0, "problem", "without the pictures"),
        (2.1, 0.001, 0.0, "problem", "make no difference"),
        (1.0, 0.5, 0.0, "problem", "too low a rate"),
    ],
)
def test_learning_by_heart(loss, gap, exact, level, told):
    found = judge_overfit(overfitted(loss, gap, exact), 8, whole=True)
    assert found.level == level
    assert told in found.words
    partly = judge_overfit(overfitted(loss, gap, exact), 8, whole=False)
    assert partly.level == ("ok" if level == "ok" else "warning")


def test_data_must_be_as_fast_as_the_model():
    assert judge_speed(100, 90).level == "ok"
    slow = judge_speed(10, 90)
    assert slow.level == "warning"
    assert "run.data_workers" in slow.words
