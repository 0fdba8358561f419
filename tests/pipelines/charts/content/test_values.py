"""Tests of drawn numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dataengine.seeding import unit_rng
from pipelines.charts.content.values import (
    draw_format,
    draw_shares,
    draw_top,
    draw_values,
    round_for_reading,
)
from pipelines.charts.spec.numbers import NumberFormat

INDICES = st.integers(0, 100_000)


@given(INDICES, st.integers(1, 30), st.booleans())
def test_values_are_no_slivers(index: int, count: int, ordered: bool) -> None:
    values = draw_values(count, unit_rng(1, "v", index), ordered=ordered)
    assert len(values) == count
    assert all(0.03 <= value <= 1.05 for value in values)


@given(INDICES, st.integers(2, 9), st.integers(0, 1))
def test_shares_sum_to_a_hundred_as_printed(index: int, count: int, decimals: int) -> None:
    shares = draw_shares(count, unit_rng(1, "v", index), decimals)
    assert round(sum(shares), 6) == 100
    assert min(shares) >= 3


@given(INDICES, st.sampled_from(["en", "zh"]), st.booleans())
def test_formats_print_the_largest_value_with_some_digits(
    index: int, language: str, dressed: bool
) -> None:
    rng = unit_rng(1, "v", index)
    top = draw_top(rng)
    form = NumberFormat.model_validate(draw_format(top, language, rng, dressed=dressed))
    printed = form.text(form.quantise(top))
    assert sum(char.isdigit() for char in printed) <= 12
    assert form.parse(printed)
    if not dressed:
        assert form.suffix == form.prefix == ""


@given(st.lists(st.floats(1, 1e8), min_size=1, max_size=8))
def test_rounded_values_keep_three_digits(values: list[float]) -> None:
    rounded = round_for_reading(values, {})
    top = max(values)
    assert all(abs(a - b) <= max(0.5, top * 0.0051) for a, b in zip(values, rounded, strict=True))
