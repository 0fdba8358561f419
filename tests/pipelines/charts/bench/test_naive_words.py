"""Tests of words in plain pyplot charts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.bench.naive_words import item_texts, number_text
from pipelines.charts.spec.numbers import NumberFormat
from tests.pipelines.charts.examples import example


@given(st.integers(-(10**9), 10**9), st.booleans(), st.sampled_from(["", "K", "万"]))
def test_prints_data_values_as_the_specification_does(
    value: int, grouping: bool, scale: str
) -> None:
    form = NumberFormat(decimals=2, grouping=grouping, scale=scale, prefix="¥", suffix=" m")
    exact = form.quantise(float(value))
    assert number_text(form, exact) == form.text(exact)


def test_ticks_have_no_more_decimals_than_they_need() -> None:
    form = NumberFormat(decimals=3, grouping=True, suffix="%")
    assert number_text(form, 1500.0, tick=True) == "1,500%"
    assert number_text(form, 2.5, tick=True) == "2.5%"


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        ("none", ["", ""]),
        ("name", ["a", "b"]),
        ("value", ["1", "3"]),
        ("percent", ["25.0%", "75.0%"]),
        ("name_value", ["a: 1", "b: 3"]),
        ("name_percent", ["a: 25.0%", "b: 75.0%"]),
    ],
)
def test_labels_of_slices(labels: str, wanted: list[str]) -> None:
    spec = example("pie", labels=labels)
    assert item_texts(spec, ("a", "b"), [1.0, 3.0]) == wanted
