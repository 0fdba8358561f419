"""File bytes to pixels: upright, 8 bits, grey or RGB; everything done on the way is recorded.

Only the decoders named here are asked, whatever else is installed, and none before the header's
size has been looked at. A picture that ends early is refused, never filled up.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from PIL import Image, UnidentifiedImageError

from dataengine.imaging import Pixels
from pipelines.natural.container import Bare, bare
from pipelines.natural.options import Photo as Limits
from pipelines.natural.problem import PhotoProblem

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
_KEPT_FORMATS = ("JPEG", "PNG", "WEBP")
_OTHER_FORMATS = (
    (4, b"ftyp", "HEIF or AVIF"),
    (4, b"jP  \r\n\x87\n", "JPEG 2000"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
)
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N")
_PLAIN = ("1", "CMYK", "YCbCr", "LAB", "HSV")
# What Pillow's decoders raise on broken files, beside running out of memory.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    struct.error,
    zlib.error,
)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A decoded picture.

    Attributes:
        pixels: upright.
        format: of the file, as Pillow calls it.
        mode: of the file: "RGB", "L", "CMYK", "P", "RGB 16-bit", …
        size: width and height in the file, before it was set upright.
        orientation: Exif's, 1 to 8; it has been applied.
        transparent: share of pixels that were not opaque, now on white.
        profile: whether a colour profile says how the numbers are meant.
        kept: the file that may be stored as it is, if its picture is not to be changed.
    """

    pixels: Pixels
    format: str
    mode: str
    size: tuple[int, int]
    orientation: int
    transparent: float
    profile: bool
    kept: Bare | None


def decode(data: bytes, limits: Limits, *, metadata: str) -> Photo:
    """Decode a file wholly.

    Raises:
        PhotoProblem: it is no picture, of no use, or broken.
    """
    picture = _open(data)
    _check_header(picture, limits)
    format_, mode, size = _format(picture), _mode(picture, data), picture.size
    orientation = _orientation(picture)
    kept = None
    if format_ in _KEPT_FORMATS and orientation == 1 and mode in ("L", "RGB"):
        kept = bare(data, format_) if metadata == "strip" else Bare(data, ())
    profile = bool(picture.info.get("icc_profile"))
    if kept is not None and kept.data is not data:
        picture = _open(kept.data)  # what will be stored is what is looked at
    _guarded(picture.load)
    turn = _UPRIGHT.get(_orientation(picture))  # TIFF is turned while it is loaded
    eight_bits, transparent = _guarded(lambda: _eight_bits(picture))
    if transparent:
        kept = None
    upright = eight_bits.transpose(turn) if turn is not None else eight_bits
    return Photo(np.asarray(upright), format_, mode, size, orientation, transparent, profile, kept)


def _open(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the size is looked at next; other faults raise or do not
        try:
            return Image.open(io.BytesIO(data), formats=_FORMATS)
        except UnidentifiedImageError as error:
            raise _unidentified(data) from error
        except Image.DecompressionBombError as error:
            raise PhotoProblem("too-many-pixels", f"{error}"[:300]) from error
        except _BROKEN as error:
            raise PhotoProblem("broken", f"its header is damaged: {error}"[:300]) from error


def _unidentified(data: bytes) -> PhotoProblem:
    for at, magic, name in _OTHER_FORMATS:
        if data[at : at + len(magic)] == magic:
            return PhotoProblem("unsupported", f"the file is {name}")
    begins = data[:16].decode("latin-1")
    if data[:2] == b"\xff\xd8" or data[:8] == b"\x89PNG\r\n\x1a\n" or data[8:12] == b"WEBP":
        return PhotoProblem("broken", f"its header is damaged; it begins with {begins!r}")
    return PhotoProblem("not-an-image", f"it begins with {begins!r}" if data else "it is empty")


def _check_header(picture: Image.Image, limits: Limits) -> None:
    width, height = picture.size
    if width * height > limits.max_pixels:
        raise PhotoProblem(
            "too-many-pixels", f"{width} x {height} are more than {limits.max_pixels:,} pixels"
        )
    # Phones append further pictures to a JPEG ("MPO"); its first one is the photograph.
    frames = 1 if _format(picture) == "JPEG" else _guarded(lambda: getattr(picture, "n_frames", 1))
    if frames > 1:
        raise PhotoProblem("animated", f"{frames} pictures in one {picture.format} file")
    if min(width, height) < limits.min_px:
        raise PhotoProblem("tiny", f"{width} x {height}: fewer than {limits.min_px} pixels")
    if max(width, height) > limits.max_aspect * min(width, height):
        ratio = max(width, height) / min(width, height)
        raise PhotoProblem("aspect", f"{width} x {height}: {ratio:.1f} to 1")


def _format(picture: Image.Image) -> str:
    return "JPEG" if picture.format in ("JPEG", "MPO") else str(picture.format)


def _mode(picture: Image.Image, data: bytes) -> str:
    sixteen = picture.format == "PNG" and data[24:25] == b"\x10"
    return f"{picture.mode} 16-bit" if sixteen and ";16" not in picture.mode else picture.mode


def _orientation(picture: Image.Image) -> int:
    value = _guarded(lambda: picture.getexif().get(_ORIENTATION, 1), 1)
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def _guarded(work: Callable[[], Result], otherwise: Result | None = None) -> Result:
    """Call a decoder; what it cannot do is a broken picture, unless there is another answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return work()
        except Image.DecompressionBombError as error:
            raise PhotoProblem("too-many-pixels", f"{error}"[:300]) from error
        except _BROKEN as error:
            if otherwise is not None:
                return otherwise
            detail = f"it cannot be decoded to its end: {error or type(error).__name__}"
            raise PhotoProblem("broken", detail[:300]) from error


def _eight_bits(picture: Image.Image) -> tuple[Image.Image, float]:
    """Return the picture as grey or RGB, and which share of it was not opaque."""
    if picture.mode in _SIXTEEN_BITS:
        return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8)), 0.0
    if picture.has_transparency_data:
        return _on_white(picture.convert("RGBA"))
    if picture.mode in ("L", "RGB"):
        return picture, 0.0
    if picture.mode == "P" or picture.mode in _PLAIN:
        return picture.convert("L" if picture.mode == "1" else "RGB"), 0.0
    raise PhotoProblem("unsupported", f"pictures of mode {picture.mode} are not read")


def _on_white(picture: Image.Image) -> tuple[Image.Image, float]:
    alpha = np.asarray(picture.getchannel("A"))
    share = float((alpha < 255).mean())
    if not share:
        return picture.convert("RGB"), 0.0
    ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    return Image.alpha_composite(ground, picture).convert("RGB"), share
