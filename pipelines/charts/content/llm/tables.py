"""From filled-in tables to the fields of specifications: bars, lines, pies and their like."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.charts.content.dates import print_date, read_date
from pipelines.charts.content.llm.briefs import (
    Brief,
    DialBrief,
    PairBrief,
    Row,
    StepsBrief,
    TableBrief,
)
from pipelines.charts.content.llm.measures import (
    PERCENT,
    MadeAxis,
    check_positive,
    check_spread,
    make_axis,
    shares_of_hundred,
    wants_log,
)
from pipelines.charts.content.llm.reasons import BadAnswer
from pipelines.charts.spec.kinds import Kind

if TYPE_CHECKING:
    import numpy as np

Fields = dict[str, Any]
_LEAST_SHARE = 2
_LEAST_SLICE = 0.02
_LEAST_STAGE = 0.04
_ON_TIME_AXIS = 0.5
_BARS_IN_PANELS = 0.6


def build_table(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields that a table of a kind fills.

    Raises:
        BadAnswer: its values make no chart of that kind.
    """
    assert isinstance(brief, TableBrief)
    columns = _columns(brief.rows, gaps=_may_have_gaps(about))
    _check_columns(about, columns)
    made = make_axis(brief.value, _given(columns), language, rng)
    given = _given(columns)
    if about.axes and about.family in ("bar", "line") and _may_be_log(about) and wants_log(given):
        made.axis["scale"] = "log"
    names = brief.series or ("",)
    series = [
        {"name": name, "values": _scaled(column, made)}
        for name, column in zip(names, columns, strict=True)
    ]
    if about.name == "composite":
        for at, one in enumerate(series):
            one["mark"] = "line" if at == len(series) - 1 else "bar"
    table = _categories(about, brief.rows, language, rng) | {"series": series}
    return {
        "category_title": brief.category_title if about.axes else "",
        "value": made.axis,
        "data": {"shape": "table", **table},
    }


