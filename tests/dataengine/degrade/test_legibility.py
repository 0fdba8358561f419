"""The measure: falls with blur, noise and lost marks, not with light; and says what it measured."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from dataengine.degrade.legibility import MAX_REGIONS, measure, text_boxes, text_heights
from dataengine.imaging import decode_pixels
from tests.dataengine.degrade.pages import page_row

ROW = page_row()
PAGE = decode_pixels(ROW["image"]["bytes"])
BOXES = text_boxes(ROW["regions"])


def measured(worn: np.ndarray):
    return measure(PAGE, worn.astype(np.uint8), None, BOXES, 40.0)


def test_a_page_is_as_legible_as_itself() -> None:
    found = measured(PAGE)
    assert found.similarity == 1
    assert found.lost_px == 0
    assert found.contrast > 3
    assert found.regions == len(BOXES)


def test_light_changes_contrast_but_not_similarity() -> None:
    dim = measured(60 + PAGE * 0.3)
    assert dim.similarity > 0.99
    assert dim.contrast < 0.5 * measured(PAGE).contrast
    assert dim.lost_px == 0


@pytest.mark.parametrize("sigma", [1.0, 2.0, 4.0])
def test_blur_lowers_similarity_step_by_step(sigma: float) -> None:
    sharper = measured(cv2.GaussianBlur(PAGE, (0, 0), sigma / 2)).similarity
    assert measured(cv2.GaussianBlur(PAGE, (0, 0), sigma)).similarity < sharper - 0.02


def test_noise_and_blots_lower_similarity() -> None:
    rng = np.random.Generator(np.random.PCG64(0))
    noisy = np.clip(PAGE + rng.normal(0, 60, PAGE.shape), 0, 255)
    assert measured(noisy).similarity < 0.85
    blotted = PAGE.copy()
    x0, y0, x1, y1 = BOXES[0]
    blotted[y0:y1, x0:x1] = 20
    assert measured(blotted).similarity < 0.3


def test_an_inverted_page_has_negative_contrast() -> None:
    assert measured(255 - PAGE).contrast < 0


def test_a_lost_full_stop_is_noticed_where_correlation_sees_nothing() -> None:
    x1, y1 = BOXES[0][2:]
    dotted, bare = PAGE.copy(), PAGE.copy()
    dotted[y1 - 3 : y1, x1 - 4 : x1 - 1] = 20
    bare[y1 - 4 : y1 + 1, x1 - 6 : x1 + 1] = 250
    dotted[y1 - 4 : y1 + 1, x1 - 6 : x1 - 4] = 250
    found = measure(dotted, bare, None, BOXES, 40.0)
    assert found.similarity > 0.95
    assert found.lost_px >= 4


def test_bars_and_empty_cells_are_not_measured() -> None:
    flat = np.full((100, 100), 128, np.uint8)
    found = measure(flat, flat, None, np.array([[10, 10, 60, 60]], np.int32), 40.0)
    assert (found.regions, found.similarity, found.contrast) == (0, 1.0, 1.0)
    assert measure(flat, flat, None, np.zeros((0, 4), np.int32), 40.0).regions == 0


def region(level: str, box: list[int], text: str = "some text") -> dict:
    return {"level": level, "bbox": box, "text": text}


def test_words_are_left_out_where_lines_are_enough() -> None:
    lines = [region("line", [0, 20 * n, 500, 20 * n + 12]) for n in range(40)]
    words = [region("word", [30 * n % 480, n, 30 * n % 480 + 28, n + 12]) for n in range(700)]
    assert len(text_boxes(lines + words)) == 40
    assert 0 < len(text_boxes(words)) <= MAX_REGIONS


def test_blocks_are_left_out_where_their_lines_are_there() -> None:
    lines = [region("line", [0, 20 * n, 500, 20 * n + 12]) for n in range(10)]
    block = region("block", [0, 0, 500, 200])
    alone = region("formula", [600, 0, 700, 90])
    found = text_boxes([*lines, block, alone]).tolist()
    assert block["bbox"] not in found
    assert alone["bbox"] in found


def test_heights_come_from_letters_not_from_dashes() -> None:
    lines = [region("line", [0, 20 * n, 500, 20 * n + 12]) for n in range(10)]
    dashes = [region("line", [0, 300 + n, 9, 301 + n], "—") for n in range(10)]
    assert text_heights(lines + dashes) == (12, 12)
    assert text_heights([]) == (12, 12)
    assert text_heights([region("line", [0, 0, 9, 200])]) == (9, 9)  # a turned axis title
