"""Values as a reader of the picture gets them: as printed, or read off an axis and rounded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.labels import JOINS, value_part
from pipelines.charts.spec.model import Axis, Boxes, Candles, LabelText, Points, Spec, Tree
from pipelines.charts.spec.numbers import SCALES, NumberFormat, nice_step
from pipelines.charts.truth.measures import Measured, Numbers, shows_lengths
from pipelines.charts.truth.places import Key, Place, with_decimals
from pipelines.charts.truth.sheet import Sheet

_CLOSE = 1e-9
_JOINING = "".join(sorted(set("".join(JOINS))))
_MOST_DECIMALS = 6
_MOST_PERCENT = 2.0
_MOST_OF_VALUE = 0.2
"""Greatest step of a length between two places, or of an angle, as a share of it."""
_NOTHING_PX = 0.25


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of the ground truth.

    Attributes:
        number: its value; percent of the whole where only shares are shown.
        text: as printed, or as the axis would print it.
        step: what it is rounded to; 0 where it is printed in the picture.
        exact: whether it is the very value of the chart.
    """

    number: float
    text: str
    step: float
    exact: bool


def read_values(
    spec: Spec,
    places: Mapping[Key, Place],
    names: Mapping[Key, tuple[str, ...]],
    sheet: Sheet,
    measured: Mapping[Key, Numbers],
) -> dict[Key, tuple[Reading, ...]]:
    """Return what can be read of each value.

    Args:
        spec: the chart.
        places: its values.
        names: what their labels may name before the value.
        sheet: drawn strings.
        measured: of the marks.

    Raises:
        Fault: unreadable; label-mismatch for a label that is no number.
    """
    printed = labelled_part(spec)
    grids = Grids(spec)
    for key, place in places.items():
        for at, one in enumerate(measured.get(key, ())):
            if one is not None and not (at == printed and key in sheet.labels):
                grids.see(place, at, one)
    found: dict[Key, tuple[Reading, ...]] = {}
    for key, place in places.items():
        numbers = measured.get(key)
        readings = []
        for at, part in enumerate(place.parts):
            label = sheet.labels.get(key) if at == printed else None
            if label is not None:
                readings.append(_printed(spec, place, at, label.string, names.get(key, ())))
                continue
            one = numbers[at] if numbers else None
            if part == "size" and one is None:
                continue
            readings.append(_read(spec, place, at, one, grids))
        found[key] = tuple(readings)
    return found


_NAMED: Mapping[LabelText, LabelText] = {
    "none": "name",
    "value": "name_value",
    "percent": "name_percent",
}


def drawn_labels(spec: Spec) -> LabelText:
    """Return what labels say: trees always name their leaves; boxes and candles have none."""
    if isinstance(spec.data, Tree):
        return _NAMED.get(spec.labels, spec.labels)
    return "none" if isinstance(spec.data, Boxes | Candles) else spec.labels


def labelled_part(spec: Spec) -> int:
    """Return which number of a place its label prints; -1 if labels print no numbers."""
    if drawn_labels(spec) in ("none", "name"):
        return -1
    if isinstance(spec.data, Points):
        return 1 if spec.data.size is None else 2
    return 0


def in_percent(spec: Spec) -> bool:
    """Say whether labels print shares of the whole."""
    return spec.labels in ("percent", "name_percent")


def _printed(spec: Spec, place: Place, at: int, drawn: str, names: tuple[str, ...]) -> Reading:
    share = in_percent(spec)
    form = spec.percent_format if share else place.axes[at].format
    for name in names if drawn_labels(spec).startswith("name") else ("",):
        # A label wrapped within its join leaves a part of it before the value.
        text = value_part(drawn, name).lstrip(_JOINING)
        number = form.parse(text)
        if number is not None:
            exact = not share and _equal(number, place.numbers[at])
            return Reading(number, text, 0.0, exact)
    raise Fault("label-mismatch", f"the label {drawn!r} does not end in a number as printed")


class Grids:
    """What read values are rounded to.

    All values along a linear axis or of a circle have one step, the coarsest that any of them
    needs, so that sums agree; along a logarithmic axis each value has its own.
    """

    def __init__(self, spec: Spec) -> None:
        self._lengths = shows_lengths(spec)
        self._told: dict[str, float] = {}
        self._known: dict[tuple[int, float], tuple[float, NumberFormat]] = {}

    def see(self, place: Place, at: int, one: Measured) -> None:
        """Heed what can be told of a value that is to be read."""
        if math.isfinite(one.told):
            self._told[place.which[at]] = max(one.told, self._told.get(place.which[at], 0.0))

    def told(self, place: Place, at: int, one: Measured) -> float:
        """Return what can be told of a value, or of the worst one along its axis or circle."""
        if place.axes[at].scale == "log" and place.which[at]:
            return one.told
        return self._told.get(place.which[at], one.told)

    def of(self, place: Place, at: int, one: Measured) -> tuple[float, NumberFormat]:
        """Return the step of a value and the format that prints it.

        Raises:
            Fault: unreadable, where so little is to be told that the value is lost.
        """
        axis = place.axes[at]
        told = self.told(place, at, one)
        known = self._known.get((id(axis), told))
        if known is None:
            step = readable_step(axis, told)
            known = self._known[id(axis), told] = step, grid_format(axis.format, step)
        # A step of the axis's own grid loses nothing.
        if self._lengths and known[0] > float(axis.format.quantum):
            check_told(one, known[0])
        return known


def check_told(one: Measured, step: float) -> None:
    """Check that a length or an angle is some steps large, if it is not nothing at all.

    Raises:
        Fault: unreadable.
    """
    size = abs(one.value)
    if size > _NOTHING_PX * one.per_pixel and step > _MOST_OF_VALUE * size * (1 + _CLOSE):
        raise Fault("unreadable", f"{one.value:.4g} is to be told to {step:g} only")


def _read(spec: Spec, place: Place, at: int, one: Measured | None, grids: Grids) -> Reading:
    if one is None or not math.isfinite(one.told):
        raise Fault("unreadable", f"the {place.parts[at]} of {place.key} is not to be read")
    if not place.which[at]:
        return _share(spec, one, grids.told(place, at, one))
    step, form = grids.of(place, at, one)
    number = on_grid(one.value, step)
    return Reading(number, form.text(number), step, _equal(number, place.numbers[at]))


def _share(spec: Spec, one: Measured, told: float) -> Reading:
    step = nice_step(told)
    if step > _MOST_PERCENT:
        raise Fault("unreadable", f"angles tell shares to {step:g} % only")
    check_told(one, step)
    number = on_grid(one.value, step)
    return Reading(number, with_decimals(spec.percent_format, 0).text(number), step, False)


def readable_step(axis: Axis, told: float) -> float:
    """Return what values of an axis are rounded to: a nice step, or the axis's own grid."""
    return max(nice_step(told), float(axis.format.quantum))


def on_grid(value: float, step: float) -> float:
    """Return the nearest multiple of a step, as the float that its digits make."""
    count = round(value / step)
    if step >= 1:
        return float(count * round(step)) if step == round(step) else count * step
    return round(count * step, 12) + 0.0


def grid_format(form: NumberFormat, step: float) -> NumberFormat:
    """Return a format with as many decimals as a step needs."""
    unit = step / SCALES[form.scale]
    decimals = max(0, -math.floor(math.log10(unit) + _CLOSE))
    return with_decimals(form, min(decimals, _MOST_DECIMALS))


def _equal(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE)
