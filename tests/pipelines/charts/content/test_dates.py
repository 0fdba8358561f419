"""Tests of printed dates."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.seeding import unit_rng
from pipelines.charts.content.dates import STEPS, draw_dates, print_date, read_date


@given(st.integers(0, 10_000), st.integers(2, 24))
def test_drawn_dates_rise_and_print_differently(index: int, count: int) -> None:
    days, step = draw_dates(count, unit_rng(1, "d", index))
    assert len(days) == count
    assert all(a < b for a, b in pairwise(days))
    for language in ("en", "zh"):
        for style in range(3):
            names = [print_date(day, step, language, style) for day in days]
            assert len(set(names)) == count


@pytest.mark.parametrize(
    ("text", "day", "step"),
    [
        ("2019", dt.date(2019, 1, 1), "year"),
        ("2019年3月", dt.date(2019, 3, 1), "month"),
        ("2019-03-14", dt.date(2019, 3, 14), "day"),
        ("2019年", dt.date(2019, 1, 1), "year"),
    ],
)
def test_dates_of_tables(text: str, day: dt.date, step: str) -> None:
    assert read_date(text) == (day, step)


@pytest.mark.parametrize("text", ["", "North", "12", "2019-13", "3000", "2019-02-30"])
def test_other_texts_are_no_dates(text: str) -> None:
    assert read_date(text) is None


def test_steps_have_a_form_in_both_languages() -> None:
    for step in STEPS:
        assert print_date(dt.date(2024, 3, 5), step, "zh") != ""
    assert print_date(dt.date(2024, 3, 5), "month", "zh") == "2024年3月"
    assert print_date(dt.date(2024, 3, 5), "month", "en") == "Mar 2024"
