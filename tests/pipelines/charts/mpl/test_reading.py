"""What is read back from the artists are the values that were to be drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.charts.drawing import AxisDrawn, CannotDraw, Drawing
from pipelines.charts.mpl.renderer import MatplotlibRenderer
from pipelines.charts.spec.model import Boxes, Candles, Points, Spec
from pipelines.charts.spec.numbers import NumberFormat
from tests.pipelines.charts.examples import NUMBERS, WORDS, example, plain_style

RENDERER = MatplotlibRenderer()
STYLE = plain_style(fonts="dejavu_sans")
NAMES = WORDS["en"]["categories"]
amounts = st.lists(st.integers(-9_999, 9_999).map(lambda n: n / 10), min_size=6, max_size=6).filter(
    lambda row: max(map(abs, row)) > 1
)
positive = st.lists(st.integers(1, 99_999).map(float), min_size=6, max_size=6)


def table(kind: str, *rows: Sequence[float | None], **changes: Any) -> Spec:
    words = WORDS["en"]["series"]
    series = [
        {"name": words[at] if len(rows) > 1 else "", "values": row} for at, row in enumerate(rows)
    ]
    data = {"shape": "table", "categories": NAMES, "series": series}
    form = {"decimals": 1, "grouping": True}
    return example(kind, data=data, value={"title": "V", "format": form}, **changes)


def axis_of(drawing: Drawing, which: str) -> AxisDrawn:
    return next(axis for axis in drawing.axes if axis.which == which)


def value_at(axis: AxisDrawn, pixel: float) -> float:
    (low_px, high_px), (low, high) = axis.pixels, axis.values
    share = (pixel - low_px) / (high_px - low_px)
    return low * (high / low) ** share if axis.scale == "log" else low + (high - low) * share


def pixel_at(axis: AxisDrawn, value: float) -> float:
    (low_px, high_px), (low, high) = axis.pixels, axis.values
    return low_px + (high_px - low_px) * (value - low) / (high - low)


@settings(max_examples=15, deadline=None)
@given(amounts, st.sampled_from(["bar", "bar_horizontal"]))
def test_bars_end_at_their_values(row: list[float], kind: str) -> None:
    drawing = RENDERER.draw(table(kind, row), STYLE)
    axis = axis_of(drawing, "x" if kind.endswith("horizontal") else "y")
    assert len(drawing.marks) == len(row)
    for mark in drawing.marks:
        base, tip = mark.measures
        assert abs(base - pixel_at(axis, 0.0)) < 1e-6
        assert abs(tip - pixel_at(axis, row[mark.item])) < 1e-6


@settings(max_examples=10, deadline=None)
@given(amounts, amounts)
def test_vertices_lie_at_their_values(first: list[float], second: list[float]) -> None:
    drawing = RENDERER.draw(table("line_multi", first, second), STYLE)
    axis, names = axis_of(drawing, "y"), axis_of(drawing, "x")
    for mark in drawing.marks:
        x, y = mark.measures
        assert abs(y - pixel_at(axis, (first, second)[mark.series][mark.item])) < 1e-6
        assert abs(x - pixel_at(names, mark.item)) < 1e-6


@settings(max_examples=10, deadline=None)
@given(positive, positive, st.sampled_from(["bar_stacked", "bar_stacked_horizontal"]))
def test_stacked_bars_are_as_long_as_their_values(
    first: list[float], second: list[float], kind: str
) -> None:
    drawing = RENDERER.draw(table(kind, first, second), STYLE)
    axis = axis_of(drawing, "x" if kind.endswith("horizontal") else "y")
    for mark in drawing.marks:
        base, tip = (value_at(axis, pixel) for pixel in mark.measures)
        below = first[mark.item] if mark.series else 0.0
        total = sum(first) + sum(second)
        assert math.isclose(base, below, abs_tol=1e-9 * total)
        assert math.isclose(
            tip - base, (first, second)[mark.series][mark.item], abs_tol=1e-9 * total
        )


@settings(max_examples=8, deadline=None)
@given(positive, positive)
def test_stacked_areas_tell_their_base(first: list[float], second: list[float]) -> None:
    drawing = RENDERER.draw(table("area_stacked", first, second), STYLE)
    axis = axis_of(drawing, "y")
    for mark in drawing.marks:
        _, tip, base = mark.measures
        height = value_at(axis, tip) - value_at(axis, base)
        wanted = (first, second)[mark.series][mark.item]
        assert math.isclose(height, wanted, abs_tol=1e-9 * sum(first + second))


@settings(max_examples=8, deadline=None)
@given(positive)
def test_logarithmic_axes(row: list[float]) -> None:
    form = {"decimals": 0}
    spec = table("line", row).model_copy()
    spec = example("line", data=spec.data.model_dump(), value={"scale": "log", "format": form})
    drawing = RENDERER.draw(spec, STYLE)
    axis = axis_of(drawing, "y")
    assert axis.scale == "log"
    for mark in drawing.marks:
        assert math.isclose(value_at(axis, mark.measures[1]), row[mark.item], rel_tol=1e-6)
    for tick in drawing.texts:
        if tick.role == "y_tick":
            assert tick.value is not None
            y = (tick.box[1] + tick.box[3]) / 2
            assert math.isclose(value_at(axis, y), tick.value, rel_tol=1e-6)


@pytest.mark.parametrize("kind", ["bar", "bar_horizontal"])
def test_bars_on_logarithmic_axes_start_at_its_end(kind: str) -> None:
    row = [10.0, 300.0, 20000.0, 45.0, 1000.0, 12.0]
    data = table(kind, row).data.model_dump()
    drawing = RENDERER.draw(example(kind, data=data, value={"scale": "log"}), STYLE)
    axis = axis_of(drawing, "x" if kind.endswith("horizontal") else "y")
    for mark in drawing.marks:
        base, tip = mark.measures
        assert math.isclose(base, axis.pixels[0], abs_tol=1e-6)
        assert math.isclose(value_at(axis, tip), row[mark.item], rel_tol=1e-6)
        assert abs(tip - base) > 10


@settings(max_examples=10, deadline=None)
@given(positive, st.floats(0, 359), st.sampled_from(["pie", "donut"]))
def test_angles_are_shares(row: list[float], start: float, kind: str) -> None:
    style = plain_style(fonts="dejavu_sans", start_angle=start, hole=0.4)
    drawing = RENDERER.draw(table(kind, row, labels="none"), style)
    for mark in drawing.marks:
        begin, end, inner, outer = mark.measures
        assert math.isclose((end - begin) / math.tau, row[mark.item] / sum(row), abs_tol=1e-9)
        assert math.isclose(inner / outer, 0.4 if kind == "donut" else 0.0, abs_tol=1e-9)
    first = next(mark for mark in drawing.marks if mark.item == 0)
    assert math.isclose(first.measures[0], math.radians(start), abs_tol=1e-9)


@settings(max_examples=8, deadline=None)
@given(positive)
def test_spokes_and_funnels_and_roses_measure_values(row: list[float]) -> None:
    radar = RENDERER.draw(table("radar", row), STYLE)
    radius = axis_of(radar, "radius")
    for mark in radar.marks:
        assert math.isclose(value_at(radius, mark.measures[0]), row[mark.item], rel_tol=1e-6)
        assert math.isclose(mark.measures[1], radius.pixels[1], rel_tol=1e-9)
    funnel = RENDERER.draw(table("funnel", row[:6], labels="none"), STYLE)
    rose = RENDERER.draw(table("rose", row, labels="none"), STYLE)
    widths = {mark.item: mark.measures[1] - mark.measures[0] for mark in funnel.marks}
    depths = {mark.item: mark.measures[3] - mark.measures[2] for mark in rose.marks}
    for item, value in enumerate(row):
        assert math.isclose(widths[item] / max(widths.values()), value / max(row), rel_tol=1e-6)
        assert math.isclose(depths[item] / max(depths.values()), value / max(row), rel_tol=1e-6)


def test_boxes_candles_and_bubbles() -> None:
    for kind in ("box", "candlestick"):
        spec = example(kind)
        drawing = RENDERER.draw(spec, STYLE)
        axis = axis_of(drawing, "y")
        data = spec.data
        assert isinstance(data, Boxes | Candles)
        rows = data.series[0].boxes if isinstance(data, Boxes) else data.candles
        for mark in drawing.marks:
            for pixel, value in zip(mark.measures, rows[mark.item], strict=True):
                assert math.isclose(value_at(axis, pixel), value, abs_tol=1e-6)
    spec = example("bubble")
    drawing = RENDERER.draw(spec, STYLE)
    assert isinstance(spec.data, Points)
    points = spec.data.series[0].points
    ratios = [mark.measures[2] ** 2 / points[mark.item][2] for mark in drawing.marks]
    assert max(ratios) - min(ratios) < 1e-6 * max(ratios)


def test_a_cell_has_the_colour_of_its_pixels() -> None:
    drawing = RENDERER.draw(example("heatmap", labels="none"), STYLE)
    assert len(drawing.marks) == 12
    for mark in drawing.marks:
        x, y = (mark.box[0] + mark.box[2]) / 2, (mark.box[1] + mark.box[3]) / 2
        pixel = drawing.pixels[int(y), int(x)].tolist()
        assert mark.colour is not None
        assert max(abs(a - b) for a, b in zip(pixel, mark.colour, strict=True)) <= 2


@pytest.mark.parametrize("kind", ["bar", "bar_stacked", "bar_grouped_horizontal", "pie", "funnel"])
def test_marks_have_the_colour_of_their_pixels(kind: str) -> None:
    drawing = RENDERER.draw(example(kind, labels="none"), STYLE)
    for mark in drawing.marks:
        if mark.role == "slice":
            continue
        x, y = (mark.box[0] + mark.box[2]) / 2, (mark.box[1] + mark.box[3]) / 2
        assert drawing.pixels[int(y), int(x)].tolist() == list(mark.colour or ())


@settings(max_examples=10, deadline=None)
@given(amounts, st.sampled_from(["bar", "line", "bar_horizontal", "waterfall"]))
def test_labels_print_the_values(row: list[float], kind: str) -> None:
    spec = table(kind, row, labels="value")
    try:
        drawing = RENDERER.draw(spec, STYLE)
    except CannotDraw:
        assume(False)
    form = spec.value.format
    labels = {text.item: text for text in drawing.texts if text.role == "label"}
    assert {item: text.string for item, text in labels.items()} == {
        item: form.text(value) for item, value in enumerate(row)
    }


@settings(max_examples=15, deadline=None)
@given(amounts)
def test_ticks_stand_where_their_values_are(row: list[float]) -> None:
    drawing = RENDERER.draw(table("bar", row), STYLE)
    axis, form = axis_of(drawing, "y"), NumberFormat(decimals=1, grouping=True)
    ticks = [text for text in drawing.texts if text.role == "y_tick"]
    assert len(ticks) >= 2
    for tick in ticks:
        assert tick.value is not None
        assert math.isclose(form.parse(tick.string) or 0.0, tick.value, abs_tol=1e-6)
        assert abs((tick.box[1] + tick.box[3]) / 2 - pixel_at(axis, tick.value)) < 1


def test_missing_values_have_no_mark() -> None:
    row: list[float | None] = [3.0, None, 5.0, 6.0, None, 2.0]
    for kind in ("line", "area", "bar"):
        drawing = RENDERER.draw(table(kind, row, labels="value"), STYLE)
        assert [mark.item for mark in drawing.marks] == [0, 2, 3, 5]
        assert sum(text.role == "label" for text in drawing.texts) == 4


def test_dates_stand_at_their_days() -> None:
    spec = table("line", list(NUMBERS[0]))
    days = ("2024-01-01", "2024-01-11", "2024-01-16", "2024-02-01", "2024-02-02", "2024-02-03")
    data = spec.data.model_dump() | {"dates": days}
    drawing = RENDERER.draw(example("line", data=data), STYLE)
    axis = axis_of(drawing, "x")
    assert axis.scale == "time"
    xs = [mark.measures[0] for mark in drawing.marks]
    assert [round(value_at(axis, x) - value_at(axis, xs[0]), 6) for x in xs] == [
        0,
        10,
        15,
        31,
        32,
        33,
    ]
    ticks = [text for text in drawing.texts if text.role == "x_tick"]
    assert 1 <= len(ticks) < 6
    for tick in ticks:
        assert tick.string == NAMES[tick.item]


def test_the_first_category_of_horizontal_bars_is_at_the_top() -> None:
    drawing = RENDERER.draw(example("bar_horizontal"), STYLE)
    ticks = {text.item: text.box[1] for text in drawing.texts if text.role == "y_tick"}
    bars = {mark.item: mark.box[1] for mark in drawing.marks}
    assert sorted(ticks, key=lambda item: ticks[item]) == list(range(6))
    assert sorted(bars, key=lambda item: bars[item]) == list(range(6))


def test_panels_have_equal_axes() -> None:
    drawing = RENDERER.draw(example("multiples"), STYLE)
    values = {axis.panel: axis.values for axis in drawing.axes if axis.which == "y"}
    assert len(values) == 3
    assert len(set(values.values())) == 1
    sizes = {(round(p[2] - p[0]), round(p[3] - p[1])) for p in drawing.plots}
    assert len(drawing.plots) == 3
    assert len(sizes) == 1
    titles = [text for text in drawing.texts if text.role == "panel_title"]
    assert [text.panel for text in titles] == [0, 1, 2]
