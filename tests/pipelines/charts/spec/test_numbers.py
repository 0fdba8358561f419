"""Tests of number formats: what is printed reads back, in Python and in JavaScript alike."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.charts.spec.numbers import SCALES, NumberFormat, nice_step

FORMATS = st.builds(
    NumberFormat,
    decimals=st.integers(0, 3),
    grouping=st.booleans(),
    scale=st.sampled_from(list(SCALES)),
    prefix=st.sampled_from(["", "¥", "$", "约"]),
    suffix=st.sampled_from(["", "%", " km", "元", "'s"]),
)
VALUES = st.floats(-1e12, 1e12)


@given(FORMATS, VALUES)
def test_printed_values_read_back(form: NumberFormat, value: float) -> None:
    value = form.quantise(value)
    read = form.parse(form.text(value))
    assert read is not None
    assert math.isclose(read, value, rel_tol=1e-12, abs_tol=1e-9)
    assert form.text(read) == form.text(value)


@given(FORMATS, VALUES)
def test_quantising_twice_changes_nothing(form: NumberFormat, value: float) -> None:
    once = form.quantise(value)
    assert form.quantise(once) == once
    assert abs(once - value) <= float(form.quantum) / 2 * (1 + 1e-9) + abs(value) * 1e-15


@given(FORMATS, st.integers(-2000, 2000), st.sampled_from([1, 2, 5]), st.integers(-2, 6))
def test_ticks_read_back(form: NumberFormat, count: int, factor: int, power: int) -> None:
    value = count * factor * 10.0**power
    read = form.parse(form.tick(value))
    assert read is not None
    assert math.isclose(read, value, rel_tol=1e-9, abs_tol=SCALES[form.scale] * 1e-6)


@settings(max_examples=60)
@given(FORMATS, st.integers(-2000, 2000), st.sampled_from([1, 2, 5]), st.integers(-2, 6))
def test_javascript_prints_the_same_ticks(
    form: NumberFormat, count: int, factor: int, power: int
) -> None:
    value = float(f"{count * factor}e{power}")
    printed = _isolate().eval(f"({form.javascript()})({value!r})")
    assert printed == form.tick(value)


@pytest.mark.parametrize(
    ("form", "value", "printed"),
    [
        ({"decimals": 1, "grouping": True}, 1234.5, "1,234.5"),
        ({"decimals": 1, "suffix": "%"}, 12.9, "12.9%"),
        ({"decimals": 1, "scale": "万"}, 32_000, "3.2万"),
        ({"prefix": "¥", "grouping": True}, 5600, "¥5,600"),
        ({"prefix": "$", "decimals": 2}, -0.5, "-$0.50"),
        ({"scale": "亿", "suffix": "元", "decimals": 2}, 123_000_000, "1.23亿元"),
        ({}, -0.2, "0"),
    ],
)
def test_usual_forms(form: dict[str, object], value: float, printed: str) -> None:
    assert NumberFormat.model_validate(form).text(value) == printed


@pytest.mark.parametrize(
    "text", ["", "abc", "12", "12 %", "１２%", "1,2%", "12%%", "--1%", "0x10%", "1e5%", "nan%", "%"]
)
def test_other_strings_are_not_of_the_format(text: str) -> None:
    assert NumberFormat(suffix="%").parse(text) is None


@given(st.floats(1e-9, 1e12))
def test_nice_steps_are_the_next_of_1_2_5(least: float) -> None:
    step = nice_step(least)
    assert least * (1 - 1e-8) <= step <= 2.5 * least * (1 + 1e-8)
    digit = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(digit - one) for one in (1, 2, 5, 10)) < 1e-6


@pytest.mark.parametrize("least", [0.0, -1.0, math.inf, math.nan])
def test_there_is_no_step_without_a_size(least: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        nice_step(least)


def _isolate() -> object:
    global _made
    if _made is None:
        _made = pytest.importorskip("py_mini_racer").MiniRacer()
    return _made


_made = None
