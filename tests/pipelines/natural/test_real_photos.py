"""Real photographs of COCO, with their captions and instances; skipped where they are absent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dataengine.fingerprint import similarity
from dataengine.picture_sketch import sketch_picture
from pipelines.natural.options import Photo as Limits
from pipelines.natural.photographic import check_photographic
from tests.conftest import REPOSITORY
from tests.pipelines.natural.photos import decoded, sample

PHOTOS = REPOSITORY.parent / "shared" / "data" / "natural"


@pytest.fixture(scope="module")
def photos() -> list[Path]:
    if not PHOTOS.is_dir():
        pytest.skip(f"the real photographs are not at {PHOTOS}")
    return sorted(PHOTOS.glob("*.jpg"))


def test_all_pass_for_photographs_with_room_to_spare(photos):
    limits = Limits(min_gentle=0.3, min_tones=5.5, max_flat=0.5, min_broad=0.48)
    for path in photos:
        check_photographic(decoded(path.read_bytes()), limits, {})


def test_captions_and_boxes_are_those_of_the_annotation_files(photos):
    files = {name: (PHOTOS / name).read_bytes() for name in ("captions.json", "instances.json")}
    captions, instances = (json.loads(data) for data in files.values())
    names = {one["id"]: one["name"] for one in instances["categories"]}
    for path in photos[:12]:
        number = int(path.stem)
        made = sample(path.read_bytes(), beside=files, name=path.name)
        own = [
            one["caption"].strip() for one in captions["annotations"] if one["image_id"] == number
        ]
        assert made.targets.get("captions", []) == own
        marks = [one for one in instances["annotations"] if one["image_id"] == number]
        objects = made.targets.get("objects", [])
        assert [one["name"] for one in objects] == [names[one["category_id"]] for one in marks]
        for found, mark in zip(objects, marks, strict=True):
            x, y, width, height = mark["bbox"]
            exact = (x, y, x + width, y + height)
            assert max(abs(a - b) for a, b in zip(found["bbox"], exact, strict=True)) <= 1
        assert made.source["licence"] in ("CC-BY-2.0", "CC-BY-SA-2.0")
        assert made.source["url"].startswith("http://farm")


def test_no_two_of_them_look_alike(photos):
    sketches = [sketch_picture(decoded(path.read_bytes())) for path in photos]
    nearest = max(
        similarity(left, right) for at, left in enumerate(sketches) for right in sketches[:at]
    )
    assert nearest < 0.6
