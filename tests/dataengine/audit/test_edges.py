"""Ink that runs over an edge, and boxes outside."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from dataengine.audit.edges import SIDES, boxes_outside, strokes_at_edges


def drawn(*boxes: tuple[int, int, int, int], ground: int = 255, ink: int = 0) -> Image.Image:
    picture = Image.new("L", (200, 100), ground)
    for box in boxes:
        ImageDraw.Draw(picture).rectangle(box, fill=ink)
    return picture


def test_blank_paper_and_ink_inside_touch_nothing() -> None:
    assert not any(strokes_at_edges(drawn((20, 20, 30, 80))).values())


@pytest.mark.parametrize("ground", [255, 128, 0])
def test_strokes_are_counted_on_any_ground(ground: int) -> None:
    picture = drawn((190, 10, 199, 14), (190, 30, 199, 34), ground=ground, ink=255 - ground // 2)
    assert strokes_at_edges(picture) == {"left": 0, "top": 0, "right": 2, "bottom": 0}


def test_each_side_is_told_apart() -> None:
    boxes = {
        "left": (0, 40, 9, 44),
        "top": (50, 0, 54, 9),
        "right": (190, 40, 199, 44),
        "bottom": (50, 90, 54, 99),
    }
    for side, box in boxes.items():
        counts = strokes_at_edges(drawn(box))
        assert [name for name in SIDES if counts[name]] == [side]


def test_bars_and_frames_are_no_strokes() -> None:
    assert not any(strokes_at_edges(drawn((0, 0, 199, 20))).values())
    assert not any(strokes_at_edges(drawn((0, 0, 0, 99))).values())


def test_a_picture_of_one_pixel_is_no_error() -> None:
    assert set(strokes_at_edges(Image.new("L", (1, 1), 0)).values()) == {0}


def test_boxes_outside_are_counted_by_side() -> None:
    boxes = [(0, 0, 10, 10), (190, 0, 210, 10), (0, -5, 10, 10)]
    assert boxes_outside(boxes, 200, 100) == {"left": 0, "top": 1, "right": 1, "bottom": 0}
