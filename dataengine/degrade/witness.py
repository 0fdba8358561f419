"""An independent witness: what Tesseract reads of worn pages, beside what it reads of clean ones.

Pages are enlarged first, the clean and the worn by the same factor, for Tesseract wants letters
some 30 px high; and shadows are divided out, for it has one threshold for the whole page, and
people do not. Errors are the normalised edit distance to the target's text, order included, in
small letters without spaces and punctuation (`dataengine.audit.measures`). Only pages that it
reads well when clean tell anything: on the others its errors are about order and layout.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from PIL import Image

from dataengine.audit.measures import distance
from dataengine.audit.tesseract import OcrFailed, recognise
from dataengine.degrade.applying import warp_of
from dataengine.degrade.degrader import Degrader
from dataengine.degrade.encoding import png
from dataengine.degrade.fields import even_light
from dataengine.degrade.legibility import text_heights
from dataengine.degrade.settings import ANY_KIND, Degradation
from dataengine.degrade.warp import resampled
from dataengine.imaging import decode_pixels
from dataengine.views.example import Worn

Row = Mapping[str, Any]

READ_WELL = 0.1
"""Highest error of a clean page that tells."""
MUCH_WORSE = 0.1
_NOT_STRAIGHT = ("tilt", "curl")
_LINE_PX, _MOST = 30, 3.0
_MODELS = {"en": "eng", "zh": "chi_sim", "mixed": "chi_sim+eng"}
_WHOLE_PAGE, _DPI = 3, 200


@dataclass(frozen=True, slots=True)
class Figures:
    """What the witness says of one profile at one strength.

    Attributes:
        pages: that were worn and read.
        clean, worn: mean error of the same pages before and after.
        flat: likewise after, with tilt and curl undone by the map that was recorded.
        much_worse: share of pages whose flat error is higher by more than `MUCH_WORSE`.
        gentler: share of pages that needed less strength or were left flat.
        left: pages that stayed clean, because they would not have been legible.
    """

    profile: str
    strength: float
    pages: int
    clean: float
    worn: float
    flat: float
    much_worse: float
    gentler: float
    left: int


def readable(rows: Iterable[Row], count: int) -> list[tuple[Row, float]]:
    """Return the first rows that Tesseract reads well, and its error on each."""
    found: list[tuple[Row, float]] = []
    for row in rows:
        if len(found) == count:
            break
        error = read_error(row, row["image"]["bytes"])
        if error is not None and error <= READ_WELL:
            found.append((row, error))
    return found


def witness(
    pages: Sequence[tuple[Row, float]],
    profiles: Sequence[str],
    strengths: Sequence[float],
    *,
    seed: int = 0,
    deal: int = 1,
) -> Iterator[Figures]:
    """Wear pages by each profile at each strength, read them, and yield the figures.

    Args:
        deal: of so many pages, one is read for each profile and strength, other ones for others.
    """
    for number, (profile, strength) in enumerate(product(profiles, strengths)):
        settings = Degradation(
            share=1, strength=(strength, strength), profiles={ANY_KIND: {profile: 1.0}}
        )
        dealt = pages[number % deal :: deal]
        yield _figures(dealt, Degrader(settings, seed, "witness"), profile, strength)


def _figures(
    pages: Sequence[tuple[Row, float]], degrader: Degrader, profile: str, strength: float
) -> Figures:
    errors: list[tuple[float, float, float]] = []
    gentler = 0
    for row, clean in pages:
        outcome = degrader.outcome(row)
        if outcome.worn is not None:
            gentler += bool(outcome.refused)
            errors.append((clean, *_worn_errors(row, outcome.worn)))
    table = np.array(errors).reshape(-1, 3)
    count = max(1, len(table))
    clean, worn, flat = (float(one) for one in table.sum(axis=0) / count)
    worse = float((table[:, 2] - table[:, 0] > MUCH_WORSE).sum() / count)
    left = len(pages) - len(table)
    return Figures(profile, strength, len(table), clean, worn, flat, worse, gentler / count, left)


def _worn_errors(row: Row, worn: Worn) -> tuple[float, float]:
    """Return the error of a worn picture as it is, and flattened by the map that was recorded."""
    error = read_error(row, worn.image)
    as_it_is = 1.0 if error is None else error
    flat = flattened(row, worn)
    if flat is None:
        return as_it_is, as_it_is
    error = read_error(row, flat)
    return as_it_is, 1.0 if error is None else error


def flattened(row: Row, worn: Worn) -> bytes | None:
    """Return a worn picture with its bends undone, as PNG; None if it was at most turned.

    Tesseract looks for straight lines, and people do not.
    """
    warp = warp_of((row["width"], row["height"]), worn.applied[1:])
    if warp is None or not any(one["name"] in _NOT_STRAIGHT for one in worn.applied):
        return None
    x, y = np.meshgrid(np.arange(row["width"]) + 0.5, np.arange(row["height"]) + 0.5)
    points = warp.forward(np.stack([x, y], axis=2).reshape(-1, 2)) - 0.5
    maps = points.astype(np.float32).reshape(*x.shape, 2)
    picture = np.ascontiguousarray(decode_pixels(worn.image))
    return png(resampled(picture, (maps[..., 0].copy(), maps[..., 1].copy())))


def read_error(row: Row, picture: bytes) -> float | None:
    """Return the error of what Tesseract reads of a picture; None if there is nothing to read."""
    text = row["targets"].get("text")
    if not text:
        return None
    usual_px, _ = text_heights(row["regions"] or ())
    with Image.open(io.BytesIO(picture)) as opened:
        image = Image.fromarray(even_light(np.asarray(opened.convert("L"))))
    scale = min(_MOST, max(1.0, _LINE_PX / usual_px))
    size = round(image.width * scale), round(image.height * scale)
    image = image.resize(size, Image.Resampling.BICUBIC)
    models = _MODELS.get(row["language"], "eng")
    try:
        words = recognise(image, models=models, segmentation=_WHOLE_PAGE, dpi=_DPI)
    except OcrFailed:
        return None
    return distance(text, " ".join(word.text for word in words))
