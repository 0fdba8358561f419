"""Stored pixels come back as they were, their hash survives, and equal pixels give equal bytes."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from dataengine.imaging import (
    Encoding,
    decode_pixels,
    drop_equal_channels,
    encode_image,
    pixel_hash,
    preview_jpeg,
)

sides = st.integers(1, 40)
shapes = st.one_of(st.tuples(sides, sides), st.tuples(sides, sides, st.just(3)))
pictures = arrays.arrays(np.uint8, shapes)


@given(pictures)
def test_png_gives_the_pixels_back(pixels):
    decoded = decode_pixels(encode_image(pixels, Encoding()))
    assert np.array_equal(decoded, pixels)
    assert pixel_hash(decoded) == pixel_hash(pixels)


@given(arrays.arrays(np.uint8, st.tuples(sides, sides, st.just(3))))
def test_lossless_webp_gives_the_pixels_back(pixels):
    encoding = Encoding(format="webp")
    assert encoding.is_lossless
    assert np.array_equal(decode_pixels(encode_image(pixels, encoding)), pixels)


@pytest.mark.parametrize(
    "encoding", [Encoding(format="jpeg"), Encoding(format="webp", lossless=False)]
)
@pytest.mark.parametrize("shape", [(30, 20), (30, 20, 3)])
def test_lossy_formats_decode_to_the_same_size(encoding, shape):
    pixels = np.full(shape, 200, np.uint8)
    data = encode_image(pixels, encoding)
    assert not encoding.is_lossless
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == encoding.format.upper()
        assert picture.size == (20, 30)


@pytest.mark.parametrize("name", ["png", "webp", "jpeg"])
def test_equal_pixels_give_equal_bytes(name):
    pixels = np.arange(3000, dtype=np.uint16).astype(np.uint8).reshape(50, 20, 3)
    assert encode_image(pixels, Encoding(format=name)) == encode_image(
        pixels.copy(), Encoding(format=name)
    )


@given(pictures)
def test_hash_tells_shapes_apart(pixels):
    assert pixel_hash(pixels) != pixel_hash(pixels.reshape(1, *pixels.shape))


def test_hash_reads_views_as_their_pixels():
    pixels = np.arange(200, dtype=np.uint8).reshape(10, 20)
    assert pixel_hash(pixels[:, ::2]) == pixel_hash(pixels[:, ::2].copy())


@given(arrays.arrays(np.uint8, st.tuples(sides, sides)))
def test_equal_channels_become_grey(grey):
    assert np.array_equal(drop_equal_channels(np.stack([grey] * 3, axis=2)), grey)


def test_one_coloured_pixel_keeps_colour():
    pixels = np.full((40, 40, 3), 255, np.uint8)
    pixels[17, 23, 2] = 254
    assert drop_equal_channels(pixels).shape == (40, 40, 3)


def test_preview_is_a_small_jpeg():
    with Image.open(io.BytesIO(preview_jpeg(np.zeros((1000, 500), np.uint8)))) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (240, 480)
