"""Profiles: every file is sound, and a wrong one says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataengine.degrade.profiles import get_profile, profile_names, read_profile
from dataengine.errors import ConfigError


@pytest.mark.parametrize("name", profile_names())
def test_bundled_profiles_are_sound(name: str) -> None:
    profile = get_profile(name)
    assert profile.about
    assert profile.effects
    assert all(0 <= member.chance <= 1 for member in profile.effects.values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("about: x\neffects: {nois: {}}", "no effect is called 'nois'"),
        ("about: x\neffects: {noise: {amuont: [1, 2]}}", "noise has no parameter 'amuont'"),
        ("about: x\neffects: {noise: {chance: 2}}", "chance of noise"),
        ("about: x\neffects: {noise: {chance: [0, 1]}}", "chance of noise"),
        ("about: x\neffects: {noise: {amount: [1, 2, 3]}}", "effects.noise.amount"),
        ("about: x\neffects: {}\ncanvas: {backdrop: {lawn: 1}}", "no backdrop is called 'lawn'"),
        ("effects: {}", "about is not set"),
        ("about: x\neffects: {}\ncolour: red", "unknown key colour"),
        ("about: [", "cannot read the profile"),
        ("- 1", "new.yaml"),
    ],
)
def test_wrong_profiles_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "new.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_profile(path)


def test_a_single_number_is_a_range_of_one(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_text("about: x\neffects: {noise: {chance: 0.5, amount: 3}}")
    assert read_profile(path).effects["noise"].ranges == {"amount": (3, 3)}
    assert read_profile(path).effects["noise"].chance == 0.5
