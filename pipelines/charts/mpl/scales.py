"""Where values stand: ranges with headroom, and the ticks of matplotlib's locators."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.ticker import LogLocator, MaxNLocator

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.spec.numbers import NumberFormat

_STEPS = (1, 2, 2.5, 5, 10)
_LEAST_MARGIN = 0.04


@dataclass(frozen=True, slots=True)
class Extent:
    """What a value axis has to show.

    Attributes:
        low, high: least and greatest value.
        zero: whether it has to reach zero, and start there; on a logarithmic scale, whether it has
            to start well below the least value.
        log: whether its scale is logarithmic.
        whole: whether ticks are whole numbers.
        top: the axis ends here whatever the values are (percent), None for no such end.
    """

    low: float
    high: float
    zero: bool = False
    log: bool = False
    whole: bool = False
    top: float | None = None

    def limits(self, length: float, foot: float, head: float) -> tuple[float, float]:
        """Return the values at the ends of an axis.

        Args:
            length: of the axis, pixels.
            foot, head: pixels to be free below the least and above the greatest value.

        Raises:
            CannotDraw: what is to be free leaves no room for values.
        """
        if length - foot - head < max(40.0, 0.3 * length):
            raise CannotDraw(
                "no-room", f"an axis of {length:.0f} pixels has no room for its labels"
            )
        if self.log:
            low = 10.0 ** math.floor(math.log10(self.low * 0.98))
            if self.low / low < 1.3 and (foot or self.zero):
                low /= 10
            ends = math.log10(low), math.log10(self.high)
            head = max(head, _LEAST_MARGIN * length)
            return low, 10 ** (ends[0] + (ends[1] - ends[0]) * length / (length - head))
        low = min(self.low, 0.0) if self.zero else self.low
        high = max(self.high, 0.0) if self.zero else self.high
        if low == high:
            low, high = low - (abs(low) or 1.0) * 0.5, high + (abs(high) or 1.0) * 0.5
        if self.top is not None and not foot and not head:
            return low, self.top
        margin = _LEAST_MARGIN * length
        foot = 0.0 if self.zero and low == 0 else max(foot, margin)
        head = 0.0 if self.zero and high == 0 else max(head, margin)
        unit = (high - low) / (length - foot - head)
        return low - foot * unit, high + head * unit


def number_ticks(
    extent: Extent,
    limits: tuple[float, float],
    form: NumberFormat,
    fits: Callable[[list[str], float], bool],
    most: int,
) -> list[tuple[float, str]]:
    """Return values and texts of the ticks within limits.

    Args:
        extent: of the axis.
        limits: of the axis.
        form: prints them.
        fits: says whether texts fit when this share of the axis lies between neighbours.
        most: how many intervals there may be.

    Raises:
        CannotDraw: not even two ticks fit, or they would not print as what they are.
    """
    low, high = limits
    if extent.log:
        return _log_ticks(limits, form, fits)
    for bins in range(most, 0, -1):
        locator = MaxNLocator(nbins=bins, steps=_STEPS, integer=extent.whole, min_n_ticks=1)
        slack = 1e-9 * (high - low)
        values = [
            0.0 if abs(value) < slack else float(value)
            for value in locator.tick_values(low, high)
            if low - slack <= value <= high + slack
        ]
        if len(values) < 2:
            break
        texts = [form.tick(value) for value in values]
        exact = all(
            (read := form.parse(text)) is not None and abs(read - value) <= 1e-6 * (high - low)
            for value, text in zip(values, texts, strict=True)
        )
        if exact and fits(texts, (values[1] - values[0]) / (high - low)):
            return list(zip(values, texts, strict=True))
    raise CannotDraw("no-room", "an axis has no room for two ticks")


def _log_ticks(
    limits: tuple[float, float],
    form: NumberFormat,
    fits: Callable[[list[str], float], bool],
) -> list[tuple[float, str]]:
    low, high = limits
    decades = math.log10(high / low)
    for marks in ((1.0, 2.0, 5.0), (1.0,)) if decades < 2.5 else ((1.0,),):
        found = LogLocator(subs=marks, numticks=20).tick_values(low, high)
        values = [float(v) for v in found if low * (1 - 1e-9) <= v <= high * (1 + 1e-9)]
        texts = [form.tick(value) for value in values]
        nearest = math.log10(2) if len(marks) > 1 else 1.0
        if len(values) > 1 and fits(texts, nearest / decades):
            return list(zip(values, texts, strict=True))
    raise CannotDraw("no-room", "a logarithmic axis has no room for two ticks")
