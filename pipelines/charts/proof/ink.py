"""The pixels show every text: ink of its colour along all of it, on something of another colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipelines.charts.drawing import Drawing, Text
from pipelines.charts.proof.verdict import Fault

_WEIGHTS = (2, 4, 1)
"""Of red, green and blue in the difference of two colours, about as the eye has it."""
_LEAST_CONTRAST = 45
_LEAST_BACKGROUND = 0.4
"""Share of a text's box that must differ from its ink; letters and soft edges take the rest."""
_INK = 0.75
_FULL_INK = 0.68
"""Of the mean difference within a text's box: what a column and what the text must fall below.
Hairlines of small letters cover but a third of a pixel."""
_GAP_EM = 1.0
_BLANK_EM = 0.18
_CJK_BLANK_EM = 0.75


def check_ink(drawing: Drawing) -> float:
    """Check all texts; return the least contrast of a text to what is behind it (0 to 255).

    A text is cut into columns (rows, if it runs upwards). Each has ink where a pixel lies nearer to
    the text's colour than to what surrounds it; from one end to the other there must be no gap that
    is wider than letters and blanks explain.

    Raises:
        Fault: no-ink, low-contrast.
    """
    texts = [one for one in drawing.texts if one.string.strip()]
    if not texts:
        return 255.0
    crops = [_crop(drawing.pixels, one) for one in texts]
    counts = np.array([crop.shape[0] * crop.shape[1] for crop in crops])
    if not counts.all():
        raise Fault("no-ink", f"{texts[int(counts.argmin())].string!r} is nowhere in the picture")
    away = _differences(texts, crops, counts)
    begin = np.cumsum(counts) - counts
    nearest = [
        away[start : start + count].reshape(crop.shape[:2]).min(1 if _upwards(one) else 0)
        for one, crop, start, count in zip(
            texts, crops, begin.tolist(), counts.tolist(), strict=True
        )
    ]
    contrast = np.add.reduceat(away, begin, dtype=np.int64) / counts
    _check_contrast(texts, away, begin, counts)
    _check_gaps(texts, nearest, contrast)
    return round(float(contrast.min()) / sum(_WEIGHTS), 1)


def _crop(pixels: npt.NDArray[np.uint8], one: Text) -> npt.NDArray[np.uint8]:
    x0, y0, x1, y1 = one.box
    return pixels[max(0, int(y0)) : max(0, int(y1) + 1), max(0, int(x0)) : max(0, int(x1) + 1)]


def _upwards(one: Text) -> bool:
    """Say whether a text's letters follow one another down or up the picture."""
    if one.corners is None:
        return False
    return one.box[3] - one.box[1] > one.box[2] - one.box[0]


def _differences(
    texts: Sequence[Text], crops: Sequence[npt.NDArray[np.uint8]], counts: npt.NDArray[np.int64]
) -> npt.NDArray[np.int16]:
    """Return how far each pixel is from its text's colour, 0 to 1785."""
    flat = np.concatenate([crop.reshape(-1, 3) for crop in crops])
    colours = np.array([one.colour for one in texts], np.int16)
    total = np.zeros(len(flat), np.int16)
    for channel, weight in enumerate(_WEIGHTS):
        part = np.repeat(colours[:, channel], counts)
        np.subtract(flat[:, channel], part, out=part, dtype=np.int16)
        np.abs(part, out=part)
        if weight > 1:
            part *= weight
        total += part
    return total


def _check_contrast(
    texts: Sequence[Text],
    away: npt.NDArray[np.int16],
    begin: npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
) -> None:
    other = (away >= _LEAST_CONTRAST * sum(_WEIGHTS)).view(np.uint8)
    shares = np.add.reduceat(other, begin, dtype=np.int64) / counts
    at = int(shares.argmin())
    if shares[at] < _LEAST_BACKGROUND:
        raise Fault(
            "low-contrast",
            f"{1 - shares[at]:.0%} of {texts[at].string!r} have its own colour, or nearly",
        )


def _check_gaps(
    texts: Sequence[Text],
    lines: Sequence[npt.NDArray[np.int16]],
    contrast: npt.NDArray[np.float64],
) -> None:
    """Check for ink all along; `lines` has the nearest pixel of every column of each text."""
    nearest = np.concatenate(lines)
    lengths = np.array([len(one) for one in lines])
    first = np.cumsum(lengths) - lengths
    fullest = np.minimum.reduceat(nearest, first)
    short = fullest > _FULL_INK * contrast
    if short.any():
        at = int(short.argmax())
        raise Fault("no-ink", f"no pixel at {texts[at].string!r} has its colour")
    order = np.arange(len(texts))
    owner = np.repeat(order, lengths)
    inked = np.flatnonzero(nearest <= _INK * contrast[owner])
    # A column of ink stands before and after each text, so that gaps at its ends count as well.
    walls = np.append(first + order, first[-1] + lengths[-1] + len(texts))
    columns = np.sort(np.concatenate((inked + owner[inked] + 1, walls)))
    gaps = np.diff(columns)
    widest = np.maximum.reduceat(gaps, np.searchsorted(columns, walls[:-1]))
    over = widest > np.array([_room(one) for one in texts])
    if over.any():
        at = int(over.argmax())
        raise Fault("no-ink", f"{widest[at]} px of {texts[at].string!r} show no ink of it")


def _room(one: Text) -> float:
    """Return the widest stretch without ink that a text can have, pixels."""
    text = one.string
    blanks = text.count(" ") if "  " in text else 1 if " " in text else 0
    wide = 0.0 if text.isascii() else _CJK_BLANK_EM
    return (_GAP_EM + _BLANK_EM * blanks + wide) * one.size_px + 2
