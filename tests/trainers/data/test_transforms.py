"""Transforms: squares of the right pixels, nothing cut but where cutting was asked for."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from dataengine.imaging import Encoding, encode_image
from trainers.data.transforms import (
    STATISTICS,
    BadPicture,
    in_colour,
    normalise,
    to_square,
    to_thin_square,
)
from trainers.recipe import ImageSettings


def encoded(pixels: np.ndarray, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def halves(width: int, height: int) -> np.ndarray:
    """Return a picture whose left half is red and whose right half is blue."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = 255
    pixels[:, width // 2 :, 2] = 255
    return pixels


def square(data: bytes, **settings: object) -> np.ndarray:
    return to_square(data, ImageSettings.model_validate({"size": 32, **settings}))


@pytest.mark.parametrize("size", [(64, 32), (20, 90), (1, 7)])
@pytest.mark.parametrize("fit", ["squash", "pad", "crop"])
@pytest.mark.parametrize(("channels", "depth"), [("rgb", 3), ("grey", 1)])
def test_squares_of_the_right_shape(size, fit, channels, depth):
    data = encoded(halves(*size))
    assert square(data, fit=fit, channels=channels).shape == (32, 32, depth)


def test_squash_keeps_everything_and_pad_keeps_shape():
    data = encoded(halves(64, 32))
    squashed = square(data, fit="squash")
    assert squashed[:, :14].mean(axis=(0, 1)).tolist() == [255, 0, 0]
    padded = square(data, fit="pad")
    assert (padded[:7] == 255).all()
    assert (padded[-7:] == 255).all()
    assert padded[16, 4].tolist() == [255, 0, 0]


def test_crop_loses_the_margins():
    pixels = np.zeros((32, 96, 3), np.uint8)
    pixels[:, :30] = 255
    assert square(encoded(pixels), fit="crop").max() == 0
    assert square(encoded(pixels), fit="pad").max() == 255


def test_grey_and_colour_files_give_the_same_grey():
    grey = np.arange(32 * 32, dtype=np.uint8).reshape(32, 32)
    colour = np.repeat(grey[..., None], 3, axis=2)
    left, right = (square(encoded(one), channels="grey") for one in (grey, colour))
    assert np.abs(left.astype(int) - right).max() <= 1


@pytest.mark.parametrize("data", [b"", b"no picture", encoded(halves(8, 8))[:40]])
def test_bad_pictures_are_said(data):
    with pytest.raises(BadPicture, match="cannot be decoded"):
        square(data)


@pytest.mark.parametrize("name", sorted(STATISTICS))
def test_normalised_values_by_hand(name):
    import torch

    settings = ImageSettings(size=16, statistics=name)
    squares = torch.full((2, 16, 16, 3), 51, dtype=torch.uint8)
    values = normalise(squares, settings)
    mean, deviation = STATISTICS[name]
    assert values.shape == (2, 3, 16, 16)
    for channel in range(3):
        wanted = (0.2 - mean[channel]) / deviation[channel]
        assert values[0, channel, 3, 3].item() == pytest.approx(wanted, abs=1e-6)
    grey = normalise(squares[..., :1], settings)
    assert torch.equal(grey, values)


@pytest.mark.parametrize("fit", ["squash", "pad", "crop"])
@pytest.mark.parametrize("size", [(32, 32), (50, 20)])
@pytest.mark.parametrize("channels", ["rgb", "grey"])
@pytest.mark.parametrize("stored", ["grey", "colour"])
def test_own_files_and_pillows_give_the_same_squares(fit, size, channels, stored):
    settings = ImageSettings(size=32, fit=fit, channels=channels)
    pixels = np.random.Generator(np.random.PCG64(3)).integers(0, 256, (*size, 3), np.uint8)
    pixels = pixels[..., 0].copy() if stored == "grey" else pixels
    own = encode_image(pixels, Encoding())
    assert np.array_equal(to_square(own, settings), to_square(encoded(pixels), settings))


@pytest.mark.parametrize("fit", ["squash", "pad", "crop"])
def test_grey_scaled_in_one_channel_is_grey_scaled_in_three(fit):
    grey = np.random.Generator(np.random.PCG64(5)).integers(0, 256, (50, 40), np.uint8)
    settings = ImageSettings(size=32, fit=fit)
    thin = to_thin_square(encoded(grey), settings)
    assert thin.shape == (32, 32, 1)
    thick = to_square(encoded(np.repeat(grey[..., None], 3, axis=2)), settings)
    assert np.array_equal(in_colour(thin), thick)
    assert np.array_equal(to_square(encoded(grey), settings), thick)


def test_sixteen_bits_are_scaled_not_cut():
    ramp = np.linspace(0, 65535, 32 * 32).astype(np.uint16).reshape(32, 32)
    for channels in ("grey", "rgb"):
        seen = square(encoded(ramp), channels=channels)
        assert np.abs(seen[..., 0].astype(int) - (ramp >> 8)).max() <= 1


def test_a_strip_that_cropping_would_blow_up_is_refused():
    strip = encoded(np.zeros((1, 20_000_000), np.uint8))
    with pytest.raises(BadPicture, match="fit: pad"):
        square(strip, fit="crop", channels="grey")
    assert square(strip, fit="pad", channels="grey").shape == (32, 32, 1)
