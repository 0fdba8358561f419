"""The fast decoder: the same pixels as Pillow, and nothing of what it does not know."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dataengine.imaging import Encoding, encode_image
from trainers.data import png
from trainers.data.png import plain_png

PIXELS = np.arange(7 * 11 * 3, dtype=np.uint8).reshape(7, 11, 3)


def by_pillow(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture)


def saved(picture: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", **options)
    return buffer.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def made(raw: bytes, width: int, height: int, **header: int) -> bytes:
    fields = {"depth": 8, "colour": 0, "packing": 0, "filters": 0, "interlaced": 0, **header}
    head = struct.pack(">IIBBBBB", width, height, *fields.values())
    packed = zlib.compress(raw)
    half = len(packed) // 2
    return b"".join((
        b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), chunk(b"tEXt", b"a\0b"),
        chunk(b"IDAT", packed[:half]), chunk(b"IDAT", packed[half:]), chunk(b"IEND", b""),
    ))  # fmt: skip


@given(st.integers(1, 40), st.integers(1, 40), st.booleans(), st.integers(0, 2**32 - 1))
def test_the_same_pixels_as_pillow(width, height, colour, seed):
    shape = (height, width, 3) if colour else (height, width)
    pixels = np.random.Generator(np.random.PCG64(seed)).integers(0, 256, shape, np.uint8)
    data = encode_image(pixels, Encoding())
    found = plain_png(data)
    assert found is not None
    assert np.array_equal(found, by_pillow(data))
    assert found.flags.c_contiguous


def test_content_in_several_chunks():
    raw = b"\0abc\0def"
    assert plain_png(made(raw, 3, 2)).tobytes() == b"abcdef"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"no picture", saved(Image.fromarray(PIXELS)).replace(b"IHDR", b"IHDr"),
        saved(Image.fromarray(PIXELS).convert("P")), saved(Image.fromarray(PIXELS).convert("1")),
        saved(Image.fromarray(PIXELS).convert("RGBA")),
        made(b"\0abc\0def", 3, 2, interlaced=1), made(b"\0" + b"ab" * 3, 3, 1, depth=16),
        made(b"\1abc\0def", 3, 2),  # a filter
        made(b"\0abc\0def\0ghi", 3, 2),  # more than its header says
        made(b"\0abc", 3, 2),  # less
        made(b"", 0, 0),
    ],
)  # fmt: skip
def test_everything_else_is_left_to_pillow(data):
    assert plain_png(data) is None


@pytest.mark.parametrize("place", [17, 30, 50, 75, -20])
def test_damage_is_left_to_pillow(place):
    data = bytearray(encode_image(PIXELS[..., 0].copy(), Encoding()))
    data[place] ^= 0x55
    assert plain_png(bytes(data)) is None or place == -20
    assert plain_png(bytes(data[:-30])) is None


def test_no_more_is_unpacked_than_the_header_says(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert plain_png(made(b"\0" * 11 * 10, 10, 10)) is not None
    assert plain_png(made(b"\0" * 11 * 11, 10, 11)) is None
    bomb = made(b"\0" * 50_000_000, 10, 10)
    asked = []

    class Watched:
        eof = False

        def decompress(self, data, most):
            asked.append(most)
            return zlib.decompressobj().decompress(data, most)

    monkeypatch.setattr(png.isal_zlib, "decompressobj", Watched)
    assert plain_png(bomb) is None
    assert asked == [111]
