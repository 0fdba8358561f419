"""Rows of a record replayed: what is painted, and what is noted of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipelines.charts import fonts
from pipelines.charts.echarts.recording import FILL, IMAGE, STROKE, ChartFault, Recording
from pipelines.charts.echarts.replay.canvas import Replay
from pipelines.charts.echarts.replay.sheet import Sheet
from pipelines.charts.echarts.replay.text import Typesetter

SETTER = Typesetter(fonts.font_set("dejavu_sans"))
RED, BLUE, WHITE = 0xFFFF0000, 0xFF0000FF, 0xFFFFFFFF


def paint(rows: list[Any], *others: Any, background: int = WHITE) -> Recording:
    """Replay rows on a picture 80 wide and 60 high."""
    return Recording(*Replay([[80, 60, rows], *others], SETTER, Sheet()).paint(background))


def _fill(x: float, y: float, width: float, height: float, colour: Any, alpha: float = 1) -> list:
    return [4, [5, x, y, width, height], colour, alpha, 0, 0]


def _text(string: str, x: float, y: float, code: int = 6) -> list:
    row = [code, string, x, y, 0xFF102030, 1, 0, 12, 0, 0, "left", "alphabetic"]
    return row if code == 6 else [*row, 2, "round", 2]


def test_later_fills_lie_on_earlier_ones():
    made = paint([_fill(0, 0, 40, 60, RED), _fill(20, 0, 40, 60, BLUE, 0.5)])
    assert made.pixels.shape == (60, 80, 3)
    assert made.pixels.flags.c_contiguous
    assert made.pixels[30, 10].tolist() == [255, 0, 0]
    assert made.pixels[30, 30].tolist() == pytest.approx([127, 0, 128], abs=1)
    assert made.pixels[30, 70].tolist() == [255, 255, 255]
    assert made.shapes.order.tolist() == [0, 1]
    assert made.shapes.box.tolist() == [[0, 0, 40, 60], [20, 0, 60, 60]]
    assert made.shapes.colour.tolist() == [[255, 0, 0], [0, 0, 255]]
    assert made.shapes.alpha.tolist() == [1, 0.5]
    assert made.shapes.kind.tolist() == [FILL, FILL]
    assert made.shapes.solid.tolist() == [True, True]


def test_transforms_are_saved_and_restored():
    rows = [[0], [2, 0, 2, -2, 0, 60, 10], _fill(0, 0, 10, 5, RED), [1], _fill(0, 0, 5, 5, BLUE)]
    made = paint(rows)
    assert made.shapes.box.tolist() == [[50, 10, 60, 30], [0, 0, 5, 5]]
    assert made.shapes.solid.tolist() == [False, True], "turned ones are not claimed"
    assert made.pixels[20, 55].tolist() == [255, 0, 0]


def test_clips_are_noted_and_cut_texts_found():
    rows = [
        [0],
        [3, [5, 10, 10, 30, 30], 0],
        _fill(0, 0, 80, 60, RED),
        _text("cut", 30, 30),
        _text("ok", 12, 30),
        [1],
        _text("edge", 70, 30),
        _text("fine", 5, 55),
    ]
    made = paint(rows)
    assert made.shapes.clip.tolist() == [[10, 10, 40, 40]]
    assert made.pixels[5, 5].tolist() == [255, 255, 255]
    assert [(text.string, text.clipped) for text in made.texts] == [
        ("cut", True),
        ("ok", False),
        ("edge", True),
        ("fine", False),
    ]


def test_outlined_texts_are_noted_once_with_the_colour_inside():
    outline = _text("12", 10, 20, 7)
    outline[4] = RED
    made = paint([outline, _text("12", 10, 20), _text("12", 40, 20)])
    assert [(text.string, text.colour) for text in made.texts] == [("12", (16, 32, 48))] * 2
    assert [text.order for text in made.texts] == [1, 2]


def test_turned_texts_have_turned_corners():
    made = paint([[2, 0, -1, 1, 0, 30, 50], _text("label", 0, 0)])
    (text,) = made.texts
    assert text.angle == -90
    assert text.box[3] - text.box[1] > text.box[2] - text.box[0]
    dark = np.argwhere(made.pixels.min(axis=-1) < 200)
    (top, left), (bottom, right) = dark.min(axis=0), dark.max(axis=0) + 1
    assert (left, top, right, bottom) == pytest.approx(text.box, abs=1.5)


def test_alignments_and_missing_characters():
    rows = []
    for align in ("left", "center", "right"):
        rows.append(_text("mmm", 40, 20))
        rows[-1][10] = align
    made = paint([*rows, _text("a中b", 5, 40)])
    left, center, right = (text.box for text in made.texts[:3])
    assert left[0] - center[0] == pytest.approx(center[0] - right[0], abs=0.01)
    assert made.texts[3].missing == "中"


def test_gradients_go_from_stop_to_stop():
    stops = [[0, RED], [1, BLUE]]
    made = paint([_fill(0, 0, 80, 60, ["l", 0, 0, 80, 0, stops])])
    assert made.pixels[30, 2, 0] > 240
    assert made.pixels[30, 77, 2] > 240
    assert made.shapes.colour.tolist() == [[255, 0, 0]]
    assert not made.shapes.solid[0]
    for odd in ([], [[0.5, RED]], [[1, BLUE], [0, RED], [0.5, RED]]):
        paint([_fill(0, 0, 80, 60, ["r", 40, 30, 0, 40, 30, 30, odd])])


def test_patterns_repeat_and_images_are_drawn():
    tile = [10, 10, [_fill(0, 0, 5, 10, RED)]]
    made = paint([_fill(0, 0, 80, 30, ["p", 1, "repeat", None])], tile)
    assert made.pixels[10, 2].tolist() == made.pixels[10, 42].tolist() == [255, 0, 0]
    assert made.pixels[10, 7].tolist() == [255, 255, 255]
    made = paint([[9, 1, 0, 0, 10, 10, 20, 20, 40, 20, 1, 0]], tile)
    assert made.pixels[30, 25].tolist() == [255, 0, 0]
    assert (made.shapes.kind.tolist(), made.shapes.box.tolist()) == ([IMAGE], [[20, 20, 60, 40]])


def test_dashes_leave_gaps_and_strokes_are_as_wide_as_said():
    line = [5, [0, 0, 30, 1, 80, 30], 0xFF000000, 1, 0, 4, "butt", "miter", 10, [10, 10], 0]
    made = paint([line])
    assert made.pixels[30, 5].tolist() == [0, 0, 0]
    assert made.pixels[30, 15].tolist() == [255, 255, 255]
    assert made.shapes.kind.tolist() == [STROKE]
    assert made.shapes.box.tolist() == [[-2, 28, 82, 32]]


@pytest.mark.parametrize("matrix", [[1, 0, 0, 1, 0, 0], [0, 1, -1, 0, 60, 0]])
def test_shadows_fall_right_and_down_whatever_the_transform(matrix):
    shape = _fill(20, 20, 15, 15, RED)
    shape[4] = [0, 10, 10, 0xFF000000, "source-over"]
    made = paint([[2, *matrix], shape])
    box = made.shapes.box[0].astype(int)
    inside, below = (box[1] + 3, box[0] + 3), (box[3] + 5, box[2] + 5)
    assert made.pixels[inside].tolist() == [255, 0, 0]
    assert made.pixels[below].tolist() == [0, 0, 0]
    assert made.pixels[box[1] - 5, box[0] - 5].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    "rows", [[[1]], [[5, 1]], [[77]], [[4, [9], 0, 1, 0, 0]], [[6, None]], ["x"], [[2, 1, 2]]]
)
def test_broken_rows_raise_what_the_engine_expects(rows):
    with pytest.raises((TypeError, ValueError, LookupError)):
        paint(rows)


def test_patterns_of_themselves_and_of_any_size_are_refused():
    for canvas in ([9000, 9000, []], [0, 5, []]):
        with pytest.raises(ChartFault):
            paint([_fill(0, 0, 9, 9, ["p", 1, "repeat", None])], canvas)
    with pytest.raises(ChartFault):
        paint([_fill(0, 0, 9, 9, ["p", 0, "repeat", None])])
    paint(
        [_fill(0, 0, 9, 9, ["p", 1, "repeat", None])],
        [5, 5, [_fill(0, 0, 5, 5, ["p", 1, "repeat", None])]],
    )
