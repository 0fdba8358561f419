"""Looks: how many are taken, how they are joined, and what is compared; without Tesseract."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import Image

from dataengine.audit.looking import Recognise, read, signs_of
from dataengine.audit.settings import Bounds, Look, Reader
from dataengine.audit.tesseract import OcrFailed, Word
from dataengine.audit.truth import truth_of

SIZE = {"width": 200, "height": 100}
PICTURE = Image.new("L", (200, 100), 255)
BOUNDS = Bounds(agrees=0.9, contradicts=0.6)
READER = Reader(
    models="eng",
    looks=(
        Look(of="page"),
        Look(of="sheet", segmentation=6),
        Look(of="page", models="chi_sim+eng"),
    ),
    bounds=BOUNDS,
)
REGIONS = [
    {"level": "line", "text": "stone harbour", "bbox": [10, 10, 90, 25]},
    {"level": "line", "text": "northern coast", "bbox": [10, 40, 90, 55]},
]
TRUTH = truth_of(SIZE | {"regions": REGIONS}, "stone harbour\nnorthern coast")


def reads(*answers: str) -> tuple[Recognise, list[tuple[str, int]]]:
    """Return a reader that gives one answer after the other, and what it was asked."""
    asked: list[tuple[str, int]] = []

    def recognise(picture: Image.Image, models: str, segmentation: int, dpi: int) -> list[Word]:
        asked.append((models, segmentation))
        return words(answers[len(asked) - 1])

    return recognise, asked


def words(text: str, confidence: float = 90.0) -> list[Word]:
    return [
        Word(word, (20, 25 + 50 * line, 60, 45 + 50 * line), line, confidence)
        for line, row in enumerate(text.split("\n"))
        for word in row.split()
    ]


def found(answers: Sequence[str], *, anywhere: bool = False) -> float:
    recognise, _ = reads(*answers)
    readings = read(PICTURE, TRUTH, READER, recognise)
    return signs_of(PICTURE, TRUTH, readings, anywhere=anywhere).coverage


def test_a_good_first_look_is_enough() -> None:
    recognise, asked = reads("stone harbour\nnorthern coast")
    readings = read(PICTURE, TRUTH, READER, recognise)
    assert asked == [("eng", 3)]
    signs = signs_of(PICTURE, TRUTH, readings, anywhere=False)
    assert (signs.coverage, signs.pairs, signs.distance, signs.extra) == (1.0, 1.0, 0.0, 0.0)


def test_a_poor_one_is_followed_by_the_others() -> None:
    recognise, asked = reads("stone", "stone coast", "nothing else")
    read(PICTURE, TRUTH, READER, recognise)
    assert asked == [("eng", 3), ("eng", 6), ("chi_sim+eng", 3)]


def test_what_any_look_has_read_is_found() -> None:
    assert found(["stone coast", "harbour", "northern"]) == 1.0
    assert found(["stone", "stone", "stone"]) == 0.25


def test_a_picture_without_boxes_is_looked_at_whole() -> None:
    recognise, asked = reads("stone", "coast")
    read(PICTURE, truth_of(SIZE | {"regions": None}, TRUTH.text), READER, recognise)
    assert [segmentation for _, segmentation in asked] == [3, 3]


def test_words_cut_at_line_ends_are_made_whole() -> None:
    assert found(["stone har-\nbour northern coast"]) == 1.0


def test_words_nobody_is_sure_of_are_not_extra() -> None:
    def unsure(picture: Image.Image, models: str, segmentation: int, dpi: int) -> list[Word]:
        return words("stone harbour\nnorthern coast") + words("lorem ipsum", 20.0)

    def sure(picture: Image.Image, models: str, segmentation: int, dpi: int) -> list[Word]:
        return words("stone harbour\nnorthern coast") + words("lorem ipsum")

    for recognise, extra in ((unsure, 0.0), (sure, pytest.approx(2 / 6))):
        readings = read(PICTURE, TRUTH, READER, recognise)
        assert signs_of(PICTURE, TRUTH, readings, anywhere=False).extra == extra


def test_the_order_of_lines_counts_for_pages_and_not_for_charts() -> None:
    recognise, _ = reads("northern coast\nstone harbour")
    readings = read(PICTURE, TRUTH, READER, recognise)
    assert signs_of(PICTURE, TRUTH, readings, anywhere=False).distance > 0.5
    assert signs_of(PICTURE, TRUTH, readings, anywhere=True).distance == 0.0


def test_words_that_neither_box_nor_reading_holds_are_lost() -> None:
    truth = truth_of(SIZE | {"regions": REGIONS}, "stone harbour\nnorthern coast\nand a tower")
    recognise, _ = reads("stone", "stone", "stone")
    readings = read(PICTURE, truth, READER, recognise)
    assert signs_of(PICTURE, truth, readings, anywhere=False).lost == 2
    boxless = truth_of(SIZE | {"regions": None}, truth.text)
    assert signs_of(PICTURE, boxless, readings, anywhere=False).lost == 0


def test_a_look_that_fails_leaves_the_others() -> None:
    def fails_once(picture: Image.Image, models: str, segmentation: int, dpi: int) -> list[Word]:
        if segmentation == 6:
            raise OcrFailed("killed")
        return words("stone")

    assert len(read(PICTURE, TRUTH, READER, fails_once)) == 2


def test_when_all_looks_fail_the_row_fails() -> None:
    def fails(picture: Image.Image, models: str, segmentation: int, dpi: int) -> list[Word]:
        raise OcrFailed("killed")

    with pytest.raises(OcrFailed, match="killed"):
        read(PICTURE, TRUTH, READER, fails)


def test_chinese_words_are_joined_without_blanks() -> None:
    recognise, _ = reads("港口 建于 1874 年", "", "")
    reading = read(PICTURE, TRUTH, READER, recognise)[0]
    assert reading.text == "港口建于 1874 年"
