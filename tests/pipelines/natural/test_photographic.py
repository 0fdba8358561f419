"""What tells photographs from everything else that comes as a picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from dataengine.imaging import Pixels
from pipelines.natural.options import Photo as Limits
from pipelines.natural.photographic import check_photographic
from pipelines.natural.problem import PhotoProblem
from tests.pipelines.natural.photos import clouds, decoded, encoded


def verdict(pixels: Pixels) -> str:
    scores: dict[str, object] = {}
    try:
        check_photographic(pixels, Limits(), scores)
    except PhotoProblem as problem:
        return problem.reason
    assert set(scores) == {"even_tail", "contrast", "gentle", "tones", "flat", "broad"}
    return "photograph"


def page(width: int = 640, height: int = 800) -> Image.Image:
    """Return a picture of lines of strokes as text has them."""
    picture = Image.new("RGB", (width, height), (250, 248, 240))
    draw = ImageDraw.Draw(picture)
    rng = np.random.default_rng(4)
    for y in range(40, height - 40, 18):
        x = 40
        while x < width - 50:
            letter = int(rng.integers(3, 9))
            draw.line((x, y, x + letter // 2, y + 10), (20, 20, 20), 2)
            draw.line((x, y + 10 * int(rng.integers(2)), x + letter, y + 5), (20, 20, 20), 2)
            x += letter + (3 if rng.random() < 0.8 else 9)
    return picture


def chart() -> Image.Image:
    picture = Image.new("RGB", (640, 480), "white")
    draw = ImageDraw.Draw(picture)
    for at, colour in enumerate(("steelblue", "orange", "seagreen", "crimson")):
        draw.rectangle((80 + 130 * at, 400 - 70 * (at + 1), 170 + 130 * at, 400), colour)
    draw.line((60, 20, 60, 400, 620, 400), "black", 2)
    return picture


def scanned(picture: Image.Image) -> Pixels:
    """Return a picture as a camera sees it: uneven light, soft, with noise."""
    rng = np.random.default_rng(0)
    height, width = picture.height, picture.width
    light = 0.95 - 0.3 * np.hypot(*np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j])
    noisy = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.7))) * light[..., None]
    noisy = noisy + rng.normal(0, 5, (height, width, 1))
    picture = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).rotate(
        1, fillcolor=(90, 80, 70)
    )
    return decoded(encoded(picture, quality=75))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("quality", [40, 75, 95])
def test_what_changes_gently_in_many_tones_passes(seed, quality):
    assert verdict(decoded(encoded(clouds(seed), quality=quality))) == "photograph"
    assert verdict(decoded(encoded(clouds(seed).convert("L"), quality=quality))) == "photograph"


@pytest.mark.parametrize("make", [page, chart])
@pytest.mark.parametrize("quality", [40, 75, 95, None])
def test_pages_and_charts_are_drawings_however_they_are_stored(make, quality):
    data = encoded(make(), "PNG") if quality is None else encoded(make(), quality=quality)
    assert verdict(decoded(data)) == "drawing"


def test_a_scanned_page_is_told_by_its_strokes():
    assert verdict(scanned(page())) == "text-page"


def test_one_shade_is_blank():
    assert verdict(np.full((200, 300, 3), 117, np.uint8)) == "blank"
    noise = np.random.default_rng(0).normal(117, 2, (200, 300)).astype(np.uint8)
    assert verdict(noise) == "blank"


def test_a_lower_part_in_one_colour_is_missing_data():
    pixels = np.asarray(clouds()).copy()
    pixels[180:] = (128, 128, 128)
    assert verdict(pixels) == "truncated"


def test_bars_above_and_below_are_not_missing_data():
    pixels = np.asarray(clouds()).copy()
    pixels[:20] = pixels[-20:] = 0
    assert verdict(pixels) == "photograph"


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32 - 1), st.booleans())
def test_any_pixels_get_a_verdict(width, height, seed, colour):
    shape = (height, width, 3) if colour else (height, width)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    assert verdict(pixels) in ("photograph", "drawing", "text-page", "truncated", "blank")
