"""Drawing: inside the ranges, milder with less strength, in the order of the stages."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from dataengine.degrade.drawing import Key, draw_steps, pick, stage_of
from dataengine.degrade.profiles import get_profile, profile_names


def drawn(profile: str, strength: float, sample: str = "x", unit: float = 1.0, off=()):
    return draw_steps(
        get_profile(profile),
        strength,
        Key(1, "test", sample),
        unit=unit,
        limit_px=1024,
        off=off,
    )


@pytest.mark.parametrize("profile", profile_names())
def test_parameters_are_inside_their_ranges_and_stages_in_order(profile: str) -> None:
    for number in range(20):
        steps = drawn(profile, 0.7, str(number))
        assert [stage_of(one["name"]) for one in steps] == sorted(
            stage_of(one["name"]) for one in steps
        )
        for step in steps:
            if step["name"] == "canvas":
                continue
            for key, ends in get_profile(profile).effects[step["name"]].ranges.items():
                assert min(ends) - 1e-4 <= step[key] <= max(ends) + 1e-4


@pytest.mark.parametrize("profile", profile_names())
def test_less_strength_keeps_the_choice_and_comes_nearer_to_nothing(profile: str) -> None:
    strong, weak = drawn(profile, 0.9), drawn(profile, 0.1)
    assert [one["name"] for one in strong] == [one["name"] for one in weak]
    for one, other in zip(strong, weak, strict=True):
        assert one["seed"] == other["seed"]
        if one["name"] != "canvas":
            for key, (least, _) in get_profile(profile).effects[one["name"]].ranges.items():
                assert abs(other[key] - least) <= abs(one[key] - least) + 1e-4


def test_pixels_grow_with_the_text_and_shares_do_not() -> None:
    small, large = drawn("photo", 0.5), drawn("photo", 0.5, unit=2.0)
    for one, other in zip(small, large, strict=True):
        for key, value in one.items():
            if key.endswith("_px") and key != "limit_px":
                assert other[key] == pytest.approx(2 * value, abs=2e-4)
            else:
                assert other[key] == value


def test_names_are_picked_by_weight_whatever_their_order() -> None:
    rng = np.random.Generator(np.random.PCG64(0))
    counts = Counter(pick({"a": 3, "b": 1, "c": 0}, rng) for _ in range(2000))
    assert 1350 < counts["a"] < 1650
    assert counts["c"] == 0
    for seed in range(20):
        one, other = (np.random.Generator(np.random.PCG64(seed)) for _ in range(2))
        assert pick({"a": 1, "b": 2}, one) == pick({"b": 2, "a": 1}, other)
