"""Values printed at lines stand where no line runs through them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.charts.drawing import CannotDraw, Drawing, Text
from pipelines.charts.mpl.renderer import MatplotlibRenderer
from pipelines.charts.mpl.room import crosses, touch
from pipelines.charts.spec.model import Spec
from tests.pipelines.charts.examples import example, plain_style

RENDERER = MatplotlibRenderer()
VALUES = st.lists(st.integers(1, 90), min_size=6, max_size=6)


def spec_of(kind: str, *rows: list[int], marks: tuple[str, ...] = ()) -> Spec:
    series = [
        {"name": f"s{n}", "values": [float(v) for v in row]} | ({"mark": marks[n]} if marks else {})
        for n, row in enumerate(rows)
    ]
    table = {"shape": "table", "categories": list("abcdef"), "series": series}
    return example(kind, data=table, labels="value")


def draw(spec: Spec) -> Drawing | None:
    try:
        return RENDERER.draw(spec, plain_style(fonts="dejavu_sans"))
    except CannotDraw:
        return None


def labels(drawing: Drawing) -> list[Text]:
    return [text for text in drawing.texts if text.role == "label"]


def lines(drawing: Drawing) -> list[tuple[float, ...]]:
    found = []
    for series in {mark.series for mark in drawing.marks if mark.role == "point"}:
        ends = [m.measures[:2] for m in drawing.marks if m.series == series and m.role == "point"]
        found += [(*a, *b) for a, b in pairwise(ends)]
    return found


@settings(max_examples=40, deadline=None)
@given(VALUES, VALUES)
def test_no_line_runs_through_a_label(first: list[int], second: list[int]) -> None:
    drawing = draw(spec_of("line_multi", first, second))
    if drawing is None:
        return
    for text in labels(drawing):
        assert not any(crosses(line, text.box) for line in lines(drawing)), text.string


@settings(max_examples=40, deadline=None)
@given(VALUES, VALUES)
def test_lines_before_bars_run_through_no_label(bars: list[int], line: list[int]) -> None:
    drawing = draw(spec_of("composite", bars, line, marks=("bar", "line")))
    if drawing is None:
        return
    found = labels(drawing)
    for at, text in enumerate(found):
        assert not any(crosses(one, text.box) for one in lines(drawing)), text.string
        assert not any(touch(text.box, other.box) for other in found[at + 1 :])


def test_labels_stand_above_peaks_and_below_valleys() -> None:
    drawing = draw(spec_of("line", [40, 10, 60, 20, 70, 30]))
    assert drawing is not None
    points = {mark.item: mark.measures[1] for mark in drawing.marks}
    above = {text.item: text.box[3] <= points[text.item] for text in labels(drawing)}
    assert above == {0: True, 1: False, 2: True, 3: False, 4: True, 5: False}


def test_a_label_has_no_patch_where_it_stands_free() -> None:
    """A bar under a patch would not be whole: its pixels are counted."""
    spec = spec_of("composite", [2, 2, 2, 2, 2, 2], [9, 8, 9, 8, 9, 8], marks=("bar", "line"))
    drawing = draw(spec)
    assert drawing is not None
    for mark in drawing.marks:
        if mark.role == "bar":
            x0, y0, x1, y1 = (round(at) for at in mark.box)
            inner = drawing.pixels[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2]
            assert (inner == mark.colour).all()


@pytest.mark.parametrize("kind", ["line", "line_multi"])
def test_too_many_labels_are_refused(kind: str) -> None:
    rows = [[10, 80, 10, 80, 10, 80], [80, 10, 80, 10, 80, 10], [45, 46, 45, 46, 45, 46]]
    spec = spec_of(kind, *(rows * 4 if kind == "line_multi" else rows[:1]))
    assert (draw(spec) is None) == (kind == "line_multi")


def test_labels_of_points_stand_above_them() -> None:
    drawing = draw(example("scatter", labels="value"))
    assert drawing is not None
    points = {(mark.series, mark.item): mark.measures[1] for mark in drawing.marks}
    found = labels(drawing)
    assert found
    assert all(text.box[3] <= points[text.series, text.item] for text in found)
