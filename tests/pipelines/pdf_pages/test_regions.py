"""Boxes lie on the ink of the very words they name, whatever the page's rotation and crop."""

from __future__ import annotations

import numpy as np
import pytest

from dataengine.imaging import decode_pixels
from tests.pipelines.pdf_pages.pages import (
    accepted,
    any_size,
    new_page,
    prose_page,
    render,
    write_lines,
)

WORDS = ["Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel"]
CANVASES = [
    {"rule": "long_edge", "size": 1024},
    {"rule": "dpi", "size": 100},
    {"rule": "square", "size": 640, "fit": "squash"},
    {"rule": "square", "size": 640, "fit": "pad"},
]


def rotated_page(rotation: int, *, crop: bool = False):
    """A page whose text stands upright once the viewer has turned the page."""
    pdf, page = new_page(400, 600)
    page.set_rotation(rotation)
    upright = page.derotation_matrix
    for number, word in enumerate(WORDS):
        point = (60 + 35 * (number % 3), 90 + 30 * number)
        page.insert_text((type(page.rect.tl)(*point)) * upright, word, fontsize=16, rotate=rotation)
    if crop:
        box = page.mediabox
        page.set_cropbox((box.x0 + 30, box.y0 + 25, box.x1 - 10, box.y1 - 20))
    return pdf


def assert_boxes_hold_the_ink(sample) -> None:
    pixels = decode_pixels(sample.image)
    dark = pixels < 128 if pixels.ndim == 2 else (pixels < 128).any(axis=2)
    inside = np.zeros_like(dark)
    for level, (x0, y0, x1, y1) in zip(
        sample.regions.levels, sample.regions.boxes.tolist(), strict=True
    ):
        assert 0 <= x0 < x1 <= sample.width
        assert 0 <= y0 < y1 <= sample.height
        if level == "word":
            inside[y0:y1, x0:x1] = True
            rows, columns = np.nonzero(dark[y0:y1, x0:x1])
            assert rows.min() <= 2  # tight: the ink begins at the box's edges
            assert (y1 - y0) - rows.max() <= 3
            assert columns.min() <= 6  # boxes are as wide as the advance
            assert (x1 - x0) - columns.max() <= 6
    assert not (dark & ~inside).any()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [False, True])
def test_word_boxes_hold_all_the_ink(rotation, crop):
    sample = accepted(render(rotated_page(rotation, crop=crop), **any_size()))
    assert sorted(sample.targets["text"].split()) == sorted(WORDS)
    assert_boxes_hold_the_ink(sample)


@pytest.mark.parametrize("canvas", CANVASES)
def test_word_boxes_hold_all_the_ink_on_every_canvas(canvas):
    assert_boxes_hold_the_ink(accepted(render(rotated_page(0), canvas=canvas, **any_size())))


@pytest.mark.parametrize("rotation", [0, 90])
def test_each_box_holds_its_own_word(rotation):
    whole = accepted(render(rotated_page(rotation), **any_size()))
    pixels = decode_pixels(whole.image).astype(int)
    pdf = rotated_page(rotation)
    page = pdf[0]
    place = page.search_for("Echo")[0]
    page.add_redact_annot(place * page.derotation_matrix)
    page.apply_redactions()
    without = decode_pixels(accepted(render(pdf, **any_size())).image).astype(int)
    rows, columns = np.nonzero(np.abs(pixels - without) > 40)
    at = whole.regions.texts.index("Echo")
    x0, y0, x1, y1 = whole.regions.boxes[at].tolist()
    assert (x0 <= columns).all()
    assert (columns < x1).all()
    assert (y0 <= rows).all()
    assert (rows < y1).all()


def test_levels_nest_and_repeat_the_target():
    sample = accepted(render(prose_page()[0]))
    regions = sample.regions
    assert set(regions.levels) == {"word", "line", "block"}
    blocks = [t for t, level in zip(regions.texts, regions.levels, strict=True) if level == "block"]
    assert "\n\n".join(blocks) == sample.targets["text"]
    outer = None
    for level, box in zip(regions.levels, regions.boxes.tolist(), strict=True):
        if level == "block":
            outer = box
        else:
            assert outer is not None
            assert outer[0] <= box[0] < box[2] <= outer[2]
            assert outer[1] <= box[1] < box[3] <= outer[3]


def test_only_the_levels_asked_for_are_stored():
    sample = accepted(render(prose_page()[0], regions=["line"]))
    assert set(sample.regions.levels) == {"line"}
    assert len(accepted(render(prose_page()[0], regions=[])).regions) == 0


def test_boxes_are_clipped_to_the_image():
    pdf, page = prose_page()
    write_lines(page, ["x"], at=(-3, 500), size=12)
    sample = accepted(render(pdf, proof={"max_cut": 1.0}))
    assert sample.regions.boxes.min() >= 0
