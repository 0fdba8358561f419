"""Planted faults: how many, what they change, and which of them tell."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dataengine.audit.planting import FAULTS, crop, parse_faults, plant, removes_text
from dataengine.errors import ConfigError
from tests.dataengine.audit.pages import CHINESE, page

ENGLISH_PAGE, CHINESE_PAGE = page(), page(1, CHINESE, "zh")


def many(count: int) -> list[dict[str, Any]]:
    return [
        (CHINESE_PAGE if number % 2 else ENGLISH_PAGE)
        | {"id": f"row-{number}", "targets": {"text": f"text {number}"}}
        for number in range(count)
    ]


def test_about_the_share_asked_for_is_planted_and_the_rest_left_as_it_is() -> None:
    rows = many(400)
    planted = list(plant(rows, dict.fromkeys(FAULTS, 0.1), seed=4))
    for fault in FAULTS:
        assert 20 <= sum(one.fault == fault for one in planted) <= 60
    assert all(one.row is row for one, row in zip(planted, rows, strict=True) if not one.fault)


def test_the_same_seed_plants_the_same() -> None:
    shares = dict.fromkeys(FAULTS, 0.2)
    first, second = (
        [(one.row["id"], one.fault) for one in plant(many(60), shares, seed=9)] for _ in range(2)
    )
    assert first == second


def test_swapped_rows_get_targets_of_their_own_part_and_keep_the_picture() -> None:
    rows = many(60)
    originals = {row["id"]: row for row in rows}
    for one in plant(rows, {"swapped": 1.0}, seed=0):
        before = originals[one.row["id"]]
        assert one.row["image"] is before["image"]
        assert one.row["language"] == before["language"]
        if one.fault:
            assert one.row["targets"] != before["targets"]


def test_wrong_languages_change_target_and_language() -> None:
    planted = [one for one in plant(many(40), {"wrong-language": 1.0}, seed=0) if one.fault]
    assert len(planted) == 39
    for one in planted:
        assert one.row["language"] == ("en" if one.row["part"] == "pages_zh" else "zh")


@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
def test_a_crop_is_a_smaller_picture_with_its_boxes_inside(side: str) -> None:
    planted = crop(page(), side, 0.12)
    row = planted.row
    with Image.open(io.BytesIO(row["image"]["bytes"])) as picture:
        assert picture.size == (row["width"], row["height"])
    assert row["width"] * row["height"] < 720 * 420 * 0.9
    for region in row["regions"]:
        x0, y0, x1, y1 = region["bbox"]
        assert 0 <= x0 < x1 <= row["width"]
        assert 0 <= y0 < y1 <= row["height"]


@given(st.integers(0, 100))
def test_a_crop_tells_when_it_takes_half_a_letter(right: int) -> None:
    regions = [{"level": "line", "bbox": [10, 10, 90, 30], "text": "some line"}]
    assert removes_text(regions, (0, 0, 100 - right, 50)) == (right >= 16)


def test_a_crop_of_the_header_does_not_tell() -> None:
    regions = [
        {"level": "header", "bbox": [10, 2, 90, 12], "text": "Header"},
        {"level": "line", "bbox": [10, 2, 90, 12], "text": "Header"},
        {"level": "line", "bbox": [10, 30, 90, 40], "text": "body"},
    ]
    assert not removes_text(regions, (0, 15, 100, 50))
    assert removes_text(regions, (0, 36, 100, 50))


def test_rows_without_text_get_no_fault() -> None:
    rows = [page() | {"targets": {"caption": "a dog"}}]
    assert [one.fault for one in plant(rows, {"cropped": 1.0}, seed=0)] == [""]


def test_shares_are_read() -> None:
    assert parse_faults("all") == dict.fromkeys(FAULTS, 0.01)
    assert parse_faults("swapped=0.5, cropped") == {"swapped": 0.5, "cropped": 0.01}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "moved=1",
        "swapped=x",
        "swapped=2",
        "swapped=-1",
        "swapped=nan",
        "swapped=0.6,cropped=0.6",
    ],
)
def test_other_shares_are_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_faults(text)