def build_shares(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of bars of 100 %: each row's shares add up to it exactly."""
    assert isinstance(brief, TableBrief)
    columns = _columns(brief.rows, gaps=False)
    if min(_given(columns)) < _LEAST_SHARE:
        raise BadAnswer("bad-values", f"no share may be less than {_LEAST_SHARE} %")
    rows = [shares_of_hundred(row) for row in zip(*columns, strict=True)]
    series = [
        {"name": name, "values": list(column)}
        for name, column in zip(brief.series or ("",), zip(*rows, strict=True), strict=True)
    ]
    table = _categories(about, brief.rows, language, rng) | {"series": series}
    return {
        "category_title": brief.category_title,
        "value": {"title": brief.value.name, "format": {"decimals": 1, "suffix": "%"}},
        "data": {"shape": "table", **table},
    }


def build_parts(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of pies and their like; percentages of pies add up to 100."""
    assert isinstance(brief, TableBrief)
    (column,) = _columns(brief.rows, gaps=False)
    values = _given([column])
    check_positive(values)
    check_spread(values)
    whole = sum(values) if about.name != "funnel" else max(values)
    least = _LEAST_SLICE if about.name != "funnel" else _LEAST_STAGE
    if min(values) < least * whole:
        raise BadAnswer("bad-values", f"no part may be less than {least:.0%} of the whole")
    if about.name == "funnel" and values != sorted(values, reverse=True):
        raise BadAnswer("bad-values", "the stages of a funnel must fall from first to last")
    if about.name in ("pie", "donut") and brief.value.unit in PERCENT:
        values = shares_of_hundred(values)
    made = make_axis(brief.value, values, language, rng)
    scaled = [made.scaled(value) for value in values]
    table = {"categories": [row.name for row in brief.rows], "series": [{"values": scaled}]}
    return {"value": made.axis, "data": {"shape": "table", **table}}


def build_steps(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of a waterfall; what the changes lead to is computed, never asked for."""
    assert isinstance(brief, StepsBrief)
    steps = [brief.start.values[0], *(row.values[0] for row in brief.changes)]
    level = 0.0
    for step in steps:
        level += step
        if level <= 0:
            raise BadAnswer("bad-values", "the level must stay above zero at every step")
    if 0 in steps:
        raise BadAnswer("bad-values", "a change of zero cannot be seen")
    made = make_axis(brief.value, steps, language, rng)
    values = [made.scaled(step) for step in steps]
    names = [brief.start.name, *(row.name for row in brief.changes), brief.end]
    table = {
        "categories": names,
        "series": [{"values": [*values, sum(values)]}],
        "totals": [True, *[False] * len(brief.changes), True],
    }
    return {"value": made.axis, "data": {"shape": "table", **table}}


def build_pair(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of a chart with two value axes."""
    assert isinstance(brief, PairBrief)
    first, second = _columns(brief.rows, gaps=False)
    for column in (first, second):
        check_spread(_given([column]))
    left = make_axis(brief.first, _given([first]), language, rng)
    right = make_axis(brief.second, _given([second]), language, rng)
    mark = "bar" if rng.random() < 0.7 else "line"
    series = [
        {"name": brief.first.name, "values": _scaled(first, left), "mark": mark},
        {"name": brief.second.name, "values": _scaled(second, right), "mark": "line",
         "second": True},
    ]  # fmt: skip
    table = _categories(about, brief.rows, language, rng) | {"series": series}
    return {
        "category_title": brief.category_title,
        "value": left.axis,
        "second": right.axis,
        "data": {"shape": "table", **table},
    }


def build_dial(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of a gauge, which shows a percentage."""
    assert isinstance(brief, DialBrief)
    if not 0 <= brief.value <= 100:
        raise BadAnswer("bad-values", "the value of a gauge lies between 0 and 100 percent")
    form = {"decimals": 0 if brief.value == int(brief.value) else 1, "suffix": "%"}
    table = {"categories": [brief.name], "series": [{"values": [brief.value]}]}
    return {"value": {"format": form}, "data": {"shape": "table", **table}}


def build_panels(about: Kind, brief: Brief, language: str, rng: np.random.Generator) -> Fields:
    """Return the fields of small multiples: each series is a panel."""
    assert isinstance(brief, TableBrief)
    columns = _columns(brief.rows, gaps=False)
    check_spread(_given(columns))
    check_positive(_given(columns), zero=True)
    made = make_axis(brief.value, _given(columns), language, rng)
    names = [row.name for row in brief.rows]
    panels = [
        {
            "title": title,
            "table": {"shape": "table", "categories": names,
                      "series": [{"values": _scaled(column, made)}]},
        }
        for title, column in zip(brief.series, columns, strict=True)
    ]  # fmt: skip
    mark = "bar" if rng.random() < _BARS_IN_PANELS else "line"
    return {
        "category_title": brief.category_title,
        "value": made.axis,
        "data": {"shape": "panels", "mark": mark, "panels": panels},
    }


def _columns(rows: Sequence[Row], *, gaps: bool) -> list[tuple[float | None, ...]]:
    if not gaps and any(None in row.values for row in rows):
        raise BadAnswer("bad-values", "in this kind of chart no value may be missing")
    return list(zip(*(row.values for row in rows), strict=True))


def _given(columns: Sequence[Sequence[float | None]]) -> list[float]:
    given = [value for column in columns for value in column if value is not None]
    if not given:
        raise BadAnswer("bad-values", "there is no value at all")
    return given


def _scaled(column: Sequence[float | None], made: MadeAxis) -> list[float | None]:
    return [None if value is None else made.scaled(value) for value in column]


def _may_have_gaps(about: Kind) -> bool:
    return about.family in ("bar", "line") and not about.stacked and about.name != "area"


def _may_be_log(about: Kind) -> bool:
    return not about.stacked and about.name != "area"


def _check_columns(about: Kind, columns: Sequence[Sequence[float | None]]) -> None:
    given = _given(columns)
    check_spread(given)
    if about.stacked or about.name in ("area", "radar"):
        check_positive(given, zero=True)


def _categories(
    about: Kind, rows: Sequence[Row], language: str, rng: np.random.Generator
) -> dict[str, Any]:
    """Return names as given; dates as the language prints them, on a time axis half of the time."""
    names = [row.name for row in rows]
    style, timed = int(rng.integers(3)), rng.random() < _ON_TIME_AXIS
    read = [read_date(name) for name in names]
    found = [one for one in read if one is not None]
    steps = {step for _, step in found}
    days = [day for day, _ in found]
    if len(found) < len(names) or len(steps) > 1 or not _rise(days):
        return {"categories": names}
    printed = [print_date(day, next(iter(steps)), language, style) for day in days]
    if len(set(printed)) < len(printed):  # days of several years printed without it
        printed = names
    table: dict[str, Any] = {"categories": printed}
    if about.family == "line" and timed:
        table["dates"] = [day.isoformat() for day in days]
    return table


def _rise(days: Sequence[dt.date]) -> bool:
    return all(a < b for a, b in itertools.pairwise(days))


Build = Callable[[Kind, Brief, str, "np.random.Generator"], Fields]
