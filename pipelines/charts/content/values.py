"""Numbers drawn at random, and formats that print them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.charts.spec.numbers import SCALES

if TYPE_CHECKING:
    from collections.abc import Sequence

_CURRENCY = {"en": ("$", "€", "£"), "zh": ("¥", "￥")}
_SUFFIXES = {
    "en": (" km", " kg", " t", " h", " pts", "°C"),
    "zh": ("人", "元", "吨", "件", "次", "公里", "分", "℃"),
}
_SMALLEST_SHARE = 0.03
"""Least part of the largest value, so that nothing is a sliver."""


def draw_values(count: int, rng: np.random.Generator, *, ordered: bool = False) -> list[float]:
    """Return positive numbers of one of several distributions, the largest being 1.

    Args:
        ordered: neighbours belong together (time): trends, seasons and random walks.
    """
    at = np.arange(count)
    if ordered:
        match int(rng.integers(5)):
            case 0:
                raw = 1 + rng.uniform(-0.06, 0.15) * at + rng.normal(0, 0.05, count)
            case 1:
                phase, period = rng.uniform(0, 6.3), rng.uniform(4, 13)
                raw = 1.6 + np.sin(6.2832 * at / period + phase) + rng.normal(0, 0.08, count)
            case 2:
                raw = 3 + np.cumsum(rng.normal(0, 0.5, count))
            case 3:
                raw = np.exp(rng.uniform(-0.15, 0.25) * at) * rng.uniform(0.9, 1.1, count)
            case _:
                raw = rng.uniform(0.2, 1.0, count)
    else:
        match int(rng.integers(4)):
            case 0:
                raw = rng.uniform(0.15, 1.0, count)
            case 1:
                raw = rng.lognormal(0, 0.5, count)
            case 2:
                raw = np.sort(rng.pareto(1.6, count) + 0.3)[::-1]
            case _:
                raw = rng.normal(1.0, 0.25, count)
    raw = np.abs(raw - min(0.0, float(raw.min())))
    top = float(raw.max()) or 1.0
    return [float(max(value / top, _SMALLEST_SHARE + 0.02 * rng.random())) for value in raw]


def draw_shares(count: int, rng: np.random.Generator, decimals: int = 1) -> list[float]:
    """Return percentages that sum up to exactly 100 as printed, none a sliver."""
    least = min(4.0, 60.0 / count)
    raw = rng.dirichlet(np.full(count, 2.0)) * (100 - least * count) + least
    unit = 10.0**decimals
    whole = np.floor(raw * unit).astype(int)
    for at in np.argsort(whole - raw * unit)[: int(100 * unit) - int(whole.sum())]:
        whole[at] += 1
    return [int(value) / unit for value in whole]


def draw_top(rng: np.random.Generator) -> float:
    """Return a size for the largest value: from units to hundreds of millions."""
    return float(10 ** rng.uniform(0.7, 6.5 if rng.random() < 0.85 else 9.5))


def draw_format(
    top: float,
    language: str,
    rng: np.random.Generator,
    *,
    scaled: bool = True,
    dressed: bool = True,
) -> dict[str, Any]:
    """Return a number format in which values up to `top` have two or three digits that count.

    Args:
        top: the largest value.
        scaled: whether it may count by 万 or K (the axis does not yet).
        dressed: whether it may bring a unit or currency of its own (the axis is untitled).
    """
    form: dict[str, Any] = {}
    marks = ("万", "亿") if language == "zh" else ("K", "M", "B")
    fitting = [mark for mark in marks if 3 <= top / SCALES[mark] < 20_000]
    if scaled and fitting and rng.random() < 0.5:
        form["scale"] = fitting[-1]
    elif top >= 10_000 and rng.random() < 0.75:
        form["grouping"] = True
    if dressed and rng.random() < 0.3:
        if rng.random() < 0.4:
            form["prefix"] = _one(_CURRENCY[language], rng)
        elif "scale" not in form or language == "zh":
            form["suffix"] = _one(_SUFFIXES[language], rng)
    digits = math.floor(math.log10(top / SCALES[form.get("scale", "")])) + 1
    form["decimals"] = max(0, min(2, int(rng.integers(2, 4)) - digits))
    return form


def round_for_reading(values: Sequence[float], form: dict[str, Any]) -> list[float]:
    """Return values rounded to three digits that count, as people report them."""
    top = max(abs(value) for value in values) or 1.0
    step = 10.0 ** (math.floor(math.log10(top)) - 2)
    finest = SCALES[form.get("scale", "")] / 10.0 ** form.get("decimals", 0)
    step = max(step, finest)
    return [round(value / step) * step for value in values]


def spread_out(points: Sequence[list[float]], least: float = 0.02) -> list[list[float]]:
    """Return the points without those that lie nearer to an earlier one than a part of the range.

    Points one over the other cannot be told apart in a picture.
    """
    if not points:
        return []
    places = np.array([point[:2] for point in points])
    span = np.ptp(places, axis=0)
    places = (places - places.min(axis=0)) / np.where(span > 0, span, 1.0)
    kept: list[int] = []
    for at, place in enumerate(places):
        if not kept or np.abs(places[kept] - place).max(axis=1).min() >= least:
            kept.append(at)
    return [points[at] for at in kept]


def _one(choices: Sequence[str], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]
