"""Pictures: kept byte for byte where plain, else as they are shown; broken ones refused."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dataengine.imaging import decode_pixels, pixel_hash
from pipelines.imported.options import Options
from pipelines.imported.pictures import load_picture
from pipelines.imported.records import Problem
from tests.pipelines.imported.importing import encoded, picture

OPTIONS = Options()
PLAIN = [
    ("JPEG", {}),
    ("JPEG", {"progressive": True}),
    ("PNG", {}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"quality": 50}),
]


@pytest.mark.parametrize(("form", "how"), PLAIN)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_plain_pictures_are_kept_byte_for_byte(
    form: str, how: dict[str, object], mode: str
) -> None:
    with Image.open(io.BytesIO(picture(1, "PNG"))) as image:
        data = encoded(image.convert(mode), form, **how)
    loaded = load_picture(data, OPTIONS)
    assert loaded.data == data
    assert loaded.facts["stored"] == "unchanged"
    assert loaded.format == form.lower()
    assert loaded.pixel_hash == pixel_hash(decode_pixels(data))


@given(
    st.sampled_from(["RGB", "L", "P", "1", "RGBA", "LA", "CMYK", "I;16"]),
    st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP"]),
    st.integers(16, 70),
    st.integers(16, 70),
    st.integers(0, 8),
)
def test_what_is_stored_decodes_to_its_hash(
    mode: str, form: str, width: int, height: int, orientation: int
) -> None:
    values = np.random.Generator(np.random.PCG64(width)).integers(
        0, 256, (height, width, 4), np.uint8
    )
    image = Image.fromarray(values, "RGBA")
    image = (
        Image.fromarray(values[..., 0].astype(np.uint16) * 257)
        if mode == "I;16"
        else image.convert(mode)
    )
    exif = Image.Exif()
    exif[0x0112] = orientation
    try:
        data = encoded(image, form, **({"exif": exif} if form in ("JPEG", "PNG", "WEBP") else {}))
    except (OSError, ValueError):
        return  # the format has no such mode
    loaded = load_picture(data, Options(max_side=64))
    decoded = decode_pixels(loaded.data)
    assert decoded.shape[:2] == loaded.pixels.shape[:2]
    assert max(decoded.shape[:2]) <= 64
    turned = orientation >= 5 and form in ("JPEG", "PNG", "WEBP")
    if max(width, height) <= 64:
        assert decoded.shape[:2] == ((width, height) if turned else (height, width))
    if loaded.format == "png":
        assert pixel_hash(decoded) == loaded.pixel_hash
    if loaded.facts["stored"] == "unchanged":
        assert loaded.data == data
        assert orientation in (0, 1) or form not in ("JPEG", "PNG", "WEBP")


def test_what_is_transparent_is_laid_on_white() -> None:
    image = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    image.putpixel((3, 4), (10, 20, 30, 255))
    loaded = load_picture(encoded(image, "PNG"), OPTIONS)
    assert loaded.facts["changes"] == ["laid on white"]
    pixels = decode_pixels(loaded.data)
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[4, 3].tolist() == [10, 20, 30]


def test_a_turned_photo_is_stored_as_it_is_shown() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGB", (40, 20), "black")
    image.paste((255, 255, 255), (0, 0, 10, 20))  # its left end is shown at the top
    loaded = load_picture(encoded(image, "JPEG", exif=exif, quality=95), OPTIONS)
    pixels = decode_pixels(loaded.data)
    assert pixels.shape[:2] == (40, 20)
    assert pixels[2].mean() > 200
    assert pixels[-3].mean() < 50
    assert loaded.facts["changes"] == ["turned by its EXIF"]


def test_sixteen_bits_become_eight_and_nothing_is_cut_off() -> None:
    values = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (32, 1))
    loaded = load_picture(encoded(Image.fromarray(values), "PNG"), OPTIONS)
    pixels = decode_pixels(loaded.data)
    assert abs(pixels[0].astype(int) - values[0] // 257).max() <= 1


def test_of_an_animation_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    loaded = load_picture(data, OPTIONS)
    assert loaded.facts["changes"][0] == "first of 2 frames"
    assert decode_pixels(loaded.data)[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.9])
def test_pictures_that_break_off_are_refused(form: str, share: float) -> None:
    data = picture(3, form, (64, 64))
    with pytest.raises(Problem) as caught:
        load_picture(data[: int(len(data) * share)], OPTIONS)
    assert caught.value.reason == "unreadable-image"


def test_a_png_whose_checksum_is_wrong_is_refused() -> None:
    data = bytearray(picture(3, "PNG"))
    at = data.index(b"IEND") - 8  # the checksum of the last IDAT
    data[at] ^= 0xFF
    with pytest.raises(Problem, match="unreadable-image"):
        load_picture(bytes(data), OPTIONS)


@given(
    st.binary(max_size=200),
    st.sampled_from(
        [b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"RIFF\x40\0\0\0WEBP"]
    ),
)
def test_garbage_is_refused(tail: bytes, head: bytes) -> None:
    with pytest.raises(Problem):
        load_picture(head + tail, OPTIONS)


@given(
    st.integers(0, 10**6),
    st.integers(0, 255),
    st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP"]),
)
def test_a_flipped_byte_never_raises_anything_else(at: int, value: int, form: str) -> None:
    data = bytearray(picture(5, form))
    data[at % len(data)] = value
    try:
        load_picture(bytes(data), OPTIONS)
    except Problem as problem:
        reason = problem.reason
    else:
        reason = "tiny-image"
    assert reason in ("unreadable-image", "huge-image", "tiny-image")


def test_the_words_of_a_refusal_are_the_same_each_time() -> None:
    for data in (b"<html>", picture(0, "PNG")[:60], picture(0)[:200], picture(0, "WEBP")[:60]):
        words = set()
        held = []
        for _ in range(3):
            with pytest.raises(Problem) as caught:
                load_picture(data, OPTIONS)
            held.append(caught.value)  # so that nothing comes to lie where another was
            words.add(caught.value.detail)
        assert len(words) == 1


def _claiming(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_bombs_are_not_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(Problem) as caught:
        load_picture(_claiming(*size), OPTIONS)
    assert caught.value.reason in ("huge-image", "unreadable-image")


def test_tiny_pictures_are_refused() -> None:
    with pytest.raises(Problem, match="tiny-image"):
        load_picture(picture(0, "PNG", (1, 1)), OPTIONS)


@pytest.mark.parametrize(
    "head", [b"%!PS-Adobe-3.0 EPSF-3.0\n", b"II*\0", b"<svg xmlns='x'/>", b"%PDF-1.7"]
)
def test_other_kinds_of_files_are_never_opened(head: bytes) -> None:
    with pytest.raises(Problem, match="unreadable-image"):
        load_picture(head + b"0" * 500, OPTIONS)
