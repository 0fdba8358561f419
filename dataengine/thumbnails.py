"""Pictures for people: decode a stored image, flatten it, make it small.

Untrusted bytes end as None, never as an exception. Orientation tags are not applied, because
region boxes are in pixels of the image as it is stored.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image

READABLE = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
SHOWN_AS_STORED = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
ORIENTATION_TAG = 0x0112
THUMB_BOX_PX = (400, 480)
THUMB_QUALITY = 82

_DECODER_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,  # Pillow's word for a broken PNG chunk
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True)
class Pictures:
    """What a browser gets of one stored image: the full picture and a small JPEG."""

    full: bytes
    suffix: str
    thumb: bytes
    width: int
    height: int


def decode(data: bytes) -> Image.Image | None:
    """Decode an image fully, or return None if the bytes are no picture that can be shown."""
    try:
        image = Image.open(io.BytesIO(data), formats=READABLE)
        image.load()
    except _DECODER_ERRORS:
        return None
    return image


def flatten(image: Image.Image) -> Image.Image:
    """Return the picture as grey or RGB, what is transparent over white."""
    if image.mode in ("L", "RGB"):
        return image
    if image.has_transparency_data:
        over = image.convert("RGBA")
        paper = Image.new("RGBA", over.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, over).convert("RGB")
    return image.convert("RGB")


def shrink(image: Image.Image, box_px: tuple[int, int]) -> Image.Image:
    """Return a flat copy that fits the box; never larger than the original."""
    small = flatten(image).copy()
    small.thumbnail(box_px, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return small


def make_pictures(data: bytes) -> Pictures | None:
    """Return the pictures of one stored image, or None if it cannot be decoded."""
    image = decode(data)
    if image is None:
        return None
    full, suffix = _full_size(image, data)
    return Pictures(full, suffix, _jpeg(shrink(image, THUMB_BOX_PX)), *image.size)


def _full_size(image: Image.Image, data: bytes) -> tuple[bytes, str]:
    """Keep the stored bytes if every browser draws them as stored, else encode a plain PNG."""
    suffix = SHOWN_AS_STORED.get(image.format or "")
    if suffix and image.getexif().get(ORIENTATION_TAG, 1) == 1:
        return data, suffix
    buffer = io.BytesIO()
    flatten(image).save(buffer, "PNG", exif=b"")
    return buffer.getvalue(), "png"


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=THUMB_QUALITY, exif=b"", icc_profile=None)
    return buffer.getvalue()
