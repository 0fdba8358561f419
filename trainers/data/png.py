"""PNG files as this project's engine writes them, decoded in a quarter of Pillow's time."""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt
from isal import isal_zlib
from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">IIBBBBB")
_CHANNELS = {0: 1, 2: 3}
"""PNG's colour types grey and RGB."""

_DAMAGED: type[Exception] = isal_zlib.IsalError  # type: ignore[assignment]  # its stub errs


def plain_png(data: bytes) -> npt.NDArray[np.uint8] | None:
    """Return the pixels of an 8-bit grey or RGB PNG without filters, (H, W) or (H, W, 3).

    None for every other file, and for a damaged one: Pillow reads it, or says what is wrong.
    """
    if data[:8] != _SIGNATURE or data[12:16] != b"IHDR" or len(data) < 33:
        return None
    if isal_zlib.crc32(data[12:29]) != int.from_bytes(data[29:33], "big"):
        return None
    width, height, depth, colour, _, _, interlaced = _HEADER.unpack(data[16:29])
    channels = _CHANNELS.get(colour)
    if depth != 8 or channels is None or interlaced or not 0 < width * height <= _most_pixels():
        return None
    packed = _content(data)
    wanted = height * (1 + width * channels)
    try:
        # One byte more is asked for, so that a stream that holds more than it may is found out.
        unpacker = isal_zlib.decompressobj()
        raw = unpacker.decompress(packed, wanted + 1)
    except _DAMAGED:
        return None
    if len(raw) != wanted or not unpacker.eof:
        return None
    rows = np.frombuffer(raw, np.uint8).reshape(height, 1 + width * channels)
    if rows[:, 0].any():
        return None
    pixels = np.ascontiguousarray(rows[:, 1:])
    return pixels if channels == 1 else pixels.reshape(height, width, 3)


def _most_pixels() -> int:
    return Image.MAX_IMAGE_PIXELS or 0


def _content(data: bytes) -> bytes:
    """Return what the IDAT chunks hold together."""
    parts: list[bytes] = []
    place = 33
    while place + 8 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        if data[place + 4 : place + 8] == b"IDAT":
            parts.append(data[place + 8 : place + 8 + length])
        place += 12 + length
    return parts[0] if len(parts) == 1 else b"".join(parts)
