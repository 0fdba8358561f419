"""Pixels to stored bytes: PNG, WebP and JPEG, the hash of the pixels, and thumbnails.

PNG is written here, not by Pillow: filter 0 and isal take 0.7 ms for a page of 1024 px, where
Pillow takes 10 (grey) to 24 ms (colour) for files of about the same size (adaptive filters help
photographs, not text). isal's level 0, not 1: level 1 is a sixth smaller, but works in memory that
it does not clear, and in one run of ten some page came out with a few other bytes. isal chooses
other code paths on other CPUs, so compare pages across machines by `pixel_hash`.
"""

from __future__ import annotations

import io
import struct
from typing import Literal

import numpy as np
import numpy.typing as npt
import xxhash
from isal import isal_zlib
from PIL import Image
from pydantic import Field

from dataengine.settings import Settings

Pixels = npt.NDArray[np.uint8]
"""uint8, (height, width) for grey or (height, width, 3) for RGB, C-contiguous."""

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY8, _RGB8 = 0, 2  # PNG colour types
_LEVEL = 0
_WEBP_METHOD = 2  # 0..6: above 2, encoding takes several times as long for a few per cent


class Encoding(Settings):
    """How pictures are stored."""

    format: Literal["png", "webp", "jpeg"] = Field("png", description="file format of the image")
    quality: int = Field(90, ge=1, le=100, description="of JPEG and lossy WebP")
    lossless: bool = Field(True, description="WebP only: keep every pixel as it is")

    @property
    def is_lossless(self) -> bool:
        """Whether decoding gives back the very pixels that were encoded."""
        return self.format == "png" or (self.format == "webp" and self.lossless)


def encode_image(pixels: Pixels, encoding: Encoding) -> bytes:
    """Return the picture as a file's bytes."""
    if encoding.format == "png":
        return _png(pixels)
    picture = Image.fromarray(pixels)
    buffer = io.BytesIO()
    if encoding.format == "webp":
        picture.save(
            buffer,
            "WEBP",
            lossless=encoding.lossless,
            quality=encoding.quality,
            method=_WEBP_METHOD,
            exact=True,
        )
    else:
        picture.save(buffer, "JPEG", quality=encoding.quality)
    return buffer.getvalue()


def pixel_hash(pixels: Pixels) -> str:
    """Return the XXH3-128 of shape and pixels, in hex; the decoded PNG has the same hash.

    It tells whether two pictures are the same, not whether somebody forged one (the receipts'
    SHA-256 do that), and takes a tenth of the millisecond per page that SHA-256 would.
    """
    digest = xxhash.xxh3_128(repr(pixels.shape).encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


def decode_pixels(data: bytes) -> Pixels:
    """Return the pixels of an encoded picture, grey where it was stored grey."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture if picture.mode == "L" else picture.convert("RGB"))


def drop_equal_channels(pixels: Pixels) -> Pixels:
    """Return the grey picture where red, green and blue are equal everywhere, else the input."""
    if pixels.ndim == 2:
        return pixels
    for step in (128, 16, 1):  # most colour pages end at the first or second, at little cost
        if not _is_grey(pixels[::step]):
            return pixels
    return np.ascontiguousarray(pixels[..., 0])


def preview_jpeg(pixels: Pixels, long_edge: int = 480) -> bytes:
    """Return a small JPEG of the picture."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((long_edge, long_edge), Image.Resampling.BOX)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def _is_grey(pixels: Pixels) -> bool:
    red = pixels[..., 0]
    return bool((red == pixels[..., 1]).all() and (red == pixels[..., 2]).all())


def _png(pixels: Pixels) -> bytes:
    height, width = pixels.shape[:2]
    colour = _GREY8 if pixels.ndim == 2 else _RGB8
    rows = np.empty((height, 1 + pixels.size // height), np.uint8)
    rows[:, 0] = 0  # filter 0
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"".join(
        (
            _PNG_SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", isal_zlib.compress(rows.data, _LEVEL)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    checksum = isal_zlib.crc32(data, isal_zlib.crc32(name))
    return b"".join((struct.pack(">I", len(data)), name, data, struct.pack(">I", checksum)))
