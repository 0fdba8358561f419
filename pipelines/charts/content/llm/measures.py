"""From what numbers measure to an axis: its title, its unit, and how it prints numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.charts.content.llm.briefs import Measure
from pipelines.charts.content.llm.reasons import BadAnswer
from pipelines.charts.content.words import with_unit
from pipelines.charts.spec.numbers import SCALES

if TYPE_CHECKING:
    import numpy as np

PERCENT = ("%", "％")
_CURRENCIES = ("$", "€", "£", "¥", "￥")
_MAGNITUDES = {"en": ("K", "M", "B"), "zh": ("千", "万", "亿")}
_IN_WORDS = {"K": "thousand", "M": "million", "B": "billion"}
_SHORT_UNIT = 3
_MOST_DECIMALS = 3
_MOST_ROUNDING = 0.02
_GROUPED_FROM = 10_000
_LOG_RATIO = 200


@dataclass(frozen=True, slots=True)
class MadeAxis:
    """An axis in plain data, and by what numbers of the form are to be multiplied."""

    axis: dict[str, Any]
    factor: int

    def scaled(self, value: float) -> float:
        """Return a number of the form as the specification has it."""
        return float(Decimal(repr(value)) * self.factor)


def make_axis(
    measure: Measure, values: Sequence[float], language: str, rng: np.random.Generator
) -> MadeAxis:
    """Return the axis of a measure.

    A magnitude goes into the numbers ("3.2万") or into the title ("万人"), large numbers without
    one are grouped or get one where they stay exact, units go into title or numbers.

    Raises:
        BadAnswer: the magnitude is not of the language, or values are too small to be printed.
    """
    unit, mark = measure.unit.strip(), measure.magnitude
    dress, shorten = rng.random() < 0.5, rng.random() < 0.5
    if mark and mark not in _MAGNITUDES[language]:
        allowed = ", ".join(_MAGNITUDES[language])
        raise BadAnswer("bad-brief", f'magnitude must be "" or one of {allowed}, not {mark!r}')
    decimals = _decimals(values)
    if any(abs(round(value, decimals) - value) > _MOST_ROUNDING * abs(value) for value in values):
        raise BadAnswer(
            "bad-values", f"{_MOST_DECIMALS} digits after the point do not do: use a smaller unit"
        )
    form: dict[str, Any] = {"decimals": decimals}
    factor = 1
    if unit in PERCENT and not mark:
        return MadeAxis(_percent_axis(measure, form, dress), 1)
    if mark and dress:
        form["scale"], factor = mark, SCALES[mark]
    elif mark:
        words = _IN_WORDS.get(mark)
        unit = f"{words} {unit}".strip() if words else f"{mark}{unit}"
    elif (found := _exact_mark(values, language)) and shorten:
        form |= {"scale": found[0], "decimals": found[1]}
    elif max(map(abs, values), default=0) >= _GROUPED_FROM and (language == "en" or dress):
        form["grouping"] = True
    dressed = dress and (not mark or "scale" in form)
    if dressed and unit in _CURRENCIES:
        form["prefix"], unit = unit, ""
    elif dressed and language == "zh" and 0 < len(unit) <= _SHORT_UNIT:
        form["suffix"], unit = unit, ""
    return MadeAxis({"title": with_unit(measure.name, unit, language), "format": form}, factor)


def wants_log(values: Sequence[float]) -> bool:
    """Say whether positive values differ so much that a linear axis would hide the small ones."""
    return min(values) > 0 and max(values) >= _LOG_RATIO * min(values)


def check_spread(values: Sequence[float]) -> None:
    """Refuse values that are all alike.

    Raises:
        BadAnswer: they are.
    """
    if len(values) > 1 and len(set(values)) == 1:
        raise BadAnswer("bad-values", f"all values are {values[0]:g}: a chart shows differences")


def check_positive(values: Sequence[float], *, zero: bool = False) -> None:
    """Refuse negative values, and zeros unless they are allowed.

    Raises:
        BadAnswer: there are some.
    """
    if any(value < 0 or (value == 0 and not zero) for value in values):
        raise BadAnswer("bad-values", "in this kind of chart all values must be above zero")


def shares_of_hundred(values: Sequence[float]) -> list[float]:
    """Return percentages that sum up to exactly 100 as printed with one decimal.

    Raises:
        BadAnswer: their sum is too far from it to be a matter of rounding.
    """
    total = sum(values)
    if not 95 <= total <= 105:
        raise BadAnswer("bad-values", f"the shares add up to {total:g} %, not to 100 %")
    tenths = [value / total * 1000 for value in values]
    whole = [int(tenth) for tenth in tenths]
    rest = sorted(range(len(values)), key=lambda at: whole[at] - tenths[at])
    for at in rest[: 1000 - sum(whole)]:
        whole[at] += 1
    return [tenth / 10 for tenth in whole]


def _percent_axis(measure: Measure, form: dict[str, Any], dress: bool) -> dict[str, Any]:
    if dress:
        return {"title": measure.name, "format": {**form, "suffix": "%"}}
    bracketed = f"{measure.name}（%）" if not measure.name.isascii() else f"{measure.name} (%)"
    return {"title": bracketed, "format": form}


def _decimals(values: Sequence[float]) -> int:
    """Return the fewest decimals that print all values as given, at most three."""
    return min(max((_digits(value) for value in values), default=0), _MOST_DECIMALS)


def _digits(value: float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _exact_mark(values: Sequence[float], language: str) -> tuple[str, int] | None:
    """Return the largest magnitude, and decimals, that print all values in full."""
    marks = ("亿", "万") if language == "zh" else ("B", "M", "K")
    top = max(map(abs, values), default=0)
    for mark in marks:
        if top >= 3 * SCALES[mark]:
            scaled = [float(Decimal(repr(value)) / SCALES[mark]) for value in values]
            decimals = max(map(_digits, scaled))
            if decimals <= 2:
                return mark, decimals
    return None
