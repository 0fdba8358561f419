"""What a stage trains: globs of parameter names, each with a factor on the learning rate."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from torch import nn

from dataengine.errors import ConfigError


def apply_freeze_map(model: nn.Module, train: Mapping[str, float]) -> dict[str, float]:
    """Freeze all parameters but those that a glob names; return each learned one's factor.

    Where several globs match, the longest counts; a factor of 0 freezes.

    Raises:
        ConfigError: a glob matches no parameter, or nothing is left to learn.
    """
    matched: set[str] = set()
    factors: dict[str, float] = {}
    for name, parameter in model.named_parameters():
        found = [glob for glob in train if fnmatchcase(name, glob)]
        matched.update(found)
        factor = train[max(found, key=len)] if found else 0.0
        parameter.requires_grad_(factor > 0)
        if factor > 0:
            factors[name] = factor
    lost = sorted(set(train) - matched)
    if lost:
        raise ConfigError(
            f"stage: {lost[0]!r} matches no parameter; the modules are "
            f"{', '.join(sorted({name.split('.')[0] for name, _ in model.named_parameters()}))}"
        )
    if not factors:
        raise ConfigError("stage: every parameter is frozen; name what is to be trained")
    return factors


def trainable_by_module(model: nn.Module, depth: int = 2) -> dict[str, tuple[int, int]]:
    """Return module -> (trainable parameters, all parameters), for tables and tests."""
    counts: dict[str, tuple[int, int]] = {}
    for name, parameter in model.named_parameters():
        key = ".".join(name.split(".")[:depth])
        learned, whole = counts.get(key, (0, 0))
        size = parameter.numel()
        counts[key] = (learned + size * parameter.requires_grad, whole + size)
    return counts
