"""The generated landscapes: true to their program, small, and passing the photographs' own test."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.natural.options import Photo as Limits
from pipelines.natural.photographic import check_photographic
from tests.corpora.natural_scenes import CATEGORIES, COUNT, HEIGHT, WIDTH, draw, file_name

CORPUS = Path(__file__).resolve().parents[2] / "corpora" / "natural"
PICTURES = [file_name(number) for number in range(COUNT)]


def pixels(name: str) -> np.ndarray:
    with Image.open(io.BytesIO((CORPUS / name).read_bytes())) as picture:
        return np.asarray(picture)


def test_every_picture_is_there_and_small():
    assert COUNT >= 24
    assert sorted(path.name for path in CORPUS.glob("*.jpg")) == PICTURES
    assert all(12_000 < (CORPUS / name).stat().st_size < 40_000 for name in PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_each_passes_for_a_photograph_by_the_same_limits(name):
    found = pixels(name)
    assert found.shape == (HEIGHT, WIDTH, 3)
    check_photographic(found, Limits(), {})


@pytest.mark.parametrize("number", [0, 5])
def test_the_program_draws_what_is_stored(number):
    picture, objects, sentences = draw(number)
    # Sines and exponentials differ in their last bit between machines, so pixels may by a little.
    assert np.abs(np.asarray(picture).astype(int) - pixels(file_name(number))).mean() < 6
    captions, instances = (
        json.loads((CORPUS / name).read_text()) for name in ("captions.json", "instances.json")
    )
    told = [one["caption"] for one in captions["annotations"] if one["image_id"] == number + 1]
    assert told == sentences
    boxes = [
        (CATEGORIES[one["category_id"] - 1], one["bbox"])
        for one in instances["annotations"]
        if one["image_id"] == number + 1
    ]
    assert [name for name, _ in boxes] == [name for name, _ in objects]
    for (_, stored), (_, drawn) in zip(boxes, objects, strict=True):
        assert np.abs(np.array(stored) - drawn).max() <= 2


def test_boxes_lie_inside_and_every_category_is_seen():
    instances = json.loads((CORPUS / "instances.json").read_text())
    for one in instances["annotations"]:
        x, y, width, height = one["bbox"]
        assert x >= 0
        assert y >= 0
        assert x + width <= WIDTH
        assert y + height <= HEIGHT
    seen = {one["category_id"] for one in instances["annotations"]}
    assert seen == set(range(1, len(CATEGORIES) + 1))
