"""The transformer blocks of a model, by its parts, and how their computing is changed in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MethodType
from typing import Any

from torch import nn

from dataengine.errors import ConfigError
from dataengine.registry import near
from trainers.models import language
from trainers.models.vision_language import VisionLanguageModel

LANGUAGE = "language"

Forward = Callable[..., Any]
"""A module's forward, with the module as first argument."""


def parts(model: VisionLanguageModel) -> list[str]:
    """Return the names of a model's parts that have blocks: the language model and its towers."""
    return [LANGUAGE, *model.towers]


def check_parts(model: VisionLanguageModel, names: Sequence[str], setting: str) -> None:
    """Raise `ConfigError` where a setting names a part that the model has not."""
    known = parts(model)
    for name in names:
        if name not in known:
            raise ConfigError(f"{setting}: no {name!r}{near(name, known)}")


def blocks_of(model: VisionLanguageModel, part: str) -> list[nn.Module]:
    """Return the transformer blocks of a part.

    Raises:
        ConfigError: the language model's are not found.
    """
    if part == LANGUAGE:
        return language.blocks(model.language)
    tower: Any = model.towers[part]
    blocks: list[nn.Module] = tower.blocks()
    return blocks


def wrap_forward(block: nn.Module, make: Callable[[Forward], Forward]) -> None:
    """Replace how one module computes by what `make` returns for it; its names stay as they are.

    Bound to the module as a method is, so that a deep copy of it computes with its own weights.
    """
    bound: Any = block.forward
    block.forward = MethodType(make(bound.__func__), block)
