"""The small JSON forms that a model fills in, one per shape of data: names and numbers, no looks.

Rows keep a name and its numbers together (`["North", 412, 205]`), so that no list can be too short
for another. Keys that a form does not know are left out. Numbers may come as strings with commas
for thousands; nothing else is guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pipelines.charts.content.llm.text_rules import plain_text

_PRINTED = re.compile(r"[-−+]?(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,13})(?:\.\d{1,8})?")
LARGEST, SMALLEST = 1e12, 1e-5


def _read_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}" if isinstance(value, float) else str(value)  # years as names
    if not isinstance(value, str):
        raise ValueError("this must be a string")
    return plain_text(value)


def _read_number(value: Any) -> float:
    if isinstance(value, str) and _PRINTED.fullmatch(value.strip()):
        value = float(value.strip().replace(",", "").replace("−", "-"))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("this must be a number")
    number = float(value)
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise ValueError(f"numbers lie between -{LARGEST:g} and {LARGEST:g}; use magnitude")
    if 0 < abs(number) < SMALLEST:
        raise ValueError(f"{number:g} is too small to be printed; use another unit")
    return number


def _read_row(value: Any) -> Any:
    if isinstance(value, list) and value:
        return {"name": value[0], "values": value[1:]}
    return value


def _read_link(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 3:
        return dict(zip(("source", "target", "value"), value, strict=True))
    return value


def _empty_for_none(value: Any) -> Any:
    return "" if value is None else value


Long = Annotated[str, BeforeValidator(_read_text), Field(max_length=120)]
Title = Annotated[str, BeforeValidator(_read_text), Field(min_length=2, max_length=100)]
Label = Annotated[str, BeforeValidator(_read_text), Field(min_length=1, max_length=40)]
Unit = Annotated[str, BeforeValidator(_read_text), Field(max_length=16)]
Number = Annotated[float, BeforeValidator(_read_number)]
Magnitude = Annotated[
    Literal["", "K", "M", "B", "千", "万", "亿"], BeforeValidator(_empty_for_none)
]


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Measure(_Form):
    """What numbers measure: they are given in `magnitude` of `unit`."""

    name: Label
    unit: Unit = ""
    magnitude: Magnitude = ""


class _Row(_Form):
    name: Label
    values: tuple[Number | None, ...] = Field(min_length=1, max_length=20)


class _Full(_Form):
    name: Label
    values: tuple[Number, ...] = Field(min_length=1, max_length=20)


class _Grouped(_Form):
    name: Label
    values: tuple[tuple[Number, ...] | Number, ...] = Field(min_length=1, max_length=20)


Row = Annotated[_Row, BeforeValidator(_read_row)]
FullRow = Annotated[_Full, BeforeValidator(_read_row)]
BoxRow = Annotated[_Grouped, BeforeValidator(_read_row)]


class Brief(_Form):
    """What every form has."""

    title: Title
    subtitle: Long = ""
    source: Long = ""
    note: Long = ""

    def texts(self, *, units: bool) -> Iterator[str]:
        """Yield every text in the form, with units or without."""
        yield from _texts(self.model_dump(), ("magnitude",) if units else ("magnitude", "unit"))


class TableBrief(Brief):
    """Rows of a name and a number per series."""

    category_title: Annotated[str, BeforeValidator(_read_text), Field(max_length=40)] = ""
    value: Measure
    series: tuple[Label, ...] = Field(default=(), max_length=12)
    rows: tuple[Row, ...] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _lined_up(self) -> TableBrief:
        _same_width(self.rows, max(1, len(self.series)))
        return self


class PairBrief(Brief):
    """Rows of a name and two numbers that measure different things."""

    category_title: Annotated[str, BeforeValidator(_read_text), Field(max_length=40)] = ""
    first: Measure
    second: Measure
    rows: tuple[Row, ...] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _lined_up(self) -> PairBrief:
        _same_width(self.rows, 2)
        return self


class StepsBrief(Brief):
    """A level, its changes, and the name of what they lead to."""

    value: Measure
    start: FullRow
    changes: tuple[FullRow, ...] = Field(min_length=1, max_length=20)
    end: Label

    @model_validator(mode="after")
    def _lined_up(self) -> StepsBrief:
        _same_width((self.start, *self.changes), 1)
        return self


class DialBrief(Brief):
    """One percentage."""

    name: Label
    value: Number


class BinsBrief(Brief):
    """Counts in bins of equal width."""

    x: Measure
    count_title: Label
    first_edge: Number
    bin_width: Number
    counts: tuple[Number, ...] = Field(min_length=1, max_length=60)


class BoxesBrief(Brief):
    """Rows of a name and the five numbers of a box, per series."""

    category_title: Annotated[str, BeforeValidator(_read_text), Field(max_length=40)] = ""
    value: Measure
    series: tuple[Label, ...] = Field(default=(), max_length=4)
    rows: tuple[BoxRow, ...] = Field(min_length=1, max_length=30)


class PricesBrief(Brief):
    """Rows of a date and its opening, highest, lowest and closing price."""

    value: Measure
    rows: tuple[FullRow, ...] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _lined_up(self) -> PricesBrief:
        _same_width(self.rows, 4)
        return self


class _PointSeries(_Form):
    name: Annotated[str, BeforeValidator(_read_text), Field(max_length=40)] = ""
    points: tuple[tuple[Number, ...], ...] = Field(min_length=1, max_length=100)


class PointsBrief(Brief):
    """Points (x, y), or (x, y, size)."""

    x: Measure
    y: Measure
    size: Measure | None = None
    series: tuple[_PointSeries, ...] = Field(min_length=1, max_length=12)


class _Group(_Form):
    name: Label
    parts: tuple[FullRow, ...] = Field(min_length=1, max_length=20)


class TreeBrief(Brief):
    """Groups and their parts."""

    value: Measure
    groups: tuple[_Group, ...] = Field(min_length=2, max_length=20)

    @model_validator(mode="after")
    def _lined_up(self) -> TreeBrief:
        for group in self.groups:
            _same_width(group.parts, 1)
        return self


class _Link(_Form):
    source: Label
    target: Label
    value: Number


class FlowBrief(Brief):
    """Links (from, to, amount)."""

    value: Measure
    links: tuple[Annotated[_Link, BeforeValidator(_read_link)], ...] = Field(
        min_length=2, max_length=60
    )


def _same_width(rows: tuple[_Row | _Full, ...], width: int) -> None:
    for row in rows:
        if len(row.values) != width:
            raise ValueError(f"the row {row.name!r} has {len(row.values)} numbers, not {width}")


def _texts(value: Any, skipped: tuple[str, ...]) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, one in value.items():
                if name not in skipped:
                    yield from _texts(one, skipped)
        case list() | tuple():
            for one in value:
                yield from _texts(one, skipped)
