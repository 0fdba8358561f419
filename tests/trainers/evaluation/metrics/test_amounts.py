"""Numbers as they are written, and texts that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainers.evaluation.metrics.amounts import parse_answer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        (" -3.5 ", -3.5),
        ("−2", -2),
        ("+4", 4),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        ("1,234,567.8", 1234567.8),
        ("$1,200", 1200),
        ("-$5", -5),
        ("$-5", -5),
        ("(5)", -5),
        ("5 €", 5),
        ("1.2M", 1.2e6),
        ("3 billion", 3e9),
        ("$4.5bn", 4.5e9),
        ("1.2万", 12000),
        ("3 亿元", 3e8),
        ("12万人", 120000),
        ("12%", 12),
        ("12 percent", 12),
        ("15 years", 15),
        ("5 km²", 5),
    ],
)
def test_numbers(text, value):
    assert parse_answer(text).value == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "-", "$", "abc", "1,23", "1,2345", "2019-2020", "3 of 5", "1.2.3", "nan"),
        *("inf", "e5", "1" * 200, "1e999", "5 a b c", "１２"),
    ],
)
def test_texts(text):
    assert parse_answer(text) is None


def test_units_and_per_cent_are_kept():
    assert parse_answer("12 Years").unit == parse_answer("1 year").unit == "year"
    assert parse_answer("12%").percent
    assert parse_answer("12 per cent").percent
    assert not parse_answer("12").percent


@given(st.floats(-1e12, 1e12).map(lambda value: round(value, 3)))
def test_formatted_numbers_are_read_back(value):
    for text in (f"{value:.3f}", f"{value:,.3f}", f"{value:.3f}%"):
        assert parse_answer(text).value == pytest.approx(value)


@given(st.text(max_size=30))
def test_any_text_ends(text):
    parse_answer(text)
