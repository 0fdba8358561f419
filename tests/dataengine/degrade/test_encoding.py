"""Files: what is written is what is read, at the size that the quality asks for."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from dataengine.degrade.encoding import jpeg, png, unpacked, unpacked_grey
from dataengine.imaging import decode_pixels

COLOURS = np.zeros((40, 60, 3), np.uint8)
COLOURS[:, :30] = [200, 30, 60]
COLOURS[:, 30:] = [20, 90, 220]


def test_colours_come_back_as_they_were() -> None:
    data = jpeg(COLOURS, {"quality": 95, "seed": 1})
    with Image.open(io.BytesIO(data)) as image:
        seen = np.asarray(image)
    for found in (seen, unpacked(data)):
        assert np.abs(found[:, 5:20].astype(int) - COLOURS[:, 5:20]).max() < 12
        assert np.abs(found[:, 40:55].astype(int) - COLOURS[:, 40:55]).max() < 12


def test_grey_stays_grey() -> None:
    page = np.full((20, 30), 77, np.uint8)
    assert unpacked(jpeg(page, {"quality": 90, "seed": 0})).shape == (20, 30)
    assert decode_pixels(png(page)).shape == (20, 30)
    assert (decode_pixels(png(COLOURS)) == COLOURS).all()


def test_brightness_alone_is_that_of_the_colours() -> None:
    data = jpeg(COLOURS, {"quality": 95, "seed": 1})
    brightness = unpacked(data) @ np.array([0.299, 0.587, 0.114])
    assert np.abs(unpacked_grey(data) - brightness).max() < 3


def test_lower_quality_makes_smaller_files_and_both_samplings_are_drawn() -> None:
    noise = np.random.Generator(np.random.PCG64(0)).integers(0, 256, (64, 64, 3), np.uint8)
    sizes = [len(jpeg(noise, {"quality": quality, "seed": 3})) for quality in (95, 60, 30)]
    assert sizes == sorted(sizes, reverse=True)
    assert len({len(jpeg(noise, {"quality": 80, "seed": seed})) for seed in range(20)}) == 2


def test_bytes_that_are_no_picture_are_refused() -> None:
    with pytest.raises(ValueError, match="not a picture"):
        unpacked(b"no picture")
