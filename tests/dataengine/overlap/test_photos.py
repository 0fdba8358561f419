"""Sketches of photos: the stored one, one made of the picture, or none."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dataengine.fingerprint import sketch
from dataengine.overlap.duplicates import find_duplicates
from dataengine.overlap.photos import is_picture_sketch, photo_sketch
from dataengine.overlap.settings import Duplicates
from dataengine.picture_sketch import sketch_picture
from tests.dataengine.overlap.rows import long_passage, row, scene


def encoded(pixels, kind: str = "PNG", **options) -> dict:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return {"bytes": buffer.getvalue(), "path": "x"}


@given(st.integers(0, 500))
def test_sketches_of_texts_and_pictures_are_told_apart(number):
    assert is_picture_sketch(sketch_picture(scene(number)))
    assert not is_picture_sketch(sketch(long_passage(number)))


@given(st.binary(max_size=200))
def test_no_bytes_are_too_odd(data):
    assert is_picture_sketch(data) in (True, False)


def test_stored_sketch_goes_before_the_picture():
    stored = sketch_picture(scene(1))
    photo = {"fingerprint": stored, "kind": "x", "image": encoded(scene(2))}
    assert photo_sketch(photo, ["x"]) == stored


def test_only_kinds_that_are_named_are_decoded():
    photo = {"fingerprint": b"", "kind": "x", "image": encoded(scene(2))}
    assert photo_sketch(photo, ["x"]) == sketch_picture(scene(2))
    assert photo_sketch(photo, ["y"]) == b""


@pytest.mark.parametrize("image", [None, {}, {"bytes": None}, {"bytes": b"\x89PNG no"}])
def test_picture_that_is_none_has_no_sketch(image):
    assert photo_sketch({"kind": "x", "image": image}, ["x"]) == b""


def test_photos_without_sketch_are_compared_where_asked_for():
    rows = [
        row("a", "", kind="photo", targets={}, fingerprint=b"", image=encoded(scene(1))),
        row("b", "", kind="photo", targets={}, fingerprint=b"", image=encoded(scene(2))),
        row(
            "c", "", kind="photo", targets={}, fingerprint=b"",
            image=encoded(scene(1), "JPEG", quality=50),
        ),
    ]  # fmt: skip
    assert [one.id for one in find_duplicates(rows)] == []
    found = find_duplicates(rows, Duplicates(sketch_kinds=("photo",)))
    assert [(one.id, one.of, one.form) for one in found] == [("c", "a", "near-picture")]
