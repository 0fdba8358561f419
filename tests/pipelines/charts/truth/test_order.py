"""Strings are read part by part, axes in their own order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.drawing import Box, Drawing, Mark, Text
from pipelines.charts.truth.order import Direction, reading_order

PLOT = (80.0, 60.0, 400.0, 300.0)


def _text(string: str, role: str, box: Box, **fields: object) -> Text:
    return Text(string, role, box, 12.0, **fields)  # type: ignore[arg-type]


def _read(*texts: Text, marks: list[Mark] | None = None, way: Direction = "columns") -> list[str]:
    drawing = Drawing(np.zeros((4, 4, 3), np.uint8), list(texts), plots=[PLOT])
    found = {(one.panel, one.series, one.item): one for one in marks or ()}
    return reading_order(drawing, lambda one: one.string, found, way).split("\n")


@given(st.lists(st.tuples(st.floats(5, 90), st.floats(10, 60)), min_size=2, max_size=9))
def test_turned_or_wrapped_ticks_keep_the_order_of_their_axis(
    sizes: list[tuple[float, float]],
) -> None:
    ticks = []
    for item, (wide, high) in enumerate(sizes):
        x = 100 + 30 * item
        # Turned names end at their tick, so that a long one starts left of the one before.
        ticks.append(_text(f"name {item}", "x_tick", (x - wide, 304, x, 304 + high), item=item))
    assert _read(*reversed(ticks)) == [f"name {item}" for item in range(len(sizes))]


def test_parts_follow_one_another() -> None:
    mark = Mark("bar", (90, 100, 110, 300), (300, 100), (0, 0, 0), 0, 0)
    texts = [
        _text("Note", "note", (10, 340, 60, 352)),
        _text("Year", "x_title", (200, 324, 240, 336)),
        _text("2020", "x_tick", (90, 304, 110, 316), item=0),
        _text("10", "y_tick", (60, 54, 78, 66), value=10.0),
        _text("0", "y_tick", (60, 294, 78, 306), value=0.0),
        _text("t", "y_title", (4, 170, 20, 190)),
        _text("8", "label", (92, 84, 108, 98), series=0, item=0),
        _text("Apples", "legend", (200, 40, 250, 52), series=0),
        _text("Harvest", "title", (10, 4, 90, 24)),
    ]
    wanted = ["Harvest", "Apples", "t", "10", "0", "8", "2020", "Year", "Note"]
    assert _read(*texts, marks=[mark]) == wanted


def test_a_legend_below_or_at_the_right_comes_after_the_plot() -> None:
    tick = _text("2020", "x_tick", (90, 304, 110, 316), item=0)
    for box in ((410.0, 100.0, 460.0, 112.0), (200.0, 330.0, 250.0, 342.0)):
        assert _read(_text("Apples", "legend", box, series=0), tick) == ["2020", "Apples"]
    inside = _text("Apples", "legend", (300, 80, 350, 92), series=0)
    assert _read(tick, inside) == ["Apples", "2020"]


def test_ticks_are_read_panel_by_panel() -> None:
    ticks = [
        _text(f"{panel}{item}", "x_tick", (100 + 50 * item, 300, 120 + 50 * item, 312), item=item,
              panel=panel)
        for item in range(2) for panel in range(2)
    ]  # fmt: skip
    assert _read(*ticks) == ["00", "01", "10", "11"]


def test_labels_are_read_at_their_marks() -> None:
    marks = [
        Mark("point", (x, y, x, y), (x, y), (0, 0, 0), series, item)
        for item, x in enumerate((100.0, 200.0))
        for series, y in enumerate((250.0 - 150 * item, 120.0 + 100 * item))
    ]
    labels = [
        _text(f"{one.series}{one.item}", "label",
              (one.box[0] - 8, one.box[1] - 16, one.box[0] + 8, one.box[1] - 4),
              series=one.series, item=one.item)
        for one in marks
    ]  # fmt: skip
    assert _read(*labels, marks=marks) == ["10", "00", "01", "11"]
