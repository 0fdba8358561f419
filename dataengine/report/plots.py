"""Plots as SVG text: a histogram of a spread, drawn to the same bytes wherever it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from markupsafe import Markup, escape

from dataengine.report.spread import Numbers, Spread

WIDTH, HEIGHT = 460, 130
_LEFT, _RIGHT, _TOP, _BOTTOM = 6, 6, 8, 22
_BARS = 36
_LOG_FROM = 30.0
"""Numbers that differ by more than this factor stand on a logarithmic axis."""


@dataclass(frozen=True, slots=True)
class Bins:
    """A histogram's bins.

    Attributes:
        edges: in the axis's own measure: logarithms where `is_log`.
    """

    edges: Numbers
    counts: npt.NDArray[np.int64]
    is_log: bool


def binned(spread: Spread) -> Bins:
    """Cut a spread's range into at most some three dozen bins."""
    values, counts = spread.table()
    low, high = float(values[0]), float(values[-1])
    is_log = low > 0 and high / low > _LOG_FROM
    whole = bool((values == np.round(values)).all())
    if is_log:
        values, low, high = np.log10(values), np.log10(low), np.log10(high)
    if not is_log and whole and high - low < _BARS:
        edges = np.arange(low - 0.5, high + 1)
    elif high > low:
        edges = np.linspace(low, high, _BARS + 1)
    else:
        edges = np.array([low - 0.5, low + 0.5])
    heights, _ = np.histogram(values, edges, weights=counts)
    return Bins(edges, heights.astype(np.int64), is_log)


def histogram(spread: Spread, unit: str) -> Markup:
    """Return a histogram with the median marked; empty text where there is nothing to draw."""
    if not spread.count:
        return Markup("")
    bins = binned(spread)
    low, high = float(bins.edges[0]), float(bins.edges[-1])
    span = WIDTH - _LEFT - _RIGHT
    room = HEIGHT - _TOP - _BOTTOM

    def across(value: float) -> str:
        return _number(_LEFT + span * (value - low) / (high - low))

    parts = []
    for place, count in enumerate(bins.counts.tolist()):
        if count:
            tall = max(1.0, room * count / int(bins.counts.max()))
            left, right = float(across(bins.edges[place])), float(across(bins.edges[place + 1]))
            parts.append(
                f'<rect x="{_number(left + 0.5)}" y="{_number(_TOP + room - tall)}" '
                f'width="{_number(max(right - left - 1, 0.5))}" height="{_number(tall)}">'
                f"<title>{escape(_range(bins, place, unit))}: {count:,}</title></rect>"
            )
    base = HEIGHT - _BOTTOM
    parts.append(f'<path class="axis" d="M{_LEFT} {base}H{WIDTH - _RIGHT}"/>')
    for tick in _ticks(low, high, bins.is_log):
        value = 10**tick if bins.is_log else tick
        parts.append(_label(float(across(tick)), shown(value)))
    median = spread.quantile(0.5)
    at = across(float(np.log10(median)) if bins.is_log else median)
    parts.append(f'<path class="median" d="M{at} {_TOP - 4}V{base}"/>')
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">'
        f"{''.join(parts)}</svg>"
    )


def share_bar(share: float) -> Markup:
    """Return a bar as long as a share of 1."""
    length = _number(100 * min(max(share, 0.0), 1.0))
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{length}" height="8"/></svg>'
    )


def shown(value: float) -> str:
    """Return a number as people read it: 1,234 or 0.985 or 12.5 M."""
    if abs(value) >= 1e6:
        size, letter = (1e9, "G") if abs(value) >= 1e9 else (1e6, "M")
        return f"{value / size:,.4g} {letter}"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.4g}"


def _range(bins: Bins, place: int, unit: str) -> str:
    low, high = (float(bins.edges[place + step]) for step in (0, 1))
    if bins.is_log:
        low, high = 10**low, 10**high
    elif high - low == 1 and low % 1 == 0.5:
        return f"{shown(low + 0.5)} {unit}"
    return f"{low:,.3g} to {high:,.3g} {unit}"


def _ticks(low: float, high: float, is_log: bool) -> list[float]:
    if is_log and high - low >= 1:
        return [float(power) for power in range(int(np.ceil(low)), int(np.floor(high)) + 1)]
    step = 10.0 ** np.floor(np.log10((high - low) / 2))
    step = next(step * times for times in (1, 2, 5, 10) if (high - low) / (step * times) <= 6)
    first, last = int(np.ceil(low / step)), int(np.floor(high / step))
    return [round(number * step, 10) for number in range(first, last + 1)]


def _label(x: float, text: str) -> str:
    anchor = "start" if x < 30 else "end" if x > WIDTH - 30 else "middle"
    return (
        f'<path class="axis" d="M{_number(x)} {HEIGHT - _BOTTOM}v4"/>'
        f'<text x="{_number(x)}" y="{HEIGHT - 6}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
