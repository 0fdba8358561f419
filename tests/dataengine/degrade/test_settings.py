"""Settings: names are checked, defaults are sane."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dataengine.degrade.settings import Degradation


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(ValidationError, match=r"no effect is called 'nois'; known: .*noise"):
        Degradation(effects={"nois": False})
    with pytest.raises(ValidationError, match=r"no profile is called 'scam'; known: .*scan"):
        Degradation(profiles={"page": {"scam": 1}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"strength": (0.8, 0.2)},
        {"strength": (-0.1, 0.2)},
        {"strength": (0, 1.5)},
        {"share": 1.1},
        {"share": float("nan")},
        {"profiles": {"page": {"scan": -1}}},
        {"profiles": {"page": {"scan": 0}}},
        {"min_legibility": 2},
        {"colour": True},
    ],
)
def test_impossible_settings_are_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        Degradation.model_validate(wrong)


def test_kinds_fall_back_to_any() -> None:
    settings = Degradation(profiles={"*": {"scan": 1}, "chart": {"jpeg": 1}, "natural": {}})
    assert settings.weights_for("chart") == {"jpeg": 1}
    assert settings.weights_for("page") == {"scan": 1}
    assert settings.weights_for("natural") == {}
    assert Degradation(profiles={}).weights_for("page") == {}
