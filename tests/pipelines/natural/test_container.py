"""What is taken out of a file is never the picture, and nothing else stays in."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from pipelines.natural.container import bare
from tests.pipelines.natural.photos import clouds, decoded, encoded

PLACE = b"52 deg 30' 12 N"


def exif() -> Image.Exif:
    written = Image.Exif()
    written[0x010F] = "Camera of " + PLACE.decode()
    return written


@cache
def spoiled(form: str) -> bytes:
    """Return a file that tells where it was taken in every way that its form has."""
    how: dict[str, object] = {"exif": exif(), "xmp": b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"}
    if form == "JPEG":
        how["comment"] = PLACE
    if form == "PNG":
        del how["xmp"]
        how["pnginfo"] = PngImagePlugin.PngInfo()
        how["pnginfo"].add_itxt("Comment", PLACE.decode())
    return encoded(clouds(), form, **how) + b"PK\x03\x04" + PLACE


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_go_and_the_pixels_stay(form):
    data = spoiled(form)
    assert data.count(PLACE) > 1
    found = bare(data, form)
    assert found is not None
    assert PLACE not in found.data
    assert {"Exif", "data behind the end"} <= set(found.removed)
    assert np.array_equal(decoded(found.data), decoded(data))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_file_without_metadata_is_left_byte_for_byte(form):
    data = encoded(clouds(), form)
    found = bare(data, form)
    assert found is not None
    assert found.data is data
    assert found.removed == ()


@pytest.mark.parametrize(
    "how", [{"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 0}]
)
def test_every_kind_of_jpeg_is_walked_to_its_end(how):
    data = encoded(clouds(), "JPEG", **how)
    found = bare(data + b"rest", "JPEG")
    assert found is not None
    assert found.data == data


def test_a_colour_profile_stays():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for form in ("JPEG", "PNG", "WEBP"):
        found = bare(encoded(clouds(), form, icc_profile=profile, exif=exif()), form)
        assert found is not None
        with Image.open(io.BytesIO(found.data)) as picture:
            assert picture.info.get("icc_profile") == profile
            assert not picture.getexif()


def test_a_thumbnail_in_the_first_segment_goes():
    data = encoded(clouds(), "JPEG")
    thumbnail = b"\x02\x01" + PLACE[:6]
    head = b"\xff\xe0" + (16 + 6).to_bytes(2, "big") + data[6:18] + thumbnail
    found = bare(data[:2] + head + data[20:], "JPEG")
    assert found is not None
    assert found.removed == ("thumbnail",)
    assert found.data == data


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_cut_or_damaged_files_are_refused_or_harmless(form, data):
    whole = spoiled(form)[:4000]
    cut = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for at in data.draw(st.lists(st.integers(0, max(0, len(cut) - 1)), max_size=4)):
        if cut:
            cut[at] = data.draw(st.integers(0, 255))
    found = bare(bytes(cut), form)
    assert found is None or len(found.data) <= len(cut) + 8
