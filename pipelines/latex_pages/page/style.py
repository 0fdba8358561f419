"""Draws of a page's style from the ranges and choices that its template gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dataengine.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np

Style = Mapping[str, Any]
"""Name -> drawn value, plain data; recorded with the sample as it is."""


def draw_style(draws: Mapping[str, Any], rng: np.random.Generator) -> Style:
    """Return one value per name, drawn in the order of the names.

    The order of the file does not matter, nor does adding an equal draw elsewhere.

    Raises:
        ConfigError: a draw is not one of the known forms.
    """
    return {name: draw_value(name, draws[name], rng) for name in sorted(draws)}


def draw_value(name: str, spec: Any, rng: np.random.Generator) -> Any:
    """Return one drawn value: `choose`, `weigh`, `range` or `chance`, else the value itself."""
    if not isinstance(spec, Mapping):
        return spec
    form = frozenset(spec)
    try:
        if form == {"choose"} and isinstance(spec["choose"], Mapping):
            values = list(spec["choose"])
            return values[pick(list(spec["choose"].values()), rng)]
        if form == {"choose"}:
            return spec["choose"][int(rng.integers(len(spec["choose"])))]
        if form == {"weigh"}:
            return spec["weigh"][pick([weight for weight, _ in spec["weigh"]], rng)][1]
        if form in ({"range"}, {"range", "step"}):
            low, high = spec["range"]
            return _stepped(low, high, spec.get("step", 1), rng)
        if form == {"chance"}:
            return bool(rng.random() < spec["chance"])
    except (TypeError, ValueError, ZeroDivisionError) as error:
        raise ConfigError(f"draw {name!r}: {error}") from error
    raise ConfigError(f"draw {name!r} has the keys {sorted(spec)}: see templates/latex/shared")


def pick(weights: Sequence[float], rng: np.random.Generator) -> int:
    """Return an index, drawn with these weights.

    Raises:
        ValueError: no weight is above zero.
    """
    total = float(sum(weights))
    if not total > 0:
        raise ValueError("no weight is above zero")
    point = rng.random() * total
    for index, weight in enumerate(weights):
        point -= weight
        if point < 0:
            return index
    return max(index for index, weight in enumerate(weights) if weight > 0)


def _stepped(low: float, high: float, step: float, rng: np.random.Generator) -> float:
    value = low + step * int(rng.integers(round((high - low) / step) + 1))
    return round(value, 6) if isinstance(value, float) else value
