"""Axes of numbers as the picture has them: pixels to values, once their ticks bear it out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.charts.drawing import AxisDrawn, Drawing, Text
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.model import Spec
from pipelines.charts.spec.numbers import NumberFormat
from pipelines.charts.truth.sheet import Sheet

PIXELS_TO_TELL = 1.5
"""What a reader can tell on an axis; differences of two places take a little more."""
_TICK_OFF_PX = 2.5
_TICK_OFF_EM = 0.4
_AGREE = 1e-6


@dataclass(frozen=True, slots=True)
class Scale:
    """A drawn axis of numbers.

    Attributes:
        which: as in `AxisDrawn`.
        log: whether values rise by factors.
        start_px, end_px: pixels of its ends.
        start, end: the values there.
        ticks: number of printed ticks that bear it out; 0 for an axis without any.
    """

    which: str
    log: bool
    start_px: float
    end_px: float
    start: float
    end: float
    ticks: int = 0

    def value(self, pixel: float) -> float:
        """Return the value at a pixel coordinate."""
        share = (pixel - self.start_px) / (self.end_px - self.start_px)
        if self.log:
            return float(self.start * (self.end / self.start) ** share)
        return self.start + (self.end - self.start) * share

    def pixel(self, value: float) -> float:
        """Return the pixel coordinate of a value; NaN where the axis has no place for it."""
        if self.log:
            if value <= 0:
                return math.nan
            share = math.log(value / self.start) / math.log(self.end / self.start)
        else:
            share = (value - self.start) / (self.end - self.start)
        return self.start_px + (self.end_px - self.start_px) * share

    def per_pixel(self, value: float) -> float:
        """Return by how much a value changes over a pixel, there."""
        length = abs(self.end_px - self.start_px)
        if self.log:
            return abs(value * math.log(self.end / self.start)) / length
        return abs(self.end - self.start) / length

    @property
    def span(self) -> float:
        """The difference of the values at its ends."""
        return abs(self.end - self.start)


Scales = dict[tuple[str, int], Scale]


def read_scales(spec: Spec, drawing: Drawing, sheet: Sheet) -> Scales:
    """Return the axes of numbers by (which, panel), checked against their printed ticks.

    Raises:
        Fault: tick-mismatch.
    """
    scales: Scales = {}
    for axis in drawing.axes:
        if axis.scale not in ("linear", "log") or axis.which == "colour":
            continue
        form = _format(spec, axis)
        ticks = list(sheet.ticks(axis.which, axis.panel)) or _shared_ticks(drawing, sheet, axis)
        scales[axis.which, axis.panel] = _check(axis, form, ticks)
    return scales


def _format(spec: Spec, axis: AxisDrawn) -> NumberFormat:
    if axis.which == "y2" and spec.second is not None:
        return spec.second.format
    if axis.which == "x" and spec.x is not None:
        return spec.x.format
    return spec.value.format


def _shared_ticks(drawing: Drawing, sheet: Sheet, axis: AxisDrawn) -> Sequence[Text]:
    """Return the ticks of a panel beside or above that has the very same axis."""
    for other in drawing.axes:
        twin = (other.which, other.pixels, other.values) == (axis.which, axis.pixels, axis.values)
        if twin and other.panel != axis.panel:
            found = list(sheet.ticks(other.which, other.panel))
            if found:
                return found
    return ()


def _check(axis: AxisDrawn, form: NumberFormat, ticks: Iterable[Text]) -> Scale:
    (start_px, end_px), (start, end) = axis.pixels, axis.values
    log = axis.scale == "log"
    if start_px == end_px or start == end or (log and min(start, end) <= 0):
        raise Fault("tick-mismatch", f"axis {axis.which} has no length")
    scale = Scale(axis.which, log, start_px, end_px, start, end)
    seen: set[float] = set()
    top: float | None = None
    for tick in ticks:
        value = _tick_value(axis, form, tick, scale.span)
        if value in seen:
            raise Fault("tick-mismatch", f"{tick.string!r} stands twice on axis {axis.which}")
        seen.add(value)
        across = 0 if axis.which == "x" else 1
        at = (tick.box[across] + tick.box[across + 2]) / 2
        if axis.which == "radius":
            # The spoke with the ticks runs straight up from a centre that the axis does not tell.
            top = at + scale.pixel(value) if top is None else top
            off = abs(top - scale.pixel(value) - at)
        else:
            off = abs(at - scale.pixel(value))
        if not off <= max(_TICK_OFF_PX, _TICK_OFF_EM * tick.size_px):
            raise Fault(
                "tick-mismatch",
                f"{tick.string!r} on axis {axis.which} stands {off:.1f} px off its place",
            )
    return Scale(axis.which, log, start_px, end_px, start, end, len(seen))


def _tick_value(axis: AxisDrawn, form: NumberFormat, tick: Text, span: float) -> float:
    value = form.parse(tick.string)
    if value is None or tick.value is None:
        raise Fault(
            "tick-mismatch", f"{tick.string!r} on axis {axis.which} is no number of its format"
        )
    if abs(value - tick.value) > _AGREE * max(abs(value), span):
        raise Fault("tick-mismatch", f"{tick.string!r} stands at {tick.value:g}")
    return value
