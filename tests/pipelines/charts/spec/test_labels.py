"""Tests of labels: what is composed can be taken apart, wrapped or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.spec.labels import JOINS, compose, value_part

NAMES = st.text("abc 甲乙", min_size=1, max_size=9).filter(lambda text: text == text.strip())


@given(NAMES, st.integers(0, 9999), st.sampled_from(JOINS))
def test_values_come_out_again(name: str, value: int, join: str) -> None:
    drawn = compose("name_value", name, f"{value}%", "", join)
    assert value_part(drawn, name) == f"{value}%"


@given(NAMES, st.integers(0, 9999), st.integers(1, 8))
def test_wrapping_does_not_hide_the_value(name: str, value: int, at: int) -> None:
    drawn = compose("name_value", name, str(value), "", "\n")
    wrapped = drawn[:at] + "\n" + drawn[at:] if at < len(name) else drawn
    assert value_part(wrapped, name) == str(value)


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        ("none", ""),
        ("value", "12"),
        ("percent", "40%"),
        ("name", "Oats"),
        ("name_value", "Oats: 12"),
        ("name_percent", "Oats: 40%"),
    ],
)
def test_every_form(labels: str, text: str) -> None:
    assert compose(labels, "Oats", "12", "40%") == text


def test_labels_without_a_name_are_their_value() -> None:
    assert value_part("12", "Oats") == "12"
    assert value_part(" 12 ", "") == "12"
