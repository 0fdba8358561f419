"""Sizes and boxes: what is stored is where it is said to be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipelines.natural.decoding import _UPRIGHT
from pipelines.natural.geometry import PAD_GREY, place, upright

FITS = ("keep", "squash", "pad", "crop")
sides = st.integers(32, 3000)
fits = st.sampled_from(FITS)
sizes = st.integers(32, 2048)


@settings(deadline=None)
@given(fits, sizes, sides, sides)
def test_every_fit_gives_the_size_that_it_promises(fit, size, width, height):
    placed = place(fit, size, width, height)
    if fit == "keep":
        assert max(placed.width, placed.height) == min(size, max(width, height))
    else:
        assert (placed.width, placed.height) == (size, size)
    assert placed.untouched == ((placed.width, placed.height) == (width, height))


@settings(deadline=None)
@given(fits, sizes, sides, sides, st.data())
def test_a_box_moved_there_and_back_is_itself_within_a_stored_pixel(fit, size, width, height, data):
    placed = place(fit, size, width, height)
    x0 = data.draw(st.floats(0, width - 1))
    y0 = data.draw(st.floats(0, height - 1))
    box = (x0, y0, data.draw(st.floats(x0 + 0.5, width)), data.draw(st.floats(y0 + 0.5, height)))
    moved = placed.box(box)
    low_x, low_y, high_x, high_y = placed.shown
    inside = (max(box[0], low_x), max(box[1], low_y), min(box[2], high_x), min(box[3], high_y))
    if moved is None:
        assert inside[0] >= inside[2] or inside[1] >= inside[3]
        return
    (left, top, right, bottom), share = moved
    assert 0 <= left < right <= placed.width
    assert 0 <= top < bottom <= placed.height
    assert 0 < share <= 1.0001
    back = (
        (left - placed.left) / placed.scale_x + low_x,
        (top - placed.top) / placed.scale_y + low_y,
        (right - placed.left) / placed.scale_x + low_x,
        (bottom - placed.top) / placed.scale_y + low_y,
    )
    for at, scale in enumerate((placed.scale_x, placed.scale_y) * 2):
        # A keep's or pad's second side is rounded to whole pixels, a box to the pixels it touches.
        assert back[at] == pytest.approx(inside[at], abs=1.001 / scale + 1e-6)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("size", [(300, 200), (90, 260), (128, 128)])
def test_the_marked_thing_is_in_its_moved_box(fit, size):
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    x, y = size[0] // 2 - 10, size[1] // 2 - 8
    pixels[y : y + 16, x : x + 20, 0] = 255
    placed = place(fit, 128, *size)
    drawn = placed.draw(pixels)
    assert drawn.shape == (placed.height, placed.width, 3)
    rows, columns = np.nonzero(drawn[..., 0] > 200)
    moved = placed.box((x, y, x + 20, y + 16))
    assert moved is not None
    seen = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    assert np.abs(np.array(seen) - moved[0]).max() <= 1


def test_bars_are_grey_and_the_picture_lies_between_them():
    placed = place("pad", 100, 200, 100)
    drawn = placed.draw(np.full((100, 200), 255, np.uint8))
    assert (drawn[:25] == PAD_GREY).all()
    assert (drawn[75:] == PAD_GREY).all()
    assert (drawn[25:75] == 255).all()
    assert placed.facts("pad")["offset"] == [0, 25]


def test_what_a_crop_cuts_is_told():
    placed = place("crop", 100, 300, 100)
    assert placed.box((0, 0, 50, 50)) is None
    moved = placed.box((80, 0, 120, 100))
    assert moved == ((0, 0, 20, 100), 0.5)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_boxes_turn_with_their_picture(orientation):
    pixels = np.zeros((40, 60), np.uint8)
    pixels[5:17, 8:30] = 255
    turn = _UPRIGHT.get(orientation)
    picture = Image.fromarray(pixels)
    turned = np.asarray(picture if turn is None else picture.transpose(turn))
    rows, columns = np.nonzero(turned)
    seen = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert upright((8, 5, 30, 17), orientation, (60, 40)) == seen
