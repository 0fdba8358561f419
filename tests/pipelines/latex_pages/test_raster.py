"""Pictures have the size that was asked for, and the scale that is recorded is the one used."""

from __future__ import annotations

import numpy as np
import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.latex_pages.options import Canvas
from pipelines.latex_pages.raster import draw, page_scale

SIDES = st.floats(20, 2000)


@given(SIDES, SIDES, st.integers(64, 4096), st.booleans())
def test_sizes_are_whole_and_scales_lead_there(
    width: float, height: float, long_edge: int, crop: bool
) -> None:
    canvas = Canvas(long_edge=long_edge)
    scale = page_scale(canvas, width, height, crop=crop)
    assert scale.width == pytest.approx(width * scale.x)
    assert scale.height == pytest.approx(height * scale.y)
    assert min(scale.width, scale.height) >= 1
    if crop:
        assert max(scale.width, scale.height) <= canvas.crop_long_edge
        assert max(scale.width / width, scale.height / height) < canvas.crop_dpi / 72 * 1.1
    else:
        assert max(scale.width, scale.height) == long_edge


def page(width: float, height: float, colour: tuple[float, ...] | None) -> pymupdf.DisplayList:
    """A page with a filled square from (10, 20) to (30, 40)."""
    document = pymupdf.open()
    sheet = document.new_page(width=width, height=height)
    if colour:
        sheet.draw_rect((10, 20, 30, 40), color=None, fill=colour)
    return sheet.get_displaylist(annots=False)


@settings(max_examples=40, deadline=None)
@given(st.floats(60, 700), st.floats(60, 900), st.integers(200, 900))
def test_the_picture_is_what_the_scale_says(width: float, height: float, long_edge: int) -> None:
    width, height = float(np.float32(width)), float(np.float32(height))
    shown = page(width, height, (0, 0, 0))
    scale = page_scale(Canvas(long_edge=long_edge), shown.rect.width, shown.rect.height, crop=False)
    pixels = draw(shown, scale)
    assert pixels.shape == (scale.height, scale.width)
    dark = np.argwhere(pixels < 128)
    low, high = dark.min(axis=0), dark.max(axis=0) + 1
    assert np.abs(low - (20 * scale.y, 10 * scale.x)).max() <= 1
    assert np.abs(high - (40 * scale.y, 30 * scale.x)).max() <= 1


@pytest.mark.parametrize(
    ("colour", "channels"),
    [(None, 1), ((0, 0, 0), 1), ((0.5, 0.5, 0.5), 1), ((0.9, 0.9, 1), 3), ((1, 0, 0), 3)],
)
def test_grey_pages_have_one_channel(colour: tuple[float, ...] | None, channels: int) -> None:
    shown = page(200, 300, colour)
    scale = page_scale(Canvas(long_edge=300), 200, 300, crop=False)
    pixels = draw(shown, scale)
    assert (1 if pixels.ndim == 2 else pixels.shape[2]) == channels
    assert pixels.dtype == np.uint8
    assert (pixels[0, 0] == 255).all()


def test_two_drawings_are_the_same() -> None:
    shown = page(200, 300, (0.2, 0.4, 0.6))
    scale = page_scale(Canvas(long_edge=500), 200, 300, crop=False)
    first, second = draw(shown, scale), draw(shown, scale)
    assert (first == second).all()
    assert not np.shares_memory(first, second)
