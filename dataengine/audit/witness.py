"""The witness of one row: looks at its picture and says what it finds. Pure but for Tesseract."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

from dataengine.audit.findings import Finding, Signs
from dataengine.audit.looking import Reading, Recognise, read, signs_of
from dataengine.audit.pictures import grey
from dataengine.audit.planting import Planted
from dataengine.audit.settings import Reader, Witness
from dataengine.audit.tesseract import OcrFailed
from dataengine.audit.truth import Truth, target_of, truth_of
from dataengine.audit.verdicts import Judgement, judge
from dataengine.audit.words import tokens

MAX_TEXT = 6_000
PICTURE_PX = (900, 1100)
NO_TEXT = "no target holds the printed text"
CONVERSATION = "a conversation that came with the picture, and no text of it"
UNEXPECTED_WORDS = 6
"""Sure words from which a picture without text is doubtful: signs and shirts have a few."""
UNEXPECTED_LETTERS = 4


def examine(planted: Planted, witness: Witness, recognise: Recognise) -> Finding:
    """Return what the audit finds of a row; a failure of the OCR is a finding too."""
    row = planted.row
    reader = witness.reader(str(row["kind"]), str(row["language"]))
    picture = grey((row.get("image") or {}).get("bytes") or b"")
    if picture is None:
        return _finding(planted, Judgement("ocr-failed", "", ("the picture cannot be decoded",)))
    text = target_of(row)
    try:
        if text is None:
            return _without_text(planted, picture, reader, recognise)
        return _with_text(planted, picture, text, reader, recognise)
    except OcrFailed as error:
        return _finding(planted, Judgement("ocr-failed", "", (str(error),)), picture=picture)


def _with_text(
    planted: Planted, picture: Image.Image, text: str, reader: Reader, recognise: Recognise
) -> Finding:
    row = planted.row
    truth = truth_of(row, text)
    readings = read(picture, truth, reader, recognise)
    signs = signs_of(picture, truth, readings, anywhere=reader.anywhere)
    judgement = judge(signs, str(row["language"]), reader.bounds)
    if len(truth.tokens) < reader.bounds.min_tokens and judgement.cause not in ("cropped",):
        few = f"{len(truth.tokens)} words besides formulas: too few to compare"
        judgement = Judgement("not-comparable", "", (few,))
    return _finding(planted, judgement, signs, truth, readings, picture)


def _without_text(
    planted: Planted, picture: Image.Image, reader: Reader, recognise: Recognise
) -> Finding:
    """Ask the reverse: where no text is claimed, none should be read."""
    row = planted.row
    if row.get("turns"):
        return _finding(planted, Judgement("not-comparable", "", (CONVERSATION,)), picture=picture)
    if row["kind"] != "natural":
        return _finding(planted, Judgement("not-comparable", "", (NO_TEXT,)), picture=picture)
    truth = truth_of({**row, "regions": ()}, "")
    readings = read(picture, truth, reader, recognise)
    sure = [word for one in readings for word in tokens(one.sure) if _is_word(word)]
    signs = Signs(read=len(sure), extra=float(bool(sure)))
    judgement = Judgement("agrees")
    if len(sure) >= UNEXPECTED_WORDS:
        why = f"{len(sure)} words read where no text is claimed"
        judgement = Judgement("doubtful", "unexpected-text", (why,))
    return _finding(planted, judgement, signs, truth, readings, picture)


def _is_word(word: str) -> bool:
    return len(word) >= UNEXPECTED_LETTERS or not word.isascii()


def _finding(
    planted: Planted,
    judgement: Judgement,
    signs: Signs | None = None,
    truth: Truth | None = None,
    readings: list[Reading] | None = None,
    picture: Image.Image | None = None,
) -> Finding:
    row: Mapping[str, Any] = planted.row
    best = max(readings or (), key=lambda one: len(one.words), default=None)
    return Finding(
        id=str(row["id"]),
        part=str(row["part"]),
        kind=str(row["kind"]),
        language=str(row["language"]),
        verdict=judgement.verdict,
        cause=judgement.cause,
        why=judgement.why,
        signs=signs or Signs(),
        target=truth.text[:MAX_TEXT] if truth else "",
        reading=best.text[:MAX_TEXT] if best else "",
        left_out=len(truth.left_out) if truth else 0,
        planted=planted.fault,
        telling=planted.telling,
        picture=b"" if picture is None else _jpeg(picture),
    )


def _jpeg(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail(PICTURE_PX, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
