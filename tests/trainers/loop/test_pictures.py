"""Copies of pictures: small whatever they are of, whole or absent, within their folder."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dataengine.errors import StorageError
from tests.trainers.digits import picture
from trainers.loop.pictures import BOX_PX, MOST_BYTES, PICTURES, keep, kept, opened, small


def noise(width: int, height: int) -> bytes:
    """Return a PNG that nothing can make smaller."""
    rng = np.random.Generator(np.random.PCG64(0))
    buffer = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("size", [(1, 1), (64, 64), (1500, 900), (40, 3000)])
def test_copies_are_within_their_box_and_bytes(size):
    png = small(noise(*size))
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    assert len(png) <= MOST_BYTES
    assert image.width <= min(size[0], BOX_PX[0])
    assert image.height <= min(size[1], BOX_PX[1])


def test_small_pictures_stay_as_they_are():
    data = picture("123")
    stored = np.asarray(Image.open(io.BytesIO(data)))
    assert np.array_equal(np.asarray(opened(small(data))), stored)
    assert opened(small(data)).mode == "L"


@given(st.binary(max_size=200))
def test_what_is_no_picture_gives_no_bytes(data):
    assert small(data) == b""
    assert opened(small(data)) is None


def test_copies_are_kept_once(tmp_path):
    name = keep(tmp_path, "page-7", small(picture("1")))
    assert name == "page-7.png"
    path = tmp_path / PICTURES / name
    before = path.read_bytes()
    assert keep(tmp_path, "page-7", small(picture("2"))) == name
    assert path.read_bytes() == before
    assert kept(tmp_path, name) == before
    assert keep(tmp_path, "page-8", b"") == ""
    assert [one.name for one in path.parent.iterdir()] == [name]


@settings(max_examples=50)
@given(name=st.text(max_size=300))
def test_any_name_stays_within_the_folder(name, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    png = small(picture("1"))
    found = keep(folder, name, png)
    inside = list((folder / PICTURES).iterdir())
    assert [one.name for one in inside] == [found]
    assert [one.name for one in folder.iterdir()] == [PICTURES]
    assert kept(folder, found) == png


@pytest.mark.parametrize(
    "name", ["../secret.png", "/secret.png", "a/b.png", "secret", ".png", "", 3, None, ["a.png"]]
)
def test_nothing_but_plain_names_is_read(name, tmp_path):
    (tmp_path / PICTURES).mkdir()
    for place in (tmp_path / "secret.png", tmp_path / PICTURES / "secret"):
        place.write_bytes(picture("1"))
    assert kept(tmp_path, name) == b""


def test_copies_that_were_tampered_with_are_left_out(tmp_path):
    (tmp_path / PICTURES).mkdir()
    (tmp_path / PICTURES / "large.png").write_bytes(noise(600, 600))
    (tmp_path / PICTURES / "page.png").write_bytes(b"<html>")
    assert kept(tmp_path, "large.png") == b""
    assert kept(tmp_path, "page.png") == b""
    assert kept(tmp_path, "absent.png") == b""


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / PICTURES).write_text("a file")
    with pytest.raises(StorageError, match=r"page\.png"):
        keep(tmp_path, "page", small(picture("1")))
