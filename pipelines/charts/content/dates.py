"""Dates as charts of both languages print them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUARTERS = "一二三四"

STEPS = ("year", "quarter", "month", "day")


def print_date(day: dt.date, step: str, language: str, style: int = 0) -> str:
    """Return a date as an axis prints it.

    Args:
        step: what neighbouring dates are apart: a name in `STEPS`.
        style: 0, 1 or 2: one of the usual forms.
    """
    year, month = day.year, day.month
    quarter = (month + 2) // 3
    if language == "zh":
        forms = {
            "year": (f"{year}年", f"{year}", f"{year}年"),
            "quarter": (
                f"{year}年{_QUARTERS[quarter - 1]}季度",
                f"{year}Q{quarter}",
                f"{year}年Q{quarter}",
            ),
            "month": (f"{year}年{month}月", f"{year}-{month:02}", f"{year}/{month}"),
            "day": (
                f"{month}月{day.day}日",
                f"{year}-{month:02}-{day.day:02}",
                f"{month}/{day.day}",
            ),
        }
    else:
        forms = {
            "year": (f"{year}", f"{year}", f"{year}"),
            "quarter": (f"Q{quarter} {year}", f"{year} Q{quarter}", f"{year}-Q{quarter}"),
            "month": (f"{_MONTHS[month - 1]} {year}", f"{year}-{month:02}", f"{month}/{year}"),
            "day": (
                f"{_MONTHS[month - 1]} {day.day}",
                f"{year}-{month:02}-{day.day:02}",
                f"{day.day} {_MONTHS[month - 1]}",
            ),
        }
    return forms[step][style]


def draw_dates(count: int, rng: np.random.Generator) -> tuple[list[dt.date], str]:
    """Return rising dates at an even step, and the step's name."""
    step = STEPS[int(rng.integers(len(STEPS)))]
    year = int(rng.integers(1985, 2024))
    if step == "year":
        year = min(year, 2024 - count)
        return [dt.date(year + at, 1, 1) for at in range(count)], step
    if step == "day":
        start = dt.date(year, 1, 1) + dt.timedelta(days=int(rng.integers(330)))
        if start.year != (start + dt.timedelta(days=count)).year:
            start = dt.date(year, 3, 1)
        return [start + dt.timedelta(days=at) for at in range(count)], step
    months = 3 if step == "quarter" else 1
    first = int(rng.integers(12 // months)) * months
    dates = [
        dt.date(year + (first + at * months) // 12, (first + at * months) % 12 + 1, 1)
        for at in range(count)
    ]
    return dates, step


def read_date(text: str) -> tuple[dt.date, str] | None:
    """Read a date as tables write it; returns it with the step that its precision suggests."""
    for form, step in (
        ("%Y-%m-%d", "day"),
        ("%Y/%m/%d", "day"),
        ("%Y年%m月%d日", "day"),
        ("%Y-%m", "month"),
        ("%Y年%m月", "month"),
        ("%Y/%m", "month"),
        ("%Y年", "year"),
        ("%Y", "year"),
    ):
        try:
            day = dt.datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
        if step != "year" or 1000 <= day.year <= 2200:
            return day, step
    return None
