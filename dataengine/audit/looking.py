"""Looks at one picture: what Tesseract reads in it, and how that compares with the target.

Pages are read whole; where that does not show every word, their lines are cut out and read on a
sheet, and last the page is read again in both languages. Charts are read as a sheet and whole.
A word counts as found if any look has it: each look fails in its own way, and none can read what
is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image

from dataengine.audit.edges import boxes_outside, boxes_touching, strokes_at_edges
from dataengine.audit.findings import Signs
from dataengine.audit.measures import (
    coverage,
    distance,
    extra_share,
    found_tokens,
    free_distance,
    gap,
    pair_coverage,
)
from dataengine.audit.pictures import Box, page_scale, scaled, sheet
from dataengine.audit.settings import Look, Reader
from dataengine.audit.tesseract import OcrFailed, Word
from dataengine.audit.truth import Truth
from dataengine.audit.words import han_share, tokens

Recognise = Callable[[Image.Image, str, int, int], list[Word]]
"""Picture, models, segmentation, dpi -> words."""

CONFIDENT = 60.0
READ_PX = 4
"""Tesseract's boxes are true to a few pixels; those of the dataset are exact."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look read.

    Attributes:
        text: lines of words, hyphens at line ends joined.
        words: its tokens.
        strings: what it read at one place: a line of the page, a cut of the sheet.
        sure: the same text without words of little confidence.
        boxes: where the sure words stand in the picture, if it was looked at whole.
    """

    text: str
    words: tuple[str, ...]
    strings: tuple[str, ...]
    sure: str
    boxes: tuple[Box, ...] = ()


def look(
    picture: Image.Image, truth: Truth, step: Look, models: str, recognise: Recognise
) -> Reading | None:
    """Look once at a picture; None where the look needs boxes and there are none."""
    if step.of == "page":
        heights = [cut.box[3] - cut.box[1] for cut in truth.cuts if not cut.turned]
        scale = page_scale(heights, step.line_px, step.most_scale)
        shown = scaled(picture, scale)
        return _reading(recognise(shown, models, step.segmentation, step.dpi), scale)
    if not truth.cuts:
        return None
    cuts = sheet(picture, [(cut.box, cut.turned) for cut in truth.cuts], step.line_px)
    words = recognise(cuts.picture, models, step.segmentation, step.dpi)
    return _by_place(words, cuts.places)


def read(picture: Image.Image, truth: Truth, reader: Reader, recognise: Recognise) -> list[Reading]:
    """Look at a picture as often as it takes; at least once.

    Raises:
        OcrFailed: no look gave anything.
    """
    readings: list[Reading] = []
    failure: OcrFailed | None = None
    for step in reader.looks:
        if readings and not step.always and _enough(truth, readings, reader):
            break
        try:
            reading = look(picture, truth, step, step.models or reader.models, recognise)
        except OcrFailed as error:
            failure = error
            continue
        if reading is not None:
            readings.append(reading)
    if failure is not None and not readings:
        raise failure
    return readings


def signs_of(
    picture: Image.Image,
    truth: Truth,
    readings: Sequence[Reading],
    *,
    anywhere: bool,
) -> Signs:
    """Compare a target with what was read.

    Args:
        anywhere: texts stand anywhere in the picture and their order means nothing.
    """
    found = found_tokens(truth.tokens, [one.words for one in readings])
    sure = max((one.sure for one in readings), key=len, default="")
    known = [*truth.tokens, *tokens(truth.margins), *tokens(truth.text)]
    han, letters = han_share(sure)
    lines = [cut.box for cut in truth.cuts]
    read_at = max((one.boxes for one in readings), key=len, default=())
    return Signs(
        tokens=len(truth.tokens),
        coverage=coverage(found),
        pairs=pair_coverage(truth.tokens, [one.words for one in readings]),
        gap=gap(found),
        distance=_distance(truth, readings, anywhere=anywhere),
        extra=extra_share(
            known, [word for word in tokens(sure) if len(word) > 2 or not word.isascii()]
        ),
        read=len(tokens(sure)),
        lost=_lost(truth, found),
        strokes=strokes_at_edges(picture),
        outside=boxes_outside(lines, *picture.size),
        touching=boxes_touching(lines, *picture.size),
        read_touching=boxes_touching(read_at, *picture.size, within=READ_PX),
        han_target=truth.han[0],
        han_read=han,
        letters_target=truth.han[1],
        letters_read=letters,
    )


def _lost(truth: Truth, found: Sequence[bool]) -> int:
    """Count tokens that no box holds and nobody has read: what was cut off with its boxes."""
    if not truth.boxed:
        return 0
    boxed = found_tokens(truth.tokens, [tokens(truth.boxed)])
    return sum(not (inside or seen) for inside, seen in zip(boxed, found, strict=True))


def _enough(truth: Truth, readings: Sequence[Reading], reader: Reader) -> bool:
    found = found_tokens(truth.tokens, [one.words for one in readings])
    return coverage(found) >= reader.enough and gap(found) <= reader.small_gap


def _distance(truth: Truth, readings: Sequence[Reading], *, anywhere: bool) -> float:
    if not readings:
        return 1.0
    if anywhere:
        return free_distance(truth.strings, {text for one in readings for text in one.strings})
    return min(distance(truth.text, one.text) for one in readings)


def _reading(words: Sequence[Word], scale: float) -> Reading:
    lines = _lines(words)
    sure = [word for word in words if word.confidence >= CONFIDENT]
    text = _joined(lines)
    return Reading(
        text,
        tuple(tokens(text)),
        tuple(lines),
        "\n".join(_lines(sure)),
        tuple(_unscaled(word.box, scale) for word in sure if tokens(word.text)),
    )


def _unscaled(box: Box, scale: float) -> Box:
    x0, y0, x1, y1 = (round(edge / scale) for edge in box)
    return x0, y0, x1, y1


def _by_place(words: Sequence[Word], places: Sequence[Box]) -> Reading:
    """Sort words into the cuts that they lie in; cuts are read in the order of the regions."""
    held: list[list[Word]] = [[] for _ in places]
    for word in words:
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
        for number, (x0, y0, x1, y1) in enumerate(places):
            if x0 - 8 <= x < x1 + 8 and y0 - 8 <= y < y1 + 8:
                held[number].append(word)
                break
    strings = [_spaced([word.text for word in one]) for one in held]
    sure = [_spaced([w.text for w in one if w.confidence >= CONFIDENT]) for one in held]
    text = _joined(strings)
    return Reading(text, tuple(tokens(text)), tuple(strings), "\n".join(sure))


def _lines(words: Sequence[Word]) -> list[str]:
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return [_spaced(line) for line in lines.values()]


def _spaced(words: Sequence[str]) -> str:
    """Join words by blanks, but not two that are Chinese where they meet."""
    text = ""
    for word in words:
        tight = han_share(text[-1:])[0] and han_share(word[:1])[0]
        text += word if tight or not text else f" {word}"
    return text


def _joined(lines: Sequence[str]) -> str:
    """Join lines, words cut at the end of one made whole."""
    text = ""
    for line in lines:
        hyphen = text[-1:] in ("-", "\u2010") and text[-2:-1].isalpha() and line[:1].islower()
        text = text[:-1] + line if hyphen else f"{text}\n{line}"
    return text.removeprefix("\n")
