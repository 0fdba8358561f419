"""Curves over steps as SVG text, drawn to the same bytes wherever they are drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from dataengine.report.plots import shown

WIDTH, HEIGHT = 460, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 16, 22
MOST_POINTS = 230
"""Points of a curve; of more, neighbours are averaged."""

_LOG_FROM = 100.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A step at which something changed."""

    step: float
    words: str


def curve(
    points: Sequence[Point], marks: Sequence[Mark], steps: float, *, from_zero: bool = False
) -> Markup:
    """Return a curve with its last value; empty text where there is nothing to draw.

    Values that differ by more than a factor of 100 stand on a logarithmic axis.

    Args:
        points: (step, value), finite, by ascending step.
        marks: changes, drawn as upright lines.
        steps: right end of the axis.
        from_zero: the axis begins at 0, as it should where a value's share counts, such as a
            speed's; it is never logarithmic.
    """
    if not points:
        return Markup("")
    values = [value for _, value in points]
    is_log = not from_zero and min(values) > 0 and max(values) / min(values) > _LOG_FROM
    scaled = [(step, math.log10(value) if is_log else value) for step, value in thinned(points)]
    low, high = _bounds([value for _, value in scaled], is_log=is_log)
    if from_zero and low > 0:
        low = 0.0
    right = max(steps, 1.0)
    base, room = HEIGHT - _BOTTOM, HEIGHT - _TOP - _BOTTOM

    def across(step: float) -> str:
        return _number(_LEFT + (WIDTH - _LEFT - _RIGHT) * min(max(step / right, 0.0), 1.0))

    def up(value: float) -> str:
        return _number(base - room * (value - low) / (high - low))

    parts = [f'<path class="axis" d="M{_LEFT} {_TOP}V{base}H{WIDTH - _RIGHT}"/>']
    for tick in _ticks(low, high):
        value = 10**tick if is_log else tick
        parts.append(
            f'<path class="axis" d="M{_LEFT - 4} {up(tick)}h4"/><text x="{_LEFT - 7}" '
            f'y="{_number(float(up(tick)) + 4)}" text-anchor="end">{escape(shown(value))}</text>'
        )
    for tick in _ticks(0.0, right):
        anchor = "end" if tick > 0.95 * right else "middle"
        parts.append(
            f'<path class="axis" d="M{across(tick)} {base}v4"/><text x="{across(tick)}" '
            f'y="{HEIGHT - 6}" text-anchor="{anchor}">{escape(shown(tick))}</text>'
        )
    for mark in marks:
        parts.append(
            f'<path class="median" stroke-dasharray="3 3" d="M{across(mark.step)} {_TOP}V{base}">'
            f"<title>{escape(mark.words)}, step {escape(shown(mark.step))}</title></path>"
        )
    line = "L".join(f"{across(step)} {up(value)}" for step, value in scaled)
    parts.append(f'<path stroke="#1f64d6" stroke-width="1.5" fill="none" d="M{line}"/>')
    if len(scaled) == 1:
        parts.append(
            f'<circle cx="{across(scaled[0][0])}" cy="{up(scaled[0][1])}" r="2.5" fill="#1f64d6"/>'
        )
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">'
        f"{''.join(parts)}</svg>"
    )


def thinned(points: Sequence[Point]) -> list[Point]:
    """Return at most `MOST_POINTS` points: means of neighbours, the last point as it is."""
    if len(points) <= MOST_POINTS:
        return list(points)
    size = -(-(len(points) - 1) // (MOST_POINTS - 1))
    groups = [points[at : at + size] for at in range(0, len(points) - 1, size)]
    means = [
        (sum(step for step, _ in one) / len(one), sum(value for _, value in one) / len(one))
        for one in groups
    ]
    return [*means, points[-1]]


def _bounds(values: Sequence[float], *, is_log: bool) -> Point:
    low, high = min(values), max(values)
    if not is_log and low > 0 and low < high / 2:
        low = 0.0
    margin = (high - low) * 0.05 or abs(high) * 0.1 or 1.0
    return (low if low == 0 else low - margin), high + margin


def _ticks(low: float, high: float) -> list[float]:
    """Return a few round numbers between two."""
    step: float = 10.0 ** math.floor(math.log10((high - low) / 2))
    step = next(step * times for times in (1, 2, 5, 10) if (high - low) / (step * times) <= 6)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(number * step, 12) for number in range(first, last + 1)]


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
