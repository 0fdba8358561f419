"""Values as the marks have them: pixel measures through the drawn axes, unrounded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.charts.drawing import Box, Drawing, Mark
from pipelines.charts.spec.model import Panels, Points, Spec, Table
from pipelines.charts.truth.places import Key, Place
from pipelines.charts.truth.scales import PIXELS_TO_TELL, Scales

_TWO_ENDS = 4 / 3
"""How much less can be told of a length between two places than of a place on the axis."""
_VALUE_ROLES = frozenset(
    ("bar", "point", "slice", "cell", "box", "candle", "funnel", "spoke", "pointer", "rectangle",
     "sector", "link")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """A number as it can be measured in the picture.

    Attributes:
        value: unrounded; percent of the whole for slices and sectors.
        per_pixel: by how much it changes over a pixel.
        told: the smallest difference that a reader can tell.
    """

    value: float
    per_pixel: float
    told: float


Numbers = tuple[Measured | None, ...]


def marks_by_key(drawing: Drawing) -> dict[Key, Mark]:
    """Return the marks of values by key; of several with one key the first."""
    found: dict[Key, Mark] = {}
    for mark in drawing.marks:
        if mark.role in _VALUE_ROLES:
            if mark.role == "bar" and mark.panel < len(drawing.plots):
                mark = _within(mark, drawing.plots[mark.panel])
            found.setdefault((mark.panel, max(mark.series, 0), mark.item), mark)
    return found


def _within(mark: Mark, plot: Box) -> Mark:
    """Return a bar as far as it lies in the plot: on a logarithmic axis zero is far away."""
    x0, y0, x1, y1 = mark.box
    left, top, right, bottom = plot
    if x0 >= left - 1 and y0 >= top - 1 and x1 <= right + 1 and y1 <= bottom + 1:
        return mark
    box = max(x0, left), max(y0, top), min(x1, right), min(y1, bottom)
    base, tip = mark.measures[:2]
    base = {x0: box[0], x1: box[2], y0: box[1], y1: box[3]}.get(base, base)
    return replace(mark, box=box, measures=(base, tip))


def measure(
    spec: Spec, places: Mapping[Key, Place], marks: Mapping[Key, Mark], scales: Scales
) -> dict[Key, Numbers]:
    """Return what each mark measures; None for a number that the mark does not show on an axis."""
    stacks: dict[tuple[int, int], float] = {}
    found: dict[Key, Numbers] = {}
    totals = spec.data.totals if isinstance(spec.data, Table) else ()
    lengths = shows_lengths(spec)
    for key, place in places.items():
        mark = marks.get(key)
        if mark is None:
            continue
        panel, _, item = key
        match mark.role:
            case "bar":
                total = bool(totals) and totals[item]
                found[key] = (_bar(place, mark, scales, panel, lengths and not total),)
            case "point" if isinstance(spec.data, Table | Panels):
                under = (
                    _under(place, mark, scales, stacks.get((panel, item), 0.0)) if lengths else 0.0
                )
                one = _at(place, 0, mark.measures[1], scales, panel, under)
                if one is not None:
                    stacks[panel, item] = under + one.value
                found[key] = (one,)
            case "point" if isinstance(spec.data, Points):
                found[key] = tuple(
                    _at(place, at, mark.measures[at], scales, panel) if which else None
                    for at, which in enumerate(place.which)
                )
            case "box" | "candle":
                found[key] = tuple(
                    _at(place, at, pixel, scales, panel) for at, pixel in enumerate(mark.measures)
                )
            case "spoke":
                found[key] = (_at(place, 0, mark.measures[0], scales, panel),)
            case "slice" | "sector" if spec.kind != "rose":
                found[key] = (_angle(mark),)
            case "slice":
                found[key] = (_at(place, 0, mark.measures[3], scales, panel),)
            case _:
                found[key] = (None,) * len(place.parts)
    return found


def shows_lengths(spec: Spec) -> bool:
    """Say whether values stand on one another, so that each is a length between two places."""
    return spec.about.stacked or spec.kind == "waterfall"


def _at(
    place: Place, at: int, pixel: float, scales: Scales, panel: int, under: float = 0.0
) -> Measured | None:
    scale = scales.get((place.which[at], panel))
    if scale is None:
        return None
    value = scale.value(pixel)
    step = scale.per_pixel(value)
    told = step * PIXELS_TO_TELL * (_TWO_ENDS if under else 1.0)
    return Measured(value - under, step, told if scale.ticks > 1 else math.inf)


def _under(place: Place, mark: Mark, scales: Scales, below: float) -> float:
    """Return the value that a stacked area's vertex stands on: as drawn, else as summed up."""
    scale = scales.get((place.which[0], mark.panel))
    return scale.value(mark.measures[2]) if len(mark.measures) > 2 and scale else below


def _bar(place: Place, mark: Mark, scales: Scales, panel: int, length: bool) -> Measured | None:
    base, tip = mark.measures[:2]
    if not length:
        return _at(place, 0, tip, scales, panel)
    scale = scales.get((place.which[0], panel))
    if scale is None:
        return None
    step = scale.per_pixel(scale.start)
    told = step * PIXELS_TO_TELL * _TWO_ENDS if scale.ticks > 1 else math.inf
    return Measured(scale.value(tip) - scale.value(base), step, told)


def _angle(mark: Mark) -> Measured:
    start, end, _, radius = mark.measures[:4]
    turn = 100 / math.tau
    per_pixel = turn / max(radius, 1.0)
    return Measured((end - start) * turn, per_pixel, max(1.0, PIXELS_TO_TELL * per_pixel))
