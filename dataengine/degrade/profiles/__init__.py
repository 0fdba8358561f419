"""Profiles: which effects come together, as YAML files here; a new file is a new profile."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, model_validator

from dataengine.degrade.backdrop import BACKDROPS
from dataengine.degrade.effect import Range
from dataengine.degrade.effects import all_effects
from dataengine.errors import ConfigError
from dataengine.settings import Settings, Weights
from dataengine.settings_errors import explain
from dataengine.yaml_text import YamlError, parse_yaml

_CHANCE = "chance"


class Canvas(Settings):
    """What lies around a page that was moved."""

    backdrop: Weights[str] = Field(default_factory=lambda: {"paper": 1.0})
    margin: Range = Field((0.0, 0.0), description="room around the page, in longer sides")

    @model_validator(mode="after")
    def _known(self) -> Canvas:
        if unknown := sorted(set(self.backdrop) - set(BACKDROPS)):
            raise ValueError(f"no backdrop is called {unknown[0]!r}; known: {', '.join(BACKDROPS)}")
        return self


class _File(Settings):
    about: str
    canvas: Canvas = Field(default_factory=Canvas)
    effects: dict[str, dict[str, float | Range]]


@dataclass(frozen=True, slots=True)
class Member:
    """An effect in a profile: how often it is there, and the ranges of its parameters."""

    chance: float
    ranges: Mapping[str, Range]


@dataclass(frozen=True, slots=True)
class Profile:
    """Effects that come together: those of a scanner, a telephone, a fax, …"""

    name: str
    about: str
    canvas: Canvas
    effects: Mapping[str, Member]

    @property
    def loses_colour(self) -> bool:
        """Whether some effect may take the colours away."""
        return any(all_effects()[name].loses_colour for name in self.effects)


@functools.cache
def profile_names() -> tuple[str, ...]:
    """Return the names of all profiles, sorted."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.yaml")))


@functools.cache
def get_profile(name: str) -> Profile:
    """Return a profile by name.

    Raises:
        ConfigError: its file is malformed.
    """
    return read_profile(Path(__file__).parent / f"{name}.yaml")


def read_profile(path: Path) -> Profile:
    """Return the profile that a file describes; raises `ConfigError`."""
    try:
        data: Any = parse_yaml(path.read_text(encoding="utf-8"))
        file = _File.model_validate(data)
    except (OSError, YamlError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the profile {path}: {error}") from error
    except ValidationError as error:
        raise ConfigError(explain(error, _File, str(path))) from error
    members = {name: _member(name, said, path) for name, said in file.effects.items()}
    return Profile(path.stem, file.about, file.canvas, members)


def _member(name: str, said: Mapping[str, float | Range], path: Path) -> Member:
    effect = all_effects().get(name)
    if effect is None:
        raise ConfigError(
            f"{path}: no effect is called {name!r}; known: {', '.join(all_effects())}"
        )
    if unknown := sorted(set(said) - {_CHANCE, *effect.ranges}):
        raise ConfigError(f"{path}: {name} has no parameter {unknown[0]!r}")
    chance = said.get(_CHANCE, 1.0)
    if not isinstance(chance, float | int) or not 0 <= chance <= 1:
        raise ConfigError(f"{path}: the chance of {name} must be a number from 0 to 1")
    ranges = {key: said.get(key, usual) for key, usual in effect.ranges.items()}
    pairs = {key: one if isinstance(one, tuple) else (one, one) for key, one in ranges.items()}
    return Member(float(chance), pairs)
