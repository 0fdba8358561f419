"""Other people's pictures: decoded from beginning to end, kept byte for byte where they are plain.

A picture is plain if it is a JPEG, PNG or WebP whose pixels every decoder shows alike: one frame,
no transparency, no turning by EXIF, 8 bits, grey or RGB, not above the size. All others are encoded
again, and what was done is recorded. A JPEG that is damaged in its middle decodes with a grey patch
and without an error: libjpeg does not tell, so nobody notices it here.
"""

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from dataengine.imaging import Encoding, Pixels, encode_image, pixel_hash
from pipelines.imported.options import Options
from pipelines.imported.records import Problem

_FORMATS = {"JPEG": "jpeg", "MPO": "jpeg", "PNG": "png", "WEBP": "webp", "GIF": "", "BMP": ""}
"""What is opened at all -> as what it can be kept. MPO: a camera's JPEG with others behind it."""

_OPENED = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_PLAIN_MODES = ("1", "L", "P", "RGB")
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    struct.error,
    Image.DecompressionBombError,
)
"""What Pillow raises on pictures that are damaged or made to do harm."""

_OBJECT = re.compile(r"<[^<>]*0x[0-9a-f]+[^<>]*>")
"""How an object is shown, address and all, which is another one each time."""

_ORIENTATION = 0x0112
_MEGA = 1_000_000
_TO_8_BITS = 257  # 65535 becomes 255


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is stored, and what was found and done.

    Attributes:
        facts: for the proof: "format", "mode", "size" of the file, "stored" ("unchanged" or
            "encoded again") and "changes".
    """

    data: bytes
    format: str
    pixels: Pixels
    pixel_hash: str
    facts: dict[str, Any]


def load_picture(data: bytes, options: Options) -> Picture:
    """Decode a file and return what to store of it.

    Raises:
        Problem: "unreadable-image", "huge-image" or "tiny-image".
    """
    try:
        return _load(data, options)
    except UnidentifiedImageError as error:
        words = f"{len(data)} bytes that are no JPEG, PNG, WebP, GIF or BMP"
        raise Problem("unreadable-image", words) from error
    except _BROKEN as error:
        words = _OBJECT.sub("", str(error)[:2000])[:200].strip() or type(error).__name__
        raise Problem("unreadable-image", f"{len(data)} bytes: {words}") from error


def _load(data: bytes, options: Options) -> Picture:
    with Image.open(io.BytesIO(data), formats=_OPENED) as picture:
        kept_as = _FORMATS[str(picture.format)]
        width, height = picture.size
        facts: dict[str, Any] = {"format": kept_as or str(picture.format).lower()}
        facts |= {"mode": picture.mode, "size": [width, height]}
        if width * height > options.max_megapixels * _MEGA:
            raise Problem("huge-image", f"{width} x {height} pixels")
        if min(width, height) < options.min_side:
            raise Problem("tiny-image", f"{width} x {height} pixels")
        if picture.format == "PNG":
            _check_sums(data)
        frames = 1 if picture.format == "MPO" else getattr(picture, "n_frames", 1)
        picture.load()
        changed, changes = _plain(picture, options)
    if frames > 1:
        changes.insert(0, f"first of {frames} frames")
    pixels = np.ascontiguousarray(changed if changed.mode == "L" else changed.convert("RGB"))
    if kept_as and not changes:
        facts["stored"] = "unchanged"
        return Picture(data, kept_as, pixels, pixel_hash(pixels), facts)
    encoding = Encoding(format="jpeg" if kept_as == "jpeg" else "png", quality=options.quality)
    facts |= {"stored": "encoded again", "changes": changes or ["format"]}
    image = encode_image(pixels, encoding)
    return Picture(image, encoding.format, pixels, pixel_hash(pixels), facts)


def _check_sums(data: bytes) -> None:
    """Compare the checksums of a PNG's chunks, which decoding does not."""
    with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
        picture.verify()


def _plain(picture: Image.Image, options: Options) -> tuple[Image.Image, list[str]]:
    """Return a picture as it is shown, and what had to be done for that."""
    changes = []
    if picture.getexif().get(_ORIENTATION, 1) in range(2, 9):
        turned = ImageOps.exif_transpose(picture)
        changes.append("turned by its EXIF")
        picture = turned
    if _is_see_through(picture):
        picture = _on_white(picture)
        changes.append("laid on white")
    if picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
        changes.append("cut to 8 bits")
    elif picture.mode not in (*_PLAIN_MODES, "RGBA", "LA", "PA"):
        changes.append(f"{picture.mode} to RGB")
        picture = picture.convert("RGB")
    if max(picture.size) > options.max_side:
        grey = picture.mode in ("1", "L")
        picture = picture.convert("L" if grey else "RGB")
        picture.thumbnail((options.max_side, options.max_side), Image.Resampling.LANCZOS)
        changes.append(f"scaled to {picture.width} x {picture.height}")
    return picture, changes


def _is_see_through(picture: Image.Image) -> bool:
    if not (picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info):
        return False
    lowest = picture.convert("RGBA").getchannel("A").getextrema()[0]
    return isinstance(lowest, int | float) and lowest < 255


def _on_white(picture: Image.Image) -> Image.Image:
    drawn = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn).convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Return a grey picture of 16 bits as one of 8; Pillow's own way cuts off what is bright."""
    values = np.asarray(picture).astype(np.float64)
    return Image.fromarray((values / _TO_8_BITS).clip(0, 255).round().astype(np.uint8))
