"""The witness on real pictures: clean rows agree, each planted fault is found and named."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dataengine.audit.auditing import examined
from dataengine.audit.findings import Finding
from dataengine.audit.planting import Planted, crop
from dataengine.audit.settings import witness
from dataengine.audit.tesseract import OcrFailed, Word
from dataengine.audit.witness import examine
from tests.dataengine.audit.pages import CHINESE, needs_tesseract, page, png


def finding(row: dict[str, Any] | Planted) -> Finding:
    planted = row if isinstance(row, Planted) else Planted(row)
    return next(examined(iter([planted]), 1))


def fails(picture: Image.Image, models: str, segmentation: int, dpi: int) -> list[Word]:
    raise OcrFailed("no answer within 60 s")


def silent(picture: Image.Image, models: str, segmentation: int, dpi: int) -> list[Word]:
    return []


def shouts(picture: Image.Image, models: str, segmentation: int, dpi: int) -> list[Word]:
    text = "this photograph shows nothing but large printed letters everywhere"
    return [Word(word, (0, 0, 9, 9), 0, 95.0) for word in text.split()]


@needs_tesseract
def test_clean_pages_agree() -> None:
    for row in (page(), page(3), page(1, CHINESE, "zh")):
        seen = finding(row)
        assert seen.verdict == "agrees", seen
        assert seen.signs.distance < 0.1


@needs_tesseract
def test_every_pair_can_be_shown_with_its_picture() -> None:
    """The worst of a clean dataset agree, and are looked at all the same."""
    talk = {"targets": {}, "turns": [{"role": "user", "text": "?"}]}
    for row in (page(), page() | talk, page() | {"targets": {}}):
        assert Image.open(io.BytesIO(finding(row).picture)).format == "JPEG"


@needs_tesseract
def test_another_pages_target_is_found() -> None:
    other = [f"Entirely different sentence number {number}." for number in range(12)]
    seen = finding(page() | {"targets": page(0, other)["targets"]})
    assert (seen.verdict, seen.cause) == ("contradicts", "other-target")
    assert "harbour" in seen.reading
    assert "Entirely" in seen.target


@needs_tesseract
@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
def test_a_cropped_picture_is_found(side: str) -> None:
    seen = finding(crop(page(), side, 0.2))
    assert (seen.verdict, seen.cause) == ("contradicts", "cropped")


@needs_tesseract
def test_another_language_is_found_in_target_and_in_column() -> None:
    foreign = page(1, CHINESE, "zh")
    seen = finding(page() | {"targets": foreign["targets"], "language": "zh"})
    assert (seen.verdict, seen.cause) == ("contradicts", "other-language")
    assert finding(foreign | {"language": "en"}).cause == "other-language"


def test_a_failure_of_the_ocr_is_counted_as_such() -> None:
    seen = examine(Planted(page()), witness(), fails)
    assert seen.verdict == "ocr-failed"
    assert seen.picture


@pytest.mark.parametrize("data", [b"", b"not a picture", png(Image.new("L", (4, 4)))[:40]])
def test_a_broken_picture_is_counted_as_such(data: bytes) -> None:
    seen = examine(Planted(page() | {"image": {"bytes": data, "path": "x.png"}}), witness(), fails)
    assert seen.verdict == "ocr-failed"


def test_photographs_are_asked_the_reverse() -> None:
    noise = Image.fromarray(np.full((60, 60), 128, np.uint8))
    photo = page() | {"kind": "natural", "targets": {"caption": "a dog"}, "regions": None}
    photo["image"] = {"bytes": png(noise), "path": "x.png"}
    assert examine(Planted(photo), witness(), silent).verdict == "agrees"
    loud = examine(Planted(photo), witness(), shouts)
    assert (loud.verdict, loud.cause) == ("doubtful", "unexpected-text")


def test_conversations_and_rows_without_text_are_not_compared() -> None:
    turns = [{"role": "user", "text": "What is it?"}]
    for changes in ({"turns": turns}, {"kind": "chart"}):
        seen = examine(Planted(page() | {"targets": {}} | changes), witness(), fails)
        assert seen.verdict == "not-comparable"
        assert seen.why


def test_a_formula_alone_is_not_compared() -> None:
    row = page() | {"targets": {"text": "a = b"}, "regions": []}
    row["image"] = {"bytes": png(Image.new("L", (60, 60), 255)), "path": "x.png"}
    assert examine(Planted(row), witness(), silent).verdict == "not-comparable"


def test_shown_pictures_are_small_jpegs() -> None:
    seen = examine(Planted(page()), witness(), silent)
    assert seen.verdict == "contradicts"
    with Image.open(io.BytesIO(seen.picture)) as picture:
        assert picture.format == "JPEG"
