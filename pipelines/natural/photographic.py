"""Whether a picture can be a photograph, by what is measured on it; never by what it shows.

Photographs change gently from pixel to pixel and use many tones; drawings, charts, screenshots and
pages have equal neighbours, hard edges and few tones. A page that was photographed or scanned has
the camera's noise and shading, but what it shows is fine strokes: closing them up leaves little.
A chart photographed from a screen, and a painting, pass. Figures stand in docs/natural.md.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from dataengine.imaging import Pixels
from pipelines.natural.options import Photo as Limits
from pipelines.natural.problem import PhotoProblem

_LOOK_PX = 1024
"""Larger pictures are looked at in this size."""
_BLOCK = 8
_FLAT_RANGE = 3  # grey levels within a block that shows one tone
_GENTLE = 12
_STROKES_PX = 320  # at this size a page's strokes are up to 6 pixels wide
_CLOSE = 3
_GROUND_RADIUS = 16  # pixels over which light falls off

Scores = dict[str, object]
Grey = npt.NDArray[np.uint8]


def check_photographic(pixels: Pixels, limits: Limits, scores: Scores) -> None:
    """Measure a picture and write each score down.

    Raises:
        PhotoProblem: it is blank, cut off, a drawing or a page.
    """
    _check_tail(pixels, limits, scores)
    picture = _shrunk(Image.fromarray(pixels).convert("L"), _LOOK_PX)
    _check_tones(np.asarray(picture), limits, scores)
    broad = _broad_share(picture)
    scores["broad"] = round(broad, 3)
    if broad < limits.min_broad:
        raise PhotoProblem(
            "text-page", f"strokes make up all but {broad:.0%} of the contrast (photo.min_broad)"
        )


def _check_tones(grey: Grey, limits: Limits, scores: Scores) -> None:
    contrast = float(grey.std())
    scores["contrast"] = round(contrast, 2)
    if contrast < limits.min_contrast:
        raise PhotoProblem("blank", f"the brightness varies by {contrast:.1f} of 127 grey levels")
    left, right = grey[:, :-1], grey[:, 1:]
    steps = np.maximum(left, right) - np.minimum(left, right)
    # No step at all wraps round to 255.
    gentle = float((steps - np.uint8(1) < _GENTLE).mean()) if steps.size else 0.0
    tones = _entropy(grey)
    flat = _flat_share(grey)
    scores |= {"gentle": round(gentle, 3), "tones": round(tones, 3), "flat": round(flat, 3)}
    if gentle < limits.min_gentle or tones < limits.min_tones or flat > limits.max_flat:
        raise PhotoProblem(
            "drawing",
            f"{gentle:.0%} of the neighbours differ gently (at least {limits.min_gentle:.0%}), "
            f"{tones:.1f} bits of tones (at least {limits.min_tones}), {flat:.0%} of the area is "
            f"flat (at most {limits.max_flat:.0%})",
        )


def _check_tail(pixels: Pixels, limits: Limits, scores: Scores) -> None:
    """Refuse a picture that ends in one colour, as decoders show missing data.

    Where it begins in that colour, too, this is its ground, or bars above and below.
    """
    below = _even_rows(pixels[::-1])
    share = below / len(pixels)
    scores["even_tail"] = round(share, 3)
    is_ground = np.array_equal(pixels[0, 0], pixels[-1, 0])
    if below < len(pixels) and share > limits.max_cut_tail and not is_ground:
        raise PhotoProblem("truncated", f"the lowest {share:.0%} of the picture are one colour")


def _even_rows(pixels: Pixels) -> int:
    """Count the rows from the first one on that all have the first pixel's colour."""
    count = 0
    while count < len(pixels) and (pixels[count] == pixels[0, 0]).all():
        count += 1
    return count


def _entropy(grey: Grey) -> float:
    shares = np.bincount(grey.ravel(), minlength=256) / grey.size
    shares = shares[shares > 0]
    return float(-(shares * np.log2(shares)).sum())


def _flat_share(grey: Grey) -> float:
    height, width = (side // _BLOCK for side in grey.shape)
    if not height * width:
        return 0.0
    rows = grey[: height * _BLOCK, : width * _BLOCK].reshape(height, _BLOCK, width * _BLOCK)
    highest = rows.max(axis=1).reshape(height, width, _BLOCK).max(axis=2)
    lowest = rows.min(axis=1).reshape(height, width, _BLOCK).min(axis=2)
    return float((highest - lowest <= _FLAT_RANGE).mean())


def _broad_share(picture: Image.Image) -> float:
    """Return which share of the local contrast stays when dark or bright strokes are closed."""
    small = np.asarray(_shrunk(picture, _STROKES_PX))
    closed = _spread(_spread(small, np.maximum), np.minimum)
    opened = _spread(_spread(small, np.minimum), np.maximum)
    left = min(_local_contrast(closed), _local_contrast(opened))
    return left / max(_local_contrast(small), 1e-6)


def _spread(grey: Grey, extreme: np.ufunc) -> Grey:
    """Give each pixel the extreme value of the square of pixels around it (dilate or erode)."""
    for axis in (0, 1):
        length = grey.shape[axis]
        margin = [(0, 0), (0, 0)]
        margin[axis] = (_CLOSE, _CLOSE)
        padded = np.pad(grey, margin, mode="edge")
        shifted = [padded.take(range(at, at + length), axis) for at in range(2 * _CLOSE + 1)]
        grey = extreme.reduce(shifted)
    return grey


def _local_contrast(grey: Grey) -> float:
    ground = Image.fromarray(grey).filter(ImageFilter.BoxBlur(_GROUND_RADIUS))
    return float((grey.astype(np.int16) - np.asarray(ground)).std())


def _shrunk(picture: Image.Image, long_edge: int) -> Image.Image:
    longest = max(picture.size)
    if longest <= long_edge:
        return picture
    width, height = (max(1, round(side * long_edge / longest)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BOX)
