"""Chooses range and ticks of number axes, so that they are known before the chart is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.spec.model import Axis
from pipelines.charts.spec.numbers import nice_step

_MAX_STEPS = 14


@dataclass(frozen=True, slots=True)
class Scale:
    """Range and ticks of a number axis.

    Attributes:
        axis: of the specification.
        low, high: its ends.
        ticks: values of its ticks, rising.
        step: distance of the ticks; 0 where they are not evenly spaced.
        labels: the ticks as printed.
    """

    axis: Axis
    low: float
    high: float
    ticks: tuple[float, ...]
    step: float = 0.0
    labels: tuple[str, ...] = ()

    @property
    def log(self) -> bool:
        """Whether it is logarithmic."""
        return self.axis.scale == "log"

    def place(self, value: float) -> float:
        """Return where a value lies, 0 at the low end and 1 at the high one."""
        if self.log:
            span = math.log10(self.high / self.low)
            return math.log10(value / self.low) / span if value > 0 else 0.0
        return (value - self.low) / (self.high - self.low)


def scale_of(
    axis: Axis, low: float, high: float, ticks: tuple[float, ...], step: float = 0.0
) -> Scale:
    """Return a scale with its ticks printed."""
    return Scale(axis, low, high, ticks, step, tuple(axis.format.tick(tick) for tick in ticks))


def plan_scale(
    axis: Axis, low: float, high: float, pixels: float, tick_room: float,
    *, zero: bool, head: float = 0.0, foot: float = 0.0,
) -> Scale:  # fmt: skip
    """Choose range and ticks.

    Args:
        axis: what is measured.
        low, high: least and greatest value.
        pixels: length of the axis.
        tick_room: least distance of ticks in pixels.
        zero: whether it starts at zero, or well below the least value if it is logarithmic.
        head, foot: free pixels wanted beyond the greatest and the least value; not kept where
            the axis of percentages would pass a hundred, or one of positive values zero.

    Raises:
        CannotDraw: the axis is too short.
    """
    if pixels < 40 or head + foot > 0.7 * pixels:
        raise CannotDraw("no-room", f"a value axis has {pixels:.0f} pixels")
    if axis.scale == "log":
        return _plan_log(axis, low, high, pixels, tick_room, zero, head, foot)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high == low:
        pad = abs(high) * 0.5 or 1.0
        low, high = low - pad if low else 0.0, high + pad
    most = 100.0 if is_share(axis, low, high) else math.inf
    least = max((high - low) / max(1.0, min(10.0, pixels / tick_room)), _least_step(axis))
    for _ in range(12):
        step = nice_step(least)
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        for _ in range(4 * _MAX_STEPS):
            unit = pixels / ((last - first) * step)
            short = (last * step - high) * unit < head
            if short and head > 0 and not (zero and high <= 0) and last * step < most:
                last += 1
            elif (low - first * step) * unit < foot and not (low >= 0 and first <= 0):
                first -= 1
            else:
                break
        if last - first <= _MAX_STEPS and pixels / (last - first) >= min(tick_room, pixels / 2) - 1:
            ticks = tuple(_clean(at * step) for at in range(first, last + 1))
            return scale_of(axis, ticks[0], ticks[-1], ticks, step)
        least = step * 1.01
    raise CannotDraw("no-room", "no ticks fit the value axis")


def is_share(axis: Axis, low: float, high: float) -> bool:
    """Say whether values look like percentages of a whole, whose axis ends at a hundred."""
    marked = "%" in axis.format.suffix + axis.title or "％" in axis.title
    return marked and low >= 0 and high <= 100


def edge_scale(axis: Axis, edges: tuple[float, ...], pixels: float, tick_room: float) -> Scale:
    """Return an axis from the first to the last of some edges, with a tick at every n-th."""
    span = edges[-1] - edges[0]
    for every in range(1, len(edges) + 1):
        ticks = edges[::every]
        if all((b - a) / span * pixels >= tick_room for a, b in pairwise(ticks)):
            break
    return scale_of(axis, edges[0], edges[-1], ticks)


def _least_step(axis: Axis) -> float:
    return float(axis.format.quantum) if axis.format.decimals == 0 else 0.0


def _clean(value: float) -> float:
    return float(f"{value:.12g}") + 0.0


def _plan_log(
    axis: Axis, low: float, high: float, pixels: float, room: float,
    zero: bool, head: float, foot: float,
) -> Scale:  # fmt: skip
    first = math.floor(math.log10(low) + 1e-9)
    last = math.ceil(math.log10(high) - 1e-9)
    if zero and 10.0**first > low * 0.99:
        first -= 1
    last = max(last, first + 1)
    for _ in range(6):
        unit = pixels / (last - first)
        if (last - math.log10(high)) * unit < head:
            last += 1
        elif (math.log10(low) - first) * unit < foot:
            first -= 1
        else:
            break
    stride = max(1, math.ceil(room / unit))
    decades = range(first, last + 1)
    factors: tuple[int, ...] = (1, 2, 5) if last - first <= 2 and unit * 0.3 >= room else (1,)
    every = decades if stride == 1 else decades[::stride]
    ticks = [_clean(10.0**power * factor) for power in every for factor in factors]
    top = _clean(10.0**last)
    return scale_of(axis, _clean(10.0**first), top, tuple(one for one in ticks if one <= top))
