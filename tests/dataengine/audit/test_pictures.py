"""Pictures made ready: sizes, light ground, sheets of cuts, and bytes that are no pictures."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dataengine.audit import pictures
from dataengine.audit.pictures import SHEET_WIDTH, grey, page_scale, scaled, sheet

EDGE = st.integers(-50, 250)
BOX = st.tuples(EDGE, EDGE, EDGE, EDGE)


@given(st.lists(st.tuples(BOX, st.booleans()), max_size=30))
def test_any_boxes_make_a_sheet_without_overlaps(boxes: list[tuple[pictures.Box, bool]]) -> None:
    made = sheet(Image.new("L", (200, 100), 200), boxes, 36)
    assert len(made.places) == len(boxes)
    assert made.picture.width <= SHEET_WIDTH + 100
    for number, (x0, y0, x1, y1) in enumerate(made.places):
        assert 0 <= x0 < x1 <= made.picture.width
        assert 0 <= y0 < y1 <= made.picture.height
        for a0, b0, a1, b1 in made.places[:number]:
            assert x1 <= a0 or a1 <= x0 or y1 <= b0 or b1 <= y0


def test_turned_texts_are_set_upright() -> None:
    made = sheet(Image.new("L", (200, 100), 200), [((10, 10, 20, 90), True)], 36)
    x0, y0, x1, y1 = made.places[0]
    assert x1 - x0 > 4 * (y1 - y0)


def test_dark_pictures_are_turned_to_their_negative() -> None:
    assert np.median(np.asarray(scaled(Image.new("L", (9, 9), 10), 2.0))) == 245
    assert np.median(np.asarray(scaled(Image.new("L", (9, 9), 240), 2.0))) == 240


def test_lines_are_scaled_to_a_height_within_bounds() -> None:
    assert page_scale([16, 16, 16], 32, 3.0) == 2.0
    assert page_scale([64], 32, 3.0) == 1.0
    assert page_scale([4], 32, 3.0) == 3.0
    assert page_scale([], 32, 3.0) == 1.5


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"\x00" * 100])
def test_bytes_that_are_no_picture_are_none(data: bytes) -> None:
    assert grey(data) is None


def test_a_picture_out_of_all_size_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    Image.new("L", (100, 100)).save(buffer, "PNG")
    assert grey(buffer.getvalue()) is not None
    monkeypatch.setattr(pictures, "MAX_PIXELS", 9_999)
    assert grey(buffer.getvalue()) is None
