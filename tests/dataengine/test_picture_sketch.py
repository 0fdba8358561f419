"""Sketches of pictures: copies are alike, other pictures are not, and text is something else."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dataengine.duplicates import find_pairs
from dataengine.fingerprint import SKETCH_BYTES, similarities, similarity, sketch, unpack
from dataengine.picture_sketch import sketch_picture
from tests.pipelines.natural.photos import clouds


def sketched(picture: Image.Image) -> bytes:
    return sketch_picture(np.asarray(picture))


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def test_copies_scaled_squashed_compressed_and_grey_are_alike():
    rng = np.random.default_rng(5)
    likeness = []
    for seed in range(60):
        picture = clouds(seed)
        across, down = rng.uniform(0.5, 2, 2)
        size = round(picture.width * across), round(picture.height * down)
        copy = picture.resize(size, Image.Resampling.BICUBIC)
        copy = compressed(copy, int(rng.integers(40, 96)))
        copy = copy.convert("L") if seed % 3 == 0 else copy
        likeness.append(similarity(sketched(picture), sketched(copy)))
    assert np.mean(np.array(likeness) >= 0.9) > 0.98
    assert min(likeness) > 0.8


def test_no_two_of_a_thousand_pictures_are_alike():
    known = np.stack([unpack(sketched(clouds(seed, 64, 48))) for seed in range(1000)])
    for at in range(1, 1000):
        assert similarities(known[:at], known[at]).max() < 0.8


def test_copies_are_found_among_many():
    rows = [(f"p{seed}", sketched(clouds(seed))) for seed in range(60)]
    rows += [(f"copy{seed}", sketched(compressed(clouds(seed), 50))) for seed in range(20)]
    pairs = {(pair.id, pair.of) for pair in find_pairs(rows, 0.9)}
    assert pairs == {(f"copy{seed}", f"p{seed}") for seed in range(20)}


@settings(deadline=None)
@given(st.integers(0, 30), st.text(min_size=60, max_size=300))
def test_a_picture_is_never_alike_to_a_text(seed, text):
    words = sketch(text)
    if words:
        assert similarity(sketched(clouds(seed)), words) == 0


@settings(deadline=None)
@given(st.integers(1, 80), st.integers(1, 80), st.integers(0, 2**32 - 1))
def test_any_picture_has_a_sketch_or_none(width, height, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    assert len(sketch_picture(pixels)) in (0, SKETCH_BYTES)


@pytest.mark.parametrize("shape", [(50, 60), (50, 60, 3)])
def test_a_blank_picture_has_none(shape):
    assert sketch_picture(np.full(shape, 200, np.uint8)) == b""


def test_the_scheme_is_what_it_was():
    """Sketches are stored: if this fails, raise the versions of the pipelines that store them."""
    ramp = np.add.outer(np.arange(64) * 2, np.arange(64)).astype(np.uint8)
    ramp[20:40, 8:30] = 250
    values = unpack(sketch_picture(ramp))
    assert [int(value) >> 9 for value in values] == list(range(32))
    outcomes = "9 7 11 9 4 8 5 9 7 0 0 3 2 6 7 2 4 1 9 2 7 1 10 2 11 1 5 2 10 1 9 2"
    assert [int(value) >> 1 & 255 for value in values] == [int(one) for one in outcomes.split()]
