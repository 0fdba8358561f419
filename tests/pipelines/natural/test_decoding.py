"""Every form that a photograph comes in: read as it is meant, or refused."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipelines.natural.decoding import decode
from pipelines.natural.options import Photo as Limits
from pipelines.natural.problem import PhotoProblem
from tests.pipelines.natural.photos import clouds, decoded, encoded


def read(data: bytes, **limits):
    return decode(data, Limits(**limits), metadata="strip")


def reason(data: bytes, **limits) -> str:
    with pytest.raises(PhotoProblem) as caught:
        read(data, **limits)
    return caught.value.reason


def test_the_stored_file_decodes_to_the_pixels_that_were_looked_at():
    for form in ("JPEG", "PNG", "WEBP"):
        photo = read(encoded(clouds(), form))
        assert photo.kept is not None
        assert np.array_equal(decoded(photo.kept.data), photo.pixels)


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
def test_orientation_is_applied_once_and_the_file_not_kept(form, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = clouds()
    how = {"quality": 98, "subsampling": 0} if form == "JPEG" else {}
    photo = read(encoded(picture, form, exif=exif, **how))
    turned = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE",
              6: "ROTATE_270", 7: "TRANSVERSE", 8: "ROTATE_90"}[orientation]  # fmt: skip
    want = np.asarray(picture.transpose(Image.Transpose[turned])).astype(int)
    assert photo.orientation == orientation
    assert photo.kept is None
    assert photo.pixels.shape == want.shape
    assert np.abs(photo.pixels - want).mean() < 4


def test_transparency_is_laid_on_white_and_counted():
    picture = clouds().copy()
    alpha = Image.new("L", picture.size, 255)
    alpha.paste(0, (0, 0, 32, 240))
    picture.putalpha(alpha)
    photo = read(encoded(picture, "PNG"))
    assert photo.transparent == pytest.approx(0.1)
    assert (photo.pixels[:, :32] == 255).all()
    assert np.array_equal(photo.pixels[:, 32:], np.asarray(clouds())[:, 32:])
    assert photo.kept is None


def test_an_opaque_alpha_channel_changes_nothing():
    photo = read(encoded(clouds().convert("RGBA"), "PNG"))
    assert photo.transparent == 0
    assert np.array_equal(photo.pixels, np.asarray(clouds()))


def test_sixteen_bits_become_eight_by_their_upper_half():
    wide = np.asarray(clouds().convert("L")).astype(np.uint16) * 256 + 77
    for form in ("PNG", "TIFF"):
        photo = read(encoded(Image.fromarray(wide), form))
        assert np.array_equal(photo.pixels, wide >> 8)
        assert photo.kept is None


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "1", "YCbCr"])
def test_other_colours_become_grey_or_rgb(mode):
    form = {"P": "PNG", "1": "PNG"}.get(mode, "JPEG")
    photo = read(encoded(clouds().convert(mode), form))
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.ndim == (2 if mode in ("L", "1") else 3)
    if mode != "1":
        grey = np.asarray(Image.fromarray(photo.pixels).convert("L")).astype(int)
        assert np.abs(grey - np.asarray(clouds().convert("L"))).mean() < 12
    assert (photo.kept is not None) == (mode in ("L", "YCbCr"))


def test_floating_point_is_refused():
    data = encoded(Image.fromarray(np.ones((200, 200), np.float32)), "TIFF")
    assert reason(data) == "unsupported"


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "TIFF"])
def test_several_pictures_in_one_file_are_refused(form):
    frames = [clouds(seed) for seed in range(3)]
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:])
    assert reason(data) == "animated"


def test_pictures_appended_to_a_jpeg_do_not_count():
    data = encoded(clouds(), "MPO", save_all=True, append_images=[clouds(1)])
    photo = read(data)
    assert photo.format == "JPEG"
    assert photo.kept is not None
    assert len(photo.kept.data) < 0.7 * len(data)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.99])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
def test_truncated_files_are_never_filled_up(form, share):
    data = encoded(clouds(), form)
    assert reason(data[: int(len(data) * share)]) in ("broken", "not-an-image")


def test_small_narrow_and_vast_pictures_are_refused_by_their_header():
    assert reason(encoded(Image.new("RGB", (1, 1)), "PNG")) == "tiny"
    assert reason(encoded(Image.new("RGB", (900, 100)), "PNG")) == "aspect"
    assert (
        reason(encoded(Image.new("RGB", (300, 300)), "PNG"), max_pixels=50_000) == "too-many-pixels"
    )
