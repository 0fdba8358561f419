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


def test_a_caption_of_a_chart_without_axes_stands_after_chart_and_legend() -> None:
    name = _text("North", "name", (200, 100, 240, 112), item=0)
    caption = _text("t", "y_title", (360, 310, 390, 322))
    beside = _text("Apples", "legend", (410, 150, 460, 162), series=0)
    below = _text("Apples", "legend", (200, 330, 250, 342), series=0)
    note = _text("Note", "note", (10, 350, 60, 362))
    assert _read(note, caption, beside, name, way="") == ["North", "Apples", "t", "Note"]
    assert _read(note, caption, below, name, way="") == ["North", "t", "Apples", "Note"]
    above = _text("t", "y_title", (360, 40, 390, 52))
    assert _read(above, beside, name, way="") == ["t", "North", "Apples"]


def test_names_and_rings_of_a_radar_are_read_from_the_top() -> None:
    texts = [
        _text("100", "y_tick", (230, 84, 256, 96), value=100.0),
        _text("50", "y_tick", (236, 134, 256, 146), value=50.0),
        _text("0", "y_tick", (246, 184, 256, 196), value=0.0),
        _text("top", "name", (246, 64, 274, 76), item=0),
        _text("right", "name", (370, 184, 396, 196), item=1),
        _text("foot", "name", (246, 284, 274, 296), item=2),
        _text("left", "name", (100, 184, 140, 196), item=3),
    ]
    assert _read(*texts, way="") == ["top", "100", "50", "left", "0", "right", "foot"]


def test_a_panel_s_title_comes_before_the_title_of_its_axis() -> None:
    texts = [
        _text("t", "y_title", (4, 170, 16, 250), panel=0),
        _text("Apples", "panel_title", (100, 40, 150, 52), panel=0),
        _text("Pears", "panel_title", (300, 40, 350, 52), panel=1),
        _text("0", "y_tick", (60, 294, 78, 306), value=0.0, panel=0),
    ]
    assert _read(*texts) == ["Apples", "t", "0", "Pears"]
