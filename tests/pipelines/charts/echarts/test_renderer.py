"""Every kind is drawn whole, and what is read back from it is what the specification says."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyecharts.charts import Bar, WordCloud
from pyecharts.commons.utils import JsCode
from pyecharts.options import TitleOpts

from pipelines.charts.drawing import AxisDrawn, CannotDraw, Drawing
from pipelines.charts.echarts.engine import Engine
from pipelines.charts.echarts.readback.read import READBACK, read_drawing
from pipelines.charts.echarts.recording import ChartFault
from pipelines.charts.echarts.renderer import EchartsRenderer, draw_chart, needs_browser
from pipelines.charts.fonts import FontSet
from pipelines.charts.spec.kinds import KINDS
from pipelines.charts.spec.model import Panels, Points, Spec, Table, Tree
from tests.pipelines.charts.examples import example, plain_style

WORDS = ("bar", "line", "bar_horizontal", "area", "line_step")
slow = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def renderer(engine: Engine, chinese: FontSet) -> EchartsRenderer:
    """A renderer with the engine that all tests share."""
    return EchartsRenderer(engine)


def style(chinese: FontSet, **changes: Any) -> Any:
    return plain_style(**({"fonts": chinese.name} | changes))


def axis(drawing: Drawing, which: str, panel: int = 0) -> AxisDrawn:
    return next(one for one in drawing.axes if (one.which, one.panel) == (which, panel))


def value_at(one: AxisDrawn, pixel: float) -> float:
    share = (pixel - one.pixels[0]) / (one.pixels[1] - one.pixels[0])
    low, high = one.values
    return low * (high / low) ** share if one.scale == "log" else low + (high - low) * share


def per_pixel(one: AxisDrawn, value: float) -> float:
    length = abs(one.pixels[1] - one.pixels[0])
    low, high = one.values
    return value * math.log(high / low) / length if one.scale == "log" else (high - low) / length


def table_spec(kind: str, rows: list[list[float | None]], **changes: Any) -> Spec:
    count = len(rows[0])
    series = [
        {"name": f"S{at}" if len(rows) > 1 else "", "values": row} for at, row in enumerate(rows)
    ]
    data = {"shape": "table", "categories": [f"C{at}" for at in range(count)], "series": series}
    data |= changes.pop("data", {})
    return Spec.checked(**({"kind": kind, "language": "en", "title": "T", "data": data} | changes))


def strings(drawing: Drawing, role: str) -> list[str]:
    return [one.string.replace("\n", "") for one in drawing.texts if one.role == role]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_draws_every_text_whole(
    renderer: EchartsRenderer, chinese: FontSet, kind: str, language: str
) -> None:
    spec = example(kind, language)
    drawing = renderer.draw(spec, style(chinese))
    assert drawing.pixels.shape == (600, 800, 3)
    assert drawing.pixels.flags.c_contiguous
    for role in ("title", "subtitle", "source"):
        assert strings(drawing, role) == [getattr(spec, role)]
    for one in drawing.texts:
        assert not one.hidden, one
        assert not one.missing, one
        assert one.box[0] >= 0, one
        assert one.box[1] >= 0, one
        assert one.box[2] <= 800, one
        assert one.box[3] <= 600, one
    # All that nobody claims are the two ends of a scale of colours.
    others = [one.value for one in drawing.texts if one.role == "other"]
    assert (len(others) == 2 and None not in others) if kind == "heatmap" else not others


@pytest.mark.parametrize("kind", KINDS)
def test_has_a_mark_for_every_value(renderer: EchartsRenderer, chinese: FontSet, kind: str) -> None:
    spec = example(kind)
    drawing = renderer.draw(spec, style(chinese))
    match spec.data:
        case Table():
            wanted = sum(len(one.values) for one in spec.data.series)
        case Points():
            wanted = sum(len(one.points) for one in spec.data.series)
        case Panels():
            wanted = sum(len(panel.table.series[0].values) for panel in spec.data.panels)
        case Tree():
            wanted = len(drawing.nodes)
        case _:
            wanted = {"histogram": 5, "box": 6, "candlestick": 6, "sankey": 9}[kind]
    assert len(drawing.marks) == wanted
    assert all(one.visible and one.colour is not None for one in drawing.marks)
    keys = {(one.panel, one.role, one.series, one.item) for one in drawing.marks}
    assert len(keys) == wanted


@pytest.mark.parametrize("kind", [name for name, about in KINDS.items() if about.shape == "table"])
def test_names_every_category(renderer: EchartsRenderer, chinese: FontSet, kind: str) -> None:
    spec = example(kind)
    assert isinstance(spec.data, Table)
    drawing = renderer.draw(spec, style(chinese))
    about = KINDS[kind]
    if kind in ("pie", "donut", "rose", "funnel"):
        named = {one.item: one.string for one in drawing.texts if one.role == "legend"}
    else:
        role = "y_tick" if about.horizontal else "x_tick"
        role = "name" if kind in ("radar", "gauge") else role
        named = {one.item: one.string for one in drawing.texts if one.role == role}
    assert named == dict(enumerate(spec.data.categories))


def test_same_chart_whatever_was_drawn_before(
    renderer: EchartsRenderer, engine: Engine, chinese: FontSet
) -> None:
    look = style(chinese, smooth=True)
    first = renderer.draw(example("line_multi", "zh"), look)
    renderer.draw(example("treemap"), style(chinese, width=500, height=420))
    again = renderer.draw(example("line_multi", "zh"), look)
    with Engine() as other:
        elsewhere = EchartsRenderer(other).draw(example("line_multi", "zh"), look)
    for one in (again, elsewhere):
        assert np.array_equal(one.pixels, first.pixels)
        assert one.texts == first.texts
        assert one.marks == first.marks
        assert one.axes == first.axes


@slow
@given(
    kind=st.sampled_from(WORDS),
    values=st.lists(st.integers(-5000, 9999), min_size=3, max_size=14).filter(any),
    labels=st.sampled_from(["none", "value"]),
)
def test_marks_measure_their_values(
    renderer: EchartsRenderer, chinese: FontSet, kind: str, values: list[int], labels: str
) -> None:
    spec = table_spec(kind, [[float(value) for value in values]], labels=labels)
    drawing = renderer.draw(spec, style(chinese))
    scale = axis(drawing, "x" if kind == "bar_horizontal" else "y")
    for one in drawing.marks:
        # A bar ends, and a point stands, at its second measure.
        measured = value_at(scale, one.measures[1])
        wanted = values[one.item]
        assert abs(measured - wanted) <= per_pixel(scale, wanted), (one, wanted)
    if labels == "value":
        drawn = {one.item: one.string for one in drawing.texts if one.role == "label"}
        form = spec.value.format
        assert drawn == {at: form.text(value) for at, value in enumerate(values)}


@slow
@given(
    values=st.lists(st.floats(1, 1e6).map(round), min_size=3, max_size=9),
    kind=st.sampled_from(["bar", "line", "bar_horizontal"]),
)
def test_logarithmic_axes_measure_too(
    renderer: EchartsRenderer, chinese: FontSet, values: list[int], kind: str
) -> None:
    spec = table_spec(kind, [list(map(float, values))], value={"scale": "log"})
    drawing = renderer.draw(spec, style(chinese))
    scale = axis(drawing, "x" if kind == "bar_horizontal" else "y")
    assert scale.scale == "log"
    for one in drawing.marks:
        wanted = values[one.item]
        assert abs(value_at(scale, one.measures[1]) - wanted) <= per_pixel(scale, wanted)
        if one.role == "bar":
            assert abs(one.measures[1] - one.measures[0]) > 5


@slow
@given(st.lists(st.lists(st.integers(1, 90), min_size=4, max_size=4), min_size=2, max_size=4))
def test_stacks_stand_on_one_another(
    renderer: EchartsRenderer, chinese: FontSet, rows: list[list[int]]
) -> None:
    spec = table_spec("bar_stacked", [[float(value) for value in row] for row in rows])
    drawing = renderer.draw(spec, style(chinese))
    scale = axis(drawing, "y")
    for one in drawing.marks:
        base, tip = (value_at(scale, pixel) for pixel in one.measures)
        below = sum(row[one.item] for row in rows[: one.series])
        assert abs(base - below) <= per_pixel(scale, 1)
        assert abs(tip - base - rows[one.series][one.item]) <= per_pixel(scale, 1)


def test_waterfall_hides_its_base(renderer: EchartsRenderer, chinese: FontSet) -> None:
    data = {"totals": [True, False, False, False, True]}
    rows: list[list[float | None]] = [[40.0, -70.0, 55.0, 10.0, 35.0]]
    spec = table_spec("waterfall", rows, data=data, labels="value")
    drawing = renderer.draw(spec, style(chinese))
    scale = axis(drawing, "y")
    ends = [tuple(round(value_at(scale, px)) for px in one.measures) for one in drawing.marks]
    assert ends == [(0, 40), (40, -30), (-30, 25), (25, 35), (0, 35)]
    assert strings(drawing, "label") == ["40", "-70", "55", "10", "35"]
    assert len({one.colour for one in drawing.marks}) == 3


def test_missing_values_have_no_marks(renderer: EchartsRenderer, chinese: FontSet) -> None:
    rows: list[list[float | None]] = [[5.0, None, 7.0, None, 3.0]]
    for kind in WORDS:
        drawing = renderer.draw(table_spec(kind, rows, labels="value"), style(chinese))
        assert {one.item for one in drawing.marks} == {0, 2, 4}
        assert sorted(strings(drawing, "label")) == ["3", "5", "7"]


@pytest.mark.parametrize("kind", ["line", "area_stacked", "bar", "composite"])
def test_dates_stand_where_they_belong(
    renderer: EchartsRenderer, chinese: FontSet, kind: str
) -> None:
    dates = ("2023-01-01", "2023-01-31", "2023-03-02", "2023-06-30")
    row: list[float | None] = [3.0, 5.0, 4.0, 6.0]
    rows = [row] * KINDS[kind].series[0]
    spec = table_spec(kind, rows, data={"dates": dates})
    drawing = renderer.draw(spec, style(chinese))
    scale = axis(drawing, "x")
    assert scale.scale == "time"
    places = [(one.box[0] + one.box[2]) / 2 for one in drawing.marks if one.series == 0]
    days = [value_at(scale, place) for place in places]
    gaps = [round(b - a) for a, b in pairwise(days)]
    assert gaps == [30, 30, 120]
    ticks = {one.item: one.string for one in drawing.texts if one.role == "x_tick"}
    assert all(ticks[at] == f"C{at}" for at in ticks)


def test_histogram_ticks_are_edges(renderer: EchartsRenderer, chinese: FontSet) -> None:
    drawing = renderer.draw(example("histogram"), style(chinese))
    bars = sorted(drawing.marks, key=lambda one: one.box[0])
    for one, other in pairwise(bars):
        assert abs(one.box[2] - other.box[0]) < 0.01
    ticks = [one for one in drawing.texts if one.role == "x_tick"]
    assert [one.value for one in ticks] == [0, 10, 20, 30, 40, 50]
    borders = [one.box[0] for one in bars] + [bars[-1].box[2]]
    for tick, border in zip(ticks, borders, strict=True):
        assert abs((tick.box[0] + tick.box[2]) / 2 - border) < 1.5


def test_five_numbers_and_candles(renderer: EchartsRenderer, chinese: FontSet) -> None:
    for kind, field in (("box", "boxes"), ("candlestick", "candles")):
        spec = example(kind)
        drawing = renderer.draw(spec, style(chinese))
        scale = axis(drawing, "y")
        data: Any = spec.data
        rows = data.series[0].boxes if field == "boxes" else data.candles
        for one in drawing.marks:
            for pixel, wanted in zip(one.measures, rows[one.item], strict=True):
                assert abs(value_at(scale, pixel) - wanted) <= 1.01 * per_pixel(scale, wanted)


def test_slices_and_spokes_measure(renderer: EchartsRenderer, chinese: FontSet) -> None:
    spec = example("pie")
    assert isinstance(spec.data, Table)
    values = [value or 0.0 for value in spec.data.series[0].values]
    total = sum(values)
    for one in renderer.draw(spec, style(chinese, start_angle=90)).marks:
        share = (one.measures[1] - one.measures[0]) / math.tau
        assert share == pytest.approx(values[one.item] / total, abs=1e-4)
        if one.item == 0:
            assert one.measures[0] == pytest.approx(math.pi / 2, abs=1e-4)
    drawing = renderer.draw(example("radar"), style(chinese))
    scale = axis(drawing, "radius")
    for one in drawing.marks:
        wanted = values[one.item]
        assert abs(value_at(scale, one.measures[0]) - wanted) <= per_pixel(scale, wanted)
    needle = renderer.draw(example("gauge"), style(chinese)).marks[0]
    assert needle.measures[0] == pytest.approx(412 / 600, abs=1e-4)


def test_bubbles_have_areas(renderer: EchartsRenderer, chinese: FontSet) -> None:
    spec = example("bubble")
    assert isinstance(spec.data, Points)
    marks = renderer.draw(spec, style(chinese)).marks
    sizes = [point[2] for point in spec.data.series[0].points]
    ratio = {round(one.measures[2] ** 2 / sizes[one.item], 1) for one in marks}
    assert max(ratio) - min(ratio) <= 0.2


@pytest.mark.parametrize("kind", ["bar_grouped", "line_multi", "box", "pie", "radar", "composite"])
def test_legend_has_the_marks_colours(
    renderer: EchartsRenderer, chinese: FontSet, kind: str
) -> None:
    drawing = renderer.draw(example(kind), style(chinese))
    if kind == "radar":
        assert not drawing.legend
        return
    assert drawing.legend
    for entry in drawing.legend:
        colours = {
            one.colour
            for one in drawing.marks
            if (entry.item if entry.item >= 0 else entry.series)
            == (one.item if entry.item >= 0 else one.series)
        }
        assert colours == {entry.colour}


@pytest.mark.parametrize("title", ['it\'s "so" \\n {a|b} %41 </script>', "100% {value} \u2028 x"])
def test_strings_are_drawn_as_they_are(
    renderer: EchartsRenderer, chinese: FontSet, title: str
) -> None:
    spec = table_spec(
        "bar", [[1.0, 2.0, 3.0]], title=title, labels="value",
        value={"title": title[:40], "format": {"prefix": "'\"\\{b", "suffix": "%27}"}},
        data={"categories": ["{b}", "a\\b'\"", "{value}"]},
    )  # fmt: skip
    drawing = renderer.draw(spec, style(chinese))
    assert strings(drawing, "title")[0].replace(" ", "") == title.replace(" ", "")
    assert strings(drawing, "x_tick") == ["{b}", "a\\b'\"", "{value}"]
    form = spec.value.format
    assert strings(drawing, "label") == [form.text(value) for value in (1, 2, 3)]
    assert all(
        one.string == form.tick(one.value or 0.0) for one in drawing.texts if one.role == "y_tick"
    )


def test_no_string_becomes_code(renderer: EchartsRenderer, chinese: FontSet) -> None:
    spec = example("bar", title="--x_x--0_0--alert(1)--x_x--0_0--")
    with pytest.raises(CannotDraw) as caught:
        renderer.draw(spec, style(chinese))
    assert caught.value.reason == "echarts-unsupported"


def test_refuses_what_has_no_room(renderer: EchartsRenderer, chinese: FontSet) -> None:
    names = [f"A rather long name of a category, number {at}" for at in range(60)]
    spec = table_spec("bar", [[1.0] * 60], data={"categories": names})
    with pytest.raises(CannotDraw) as caught:
        renderer.draw(spec, style(chinese, width=400, height=300))
    assert caught.value.reason == "no-room"


def test_draws_the_chart_of_a_user(engine: Engine, chinese: FontSet) -> None:
    chart = Bar()
    chart.add_xaxis(["a", "b"])
    chart.add_yaxis("s", [1, 2], label_opts={"show": True, "formatter": JsCode(
        "function(p){return 'no. ' + p.value}"
    )})  # fmt: skip
    chart.set_global_opts(title_opts=TitleOpts(title="Mine", subtitle="below"))
    recording = draw_chart(chart, 500, 400, chinese, engine, readback=READBACK)
    drawing = read_drawing(recording)
    assert sorted(strings(drawing, "label")) == ["no. 1", "no. 2"]
    assert [one.role for one in drawing.marks] == ["bar", "bar"]
    assert strings(drawing, "legend") == ["s"]
    assert (strings(drawing, "title"), strings(drawing, "subtitle")) == (["Mine"], ["below"])
    assert not strings(drawing, "other")


def test_sends_others_to_the_browser(engine: Engine, chinese: FontSet) -> None:
    cloud = WordCloud()
    cloud.add("", [("word", 3)])
    assert needs_browser(cloud)
    with pytest.raises(ChartFault) as caught:
        draw_chart(cloud, 400, 300, chinese, engine)
    assert caught.value.reason == "unsupported"
    assert "Chromium" in caught.value.detail


@pytest.mark.parametrize("kind", ["line", "radar", "area_stacked", "composite"])
def test_labels_need_no_markers(renderer: EchartsRenderer, chinese: FontSet, kind: str) -> None:
    spec = example(kind, labels="value")
    assert isinstance(spec.data, Table)
    drawing = renderer.draw(spec, style(chinese, markers=("",)))
    assert len(strings(drawing, "label")) == sum(len(one.values) for one in spec.data.series)
