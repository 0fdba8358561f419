"""Boxes lie where their answers say, in either unit, and hostile ones draw nothing."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from trainers.evaluation.box_drawing import PREDICTION, TARGET, with_boxes


def places(picture: Image.Image, colour: tuple[int, int, int]) -> tuple[int, int, int, int] | None:
    rows, columns = np.nonzero((np.asarray(picture) == colour).all(axis=-1))
    if not len(rows):
        return None
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


@pytest.mark.parametrize(
    ("unit", "target", "said"),
    [
        ("thousandths", "[100,200,500,600]", "a: [500,500,1000,1000]"),
        ("pixels", "[40,40,200,120]", "[200, 100, 400, 200]"),
    ],
)
def test_both_units_on_a_smaller_copy(unit, target, said):
    white = Image.new("L", (200, 100), 255)
    drawn = with_boxes(white, (400, 200), unit, target, said)
    assert places(drawn, TARGET) == (20, 20, 100, 60)
    assert places(drawn, PREDICTION) == (100, 50, 199, 99)
    assert white.getpixel((20, 20)) == 255


def test_what_is_no_box_of_the_picture_is_not_drawn():
    white = Image.new("RGB", (50, 50), "white")
    said = "[9,9,1,1] [2000,2000,3000,3000] [-9,-9,-1,-1] [1,2,3]" + "[9999999,0,9999999,1]" * 900
    drawn = with_boxes(white, (50, 50), "thousandths", "no box", said)
    assert np.array_equal(np.asarray(drawn), np.asarray(white))
