"""Names of histograms' bins: their edges as the x axis prints them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pipelines.charts.drawing import Mark
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.model import Spec
from pipelines.charts.spec.numbers import nice_step
from pipelines.charts.truth.places import Key
from pipelines.charts.truth.scales import PIXELS_TO_TELL, Scale, Scales
from pipelines.charts.truth.sheet import Sheet
from pipelines.charts.truth.values import grid_format, on_grid

DASH = "–"
_NEAR_PX = 2.0


def read_bins(
    spec: Spec, marks: Mapping[Key, Mark], sheet: Sheet, scales: Scales
) -> dict[int, str]:
    """Return the names of bins by index, such as "10–20".

    An edge is named by the tick that stands at it, else read off the axis and rounded.

    Raises:
        Fault: unreadable, where the x axis has too few ticks; mark-missing.
    """
    scale = scales.get(("x", 0))
    if scale is None or scale.ticks < 2 or spec.x is None:
        raise Fault("unreadable", "the edges of the bins cannot be read from the axis")
    form = spec.x.format
    printed = [(scale.pixel(tick.value or 0.0), tick.string) for tick in sheet.ticks("x", 0)]
    step = max(nice_step(PIXELS_TO_TELL * scale.per_pixel(scale.start)), 1e-12)
    step = max(step, float(form.quantum))

    def edge(pixel: float) -> str:
        near = min(printed, key=lambda one: abs(one[0] - pixel))
        if abs(near[0] - pixel) <= _NEAR_PX:
            return near[1]
        return grid_format(form, step).text(on_grid(scale.value(pixel), step))

    names: dict[int, str] = {}
    for (_, _, item), mark in marks.items():
        left, right = _edges(mark, scale)
        names[item] = f"{edge(left)}{DASH}{edge(right)}"
    return names


def _edges(mark: Mark, scale: Scale) -> tuple[float, float]:
    left, _, right, _ = mark.box
    if not (math.isfinite(left) and right > left and scale.end_px != scale.start_px):
        raise Fault("mark-missing", "a bin has no width")
    return left, right
