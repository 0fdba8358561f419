"""Pictures as a tower takes them: one square of bytes, made in an explicit way, then normalised.

Nothing here is random. Flips and random crops, which captioning code brings along, make a page's
target wrong; wear is a matter of `dataengine.degrade`.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from trainers.data.png import plain_png
from trainers.recipe import ImageSettings

if TYPE_CHECKING:
    from torch import Tensor

Square = npt.NDArray[np.uint8]

STATISTICS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "clip": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    "half": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
}
"""Mean and deviation by channel. Vary's code has ImageNet's, Vary-toy, Vary-tiny-600k and GOT
CLIP's."""

_PAPER = 255


class BadPicture(ValueError):
    """A stored picture cannot be decoded."""


def to_square(data: bytes, settings: ImageSettings) -> Square:
    """Return a stored picture as (S, S, 3) bytes, or (S, S, 1) for grey.

    squash: both sides scaled by themselves, as Vary does. pad: the picture on white, in the middle.
    crop: the shorter side fits and the middle is kept, as CLIP's processor does: margins are lost.

    Raises:
        BadPicture: it cannot be decoded.
    """
    square = to_thin_square(data, settings)
    return square if settings.channels == "grey" else in_colour(square)


def to_thin_square(data: bytes, settings: ImageSettings) -> Square:
    """Return the same, but (S, S, 1) of a picture that is stored grey: a third of the work.

    `normalise` repeats the channel, so that a model sees the very same.

    Raises:
        BadPicture: it cannot be decoded.
    """
    pixels = plain_png(data)
    if pixels is None or not _fits(pixels, settings):
        picture = _opened(data, settings) if pixels is None else Image.fromarray(pixels)
        if picture.mode != "L" and settings.channels == "grey":
            picture = picture.convert("L")
        pixels = np.ascontiguousarray(_fit(picture, settings))
    return pixels[..., None] if pixels.ndim == 2 else pixels


def _fits(pixels: Square, settings: ImageSettings) -> bool:
    in_place = pixels.shape[:2] == (settings.size, settings.size)
    return in_place and (pixels.ndim == 2 or settings.channels == "rgb")


def in_colour(square: Square) -> Square:
    """Return (S, S, 3) for (S, S, 1) or (S, S, 3)."""
    return square if square.shape[2] == 3 else np.repeat(square, 3, axis=2)


def _opened(data: bytes, settings: ImageSettings) -> Image.Image:
    """Return a decoded picture: grey where it is or shall be so, else in colour."""
    try:
        with Image.open(io.BytesIO(data)) as stored:
            if stored.mode.startswith("I;16"):  # Pillow would cut at 255, not scale
                return Image.fromarray((np.asarray(stored) >> 8).astype(np.uint8))
            grey = stored.mode == "L" or settings.channels == "grey"
            return stored.convert("L" if grey else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadPicture(f"the picture cannot be decoded: {error}") from error


def _fit(picture: Image.Image, settings: ImageSettings) -> Image.Image:
    side, bicubic = settings.size, Image.Resampling.BICUBIC
    if settings.fit == "squash" or picture.width == picture.height:
        return picture.resize((side, side), bicubic)
    pick = max if settings.fit == "pad" else min
    scale = side / pick(picture.size)
    width, height = (max(1, round(one * scale)) for one in picture.size)
    if width * height > (most := Image.MAX_IMAGE_PIXELS or width * height):
        raise BadPicture(
            f"a picture of {picture.width} x {picture.height} px would be scaled to {width} x "
            f"{height} before it is cropped, more than {most:,} pixels; use fit: pad, or squash"
        )
    scaled = picture.resize((width, height), bicubic)
    square = Image.new(picture.mode, (side, side), (_PAPER,) * len(picture.getbands()))
    square.paste(scaled, ((side - width) // 2, (side - height) // 2))
    return square


def normalise(squares: Tensor, settings: ImageSettings) -> Tensor:
    """Return (B, 3, S, S) floats for (B, S, S, C) bytes, on their device."""
    import torch

    mean, deviation = (
        torch.tensor(one, device=squares.device)[:, None, None]
        for one in STATISTICS[settings.statistics]
    )
    scaled = squares.permute(0, 3, 1, 2).expand(-1, 3, -1, -1) / 255
    result: Tensor = (scaled - mean) / deviation
    return result
