"""Values are read back as the picture shows them: printed, or off the axis and rounded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.charts.drawing import Drawing
from pipelines.charts.proof.verdict import Disproved
from pipelines.charts.spec.model import Spec
from pipelines.charts.truth.reading import Truth, read_truth
from tests.pipelines.charts.truth.drawer import BOTTOM, TOP, lay_out

TICKS = [0.0, 200.0, 400.0, 600.0]


def _spec(values: list[float | None], **changes: Any) -> Spec:
    names = [f"Item {at}" for at in range(len(values))]
    fields: dict[str, Any] = {
        "kind": "bar",
        "language": "en",
        "title": "Yield of trials",
        "category_title": "Trial",
        "value": {"title": "Yield (kg)", "format": {"decimals": 1}},
        "data": {"shape": "table", "categories": names, "series": [{"values": values}]},
    }
    return Spec.checked(**(fields | changes))


def _read(spec: Spec, drawing: Drawing) -> Truth:
    truth = read_truth(spec, drawing)
    assert isinstance(truth, Truth), truth
    return truth


def _reason(spec: Spec, drawing: Drawing) -> str:
    truth = read_truth(spec, drawing)
    assert isinstance(truth, Disproved)
    return truth.reason


@given(st.lists(st.floats(0, 600), min_size=3, max_size=8))
@settings(deadline=None, max_examples=60)
def test_read_values_are_rounded_to_what_the_axis_shows(values: list[float]) -> None:
    spec = _spec(list(values))
    truth = _read(spec, lay_out(spec, 0, 600, TICKS))
    assert not truth.labelled
    # 400 pixels for 600 units: a pixel and a half is 2.25, the next nice step is 5.
    assert truth.tolerance == {"y": 5.0}
    for entry, value in zip(truth.entries, values, strict=True):
        reading = entry.readings[0]
        assert abs(reading.number - value) <= 2.5 + 1e-6 + 0.05
        assert reading.number % 5 == pytest.approx(0, abs=1e-9)
        assert spec.value.format.parse(reading.text) == reading.number


@given(st.lists(st.floats(-500, 500), min_size=3, max_size=6))
@settings(deadline=None, max_examples=40)
def test_printed_values_are_exact(values: list[float]) -> None:
    spec = _spec(list(values), labels="value")
    truth = _read(spec, lay_out(spec, -600, 600, [-600.0, 0.0, 600.0]))
    assert truth.labelled
    assert truth.tolerance == {}
    for entry, place in zip(truth.entries, truth.findings.places.values(), strict=True):
        reading = entry.readings[0]
        assert (reading.number, reading.step, reading.exact) == (place.numbers[0], 0.0, True)
        assert reading.text == spec.value.format.text(place.numbers[0])


@given(st.lists(st.floats(1, 9_999), min_size=3, max_size=6))
@settings(deadline=None, max_examples=40)
def test_logarithmic_axes_show_digits(values: list[float]) -> None:
    value = {"title": "Yield (kg)", "scale": "log", "format": {"decimals": 0}}
    spec = _spec([max(1.0, round(one)) for one in values], value=value)
    truth = _read(spec, lay_out(spec, 1, 10_000, [1.0, 10.0, 100.0, 1000.0, 10_000.0]))
    for entry, place in zip(truth.entries, truth.findings.places.values(), strict=True):
        reading = entry.readings[0]
        # Four decades on 400 pixels: 1.5 pixels are 3.5 percent, at most 10 as a nice step.
        assert abs(reading.number - place.numbers[0]) <= max(0.06 * place.numbers[0], 0.5)


def test_tolerances_of_logarithmic_axes_are_relative() -> None:
    value = {"title": "Yield (kg)", "scale": "log", "format": {"decimals": 0}}
    spec = _spec([20.0, 300.0, 8000.0], value=value)
    truth = _read(spec, lay_out(spec, 1, 10_000, [1.0, 10.0, 100.0, 1000.0, 10_000.0]))
    readings = [entry.readings[0] for entry in truth.entries]
    assert truth.tolerance == {}
    assert truth.tolerance_share == {"y": round(max(one.step / one.number for one in readings), 5)}
    assert 0.03 < truth.tolerance_share["y"] <= 0.1
    made = truth.targets(("json",))["json"]
    assert "tolerance" not in made["axes"]["y"]
    assert made["axes"]["y"]["tolerance_share"] == truth.tolerance_share["y"]
    steps = [one["step"] for one in made["series"][0]["values"]]
    assert steps == [one.step for one in readings] == sorted(set(steps))


def test_steps_are_not_finer_than_the_format() -> None:
    spec = _spec([1.0, 3.0, 4.0], value={"title": "Count", "format": {"decimals": 0}})
    truth = _read(spec, lay_out(spec, 0, 5, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]))
    assert truth.tolerance == {"y": 1.0}
    assert all(entry.readings[0].exact for entry in truth.entries)
    assert [entry.readings[0].text for entry in truth.entries] == ["1", "3", "4"]


def test_read_values_print_in_the_unit_of_the_axis() -> None:
    form = {"decimals": 2, "scale": "万"}
    spec = _spec([32_000.0, 51_700.0], value={"title": "产量", "format": form}, language="zh")
    truth = _read(spec, lay_out(spec, 0, 60_000, [0.0, 20_000.0, 40_000.0, 60_000.0]))
    assert truth.tolerance == {"y": 500.0}
    assert [entry.readings[0].text for entry in truth.entries] == ["3.20万", "5.15万"] or [
        entry.readings[0].text for entry in truth.entries
    ] == ["3.20万", "5.20万"]


def test_a_wrapped_name_is_one_line_again() -> None:
    spec = _spec([1.0, 2.0, 3.0])
    drawing = lay_out(spec, 0, 5, [0.0, 5.0])
    drawing.texts = [
        replace(one, string=one.string.replace(" ", "\n")) if one.role == "x_tick" else one
        for one in drawing.texts
    ]
    assert [entry.names for entry in _read(spec, drawing).entries][1] == ("Item 1",)


def test_names_come_from_the_picture() -> None:
    spec = _spec([1.0, 2.0, 3.0])
    drawing = lay_out(spec, 0, 5, [0.0, 5.0])
    drawing.texts = [
        replace(one, string="Other") if one.string in ("Item 1", "Yield of trials") else one
        for one in drawing.texts
    ]
    truth = _read(spec, drawing)
    assert truth.title == "Other"
    assert truth.entries[1].names == ("Other",)


def test_an_axis_with_one_tick_cannot_be_read() -> None:
    spec = _spec([1.0, 2.0, 3.0])
    assert _reason(spec, lay_out(spec, 0, 5, [0.0])) == "unreadable"


@pytest.mark.parametrize("string", ["5 kg", "4", "", "five", "5,0", "²"])
def test_a_tick_must_say_where_it_stands(string: str) -> None:
    spec = _spec([1.0, 2.0, 3.0])
    drawing = lay_out(spec, 0, 5, [0.0, 2.0, 5.0])
    drawing.texts = [
        replace(one, string=string) if one.value == 5 else one for one in drawing.texts
    ]
    assert _reason(spec, drawing) == "tick-mismatch"


def test_a_tick_must_stand_where_it_says() -> None:
    spec = _spec([1.0, 2.0, 3.0])
    drawing = lay_out(spec, 0, 5, [0.0, 2.0, 5.0])
    drawing.texts = [
        replace(one, box=(40, 200, 76, 214)) if one.value == 5 else one for one in drawing.texts
    ]
    assert _reason(spec, drawing) == "tick-mismatch"


def test_an_axis_without_length_is_refused() -> None:
    spec = _spec([1.0, 2.0, 3.0])
    drawing = lay_out(spec, 0, 5, [0.0, 5.0])
    drawing.axes[0] = replace(drawing.axes[0], pixels=(TOP, TOP))
    assert _reason(spec, drawing) == "tick-mismatch"
    drawing.axes[0] = replace(drawing.axes[0], pixels=(BOTTOM, TOP), values=(5.0, 5.0))
    assert _reason(spec, drawing) == "tick-mismatch"


def test_an_empty_drawing_is_refused() -> None:
    spec = _spec([1.0, 2.0, 3.0])
    assert _reason(spec, Drawing(lay_out(spec, 0, 5, []).pixels)) == "category-missing"


def test_dates_that_are_not_named_are_left_out() -> None:
    dates = ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"]
    names = ["Jan", "Feb", "Mar", "Apr"]
    table = {"shape": "table", "categories": names, "dates": dates}
    spec = _spec([], data={**table, "series": [{"values": [1, 2, 3, 4]}]}, kind="line")
    drawing = lay_out(spec, 0, 5, [0.0, 5.0])
    drawing.texts = [one for one in drawing.texts if one.string not in ("Feb", "Apr")]
    assert [entry.names for entry in _read(spec, drawing).entries] == [("Jan",), ("Mar",)]


def test_missing_values_are_left_out() -> None:
    spec = _spec([1.0, None, 3.0])
    truth = _read(spec, lay_out(spec, 0, 5, [0.0, 5.0]))
    assert [entry.key[2] for entry in truth.entries] == [0, 2]
    assert truth.targets(("dict",))["dict"]["values"]["Item 1"] == "None"


def _several(first: list[float | None], second: list[float | None], **changes: Any) -> Truth:
    table = {"shape": "table", "categories": ["a", "b", "c"]}
    series = [{"name": "P", "values": first}, {"name": "Q", "values": second}]
    spec = _spec([], kind="bar_grouped", data={**table, "series": series}, **changes)
    return _read(spec, lay_out(spec, 0, 5, [0.0, 5.0]))


def test_missing_values_are_the_same_in_every_series() -> None:
    made = _several([1.0, None, 3.0], [None, 4.0, 5.0], labels="value").targets(
        ("dict", "csv", "json")
    )
    assert made["dict"]["values"] == {
        "P": {"a": "1.0", "b": "None", "c": "3.0"},
        "Q": {"a": "None", "b": "4.0", "c": "5.0"},
    }
    assert made["csv"].split("\r\n")[1:4] == ["a,1.0,", "b,,4.0", "c,3.0,5.0"]
    records = made["json"]["series"][0]["values"]
    assert [one["category"] for one in records] == ["a", "b", "c"]
    assert records[1] == {"category": "b", "value": None, "text": None, "exact": None, "step": None}


def test_a_single_series_has_its_name_where_the_legend_shows_it() -> None:
    table = {"shape": "table", "categories": ["a", "b", "c"]}
    spec = _spec([], data={**table, "series": [{"name": "P", "values": [1, 2, 3]}]}, labels="value")
    drawing = lay_out(spec, 0, 5, [0.0, 5.0])
    made = _read(spec, drawing).targets(("dict", "csv"))
    assert made["dict"]["values"] == {"P": {"a": "1.0", "b": "2.0", "c": "3.0"}}
    assert made["csv"].startswith("Trial,P\r\n")
    drawing.texts = [one for one in drawing.texts if one.role != "legend"]
    made = _read(spec, drawing).targets(("dict",))
    assert made["dict"]["values"] == {"a": "1.0", "b": "2.0", "c": "3.0"}


def _stacked(
    first: list[float], second: list[float], top: float = 500, **changes: Any
) -> tuple[Spec, Drawing]:
    def made(upper: list[float]) -> Spec:
        series = [{"name": "P", "values": first}, {"name": "Q", "values": upper}]
        table = {"shape": "table", "categories": ["a", "b", "c"]}
        return _spec([], kind="area_stacked", data={**table, "series": series}, **changes)

    tops = [one + other for one, other in zip(first, second, strict=True)]
    return made(second), lay_out(made(tops), 0, top, [0.0, top / 2, top])


def test_all_values_of_an_axis_have_one_step() -> None:
    # 1.5 px are 1.9, rounded up to 2; of lengths 2 px are 2.5, rounded up to 5.
    truth = _read(*_stacked([101.0, 132.0, 203.0], [52.0, 97.0, 148.0]))
    assert {entry.readings[0].step for entry in truth.entries} == {5.0}


@pytest.mark.parametrize(("least", "readable"), [(24.0, False), (26.0, True), (0.0, True)])
def test_lengths_must_be_five_steps_large(least: float, readable: bool) -> None:
    spec, drawing = _stacked([100.0, 200.0, 200.0], [least, 150.0, 120.0])
    if readable:
        _read(spec, drawing)
    else:
        assert _reason(spec, drawing) == "unreadable"


def test_small_lengths_are_read_where_the_step_is_the_grid_of_the_axis() -> None:
    value = {"title": "Count", "format": {"decimals": 0}}
    spec, drawing = _stacked([1.0, 2.0, 1.0], [2.0, 1.0, 1.0], top=5, value=value)
    assert all(entry.readings[0].exact for entry in _read(spec, drawing).entries)
