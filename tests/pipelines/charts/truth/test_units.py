"""Units are found in the titles of axes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.truth.units import unit_of


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Harvest (t)", "t"), ("产量（吨）", "吨"), ("GWh", "GWh"), ("单位：元", "元"),
        ("thousand hl", "thousand hl"), ("m³/s", "m³/s"), ("€/kg", "€/kg"), ("°C", "°C"),
        ("产量（单位：万吨）", "万吨"), ("Speed", ""), ("Births", ""), ("", ""), ("年份", ""),
        ("Harvest (t) by region", ""), ("kg of fruit", ""), ("€ per kg", "€ per kg"),
    ],
)  # fmt: skip
def test_units(title: str, unit: str) -> None:
    assert unit_of(title) == unit


@given(st.text(max_size=160))
def test_a_unit_is_part_of_its_title(title: str) -> None:
    assert unit_of(title) in title
