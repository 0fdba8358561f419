"""Every effect: pure, safe on any picture, gentle where there is nothing to wear."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from dataengine.degrade.effect import Stage
from dataengine.degrade.effects import all_effects
from dataengine.degrade.fields import grey
from dataengine.imaging import decode_pixels
from tests.dataengine.degrade.pages import page_row

SHAPES = [(32, 32), (33, 200), (200, 33), (97, 131), (64, 64, 3), (131, 97, 3)]
ON_PIXELS = [name for name, effect in all_effects().items() if effect.apply is not None]


def strongest(name: str, seed: int = 5) -> dict[str, float]:
    return {**{key: ends[1] for key, ends in all_effects()[name].ranges.items()}, "seed": seed}


def noise(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.Generator(np.random.PCG64(3)).integers(0, 256, shape).astype(np.uint8)


@pytest.mark.parametrize("name", ON_PIXELS)
def test_effects_keep_the_size_and_do_not_touch_their_input(name: str) -> None:
    apply = all_effects()[name].apply
    assert apply is not None
    for shape in SHAPES:
        pixels = noise(shape)
        before = pixels.copy()
        worn = apply(pixels, strongest(name))
        assert worn.shape[:2] == shape[:2]
        assert worn.dtype == np.uint8
        assert (pixels == before).all()


@pytest.mark.parametrize("name", ON_PIXELS)
def test_effects_are_functions_of_pixels_and_parameters(name: str) -> None:
    apply = all_effects()[name].apply
    assert apply is not None
    pixels = noise((120, 90, 3))
    cv2.setNumThreads(4)
    first = apply(pixels, strongest(name))
    cv2.setNumThreads(1)
    assert (first == apply(pixels, strongest(name))).all()


@pytest.mark.parametrize("name", ON_PIXELS)
def test_effects_do_something_and_leave_a_page_readable(name: str) -> None:
    """At full strength, dark stays clearly darker than light: no effect inverts or blots out."""
    pixels = decode_pixels(page_row(colour=name in ("grey", "tint"))["image"]["bytes"])
    apply = all_effects()[name].apply
    assert apply is not None
    worn = grey(apply(pixels, strongest(name)))
    clean = grey(pixels)
    if name != "grey":
        assert (worn != clean).any()
    assert worn[clean > 240].mean() - worn[clean < 60].mean() > 60


@pytest.mark.parametrize("name", [n for n in ON_PIXELS if not all_effects()[n].loses_colour])
def test_effects_that_keep_colours_keep_them_apart(name: str) -> None:
    """Four patches, as in a legend: after the strongest wear each is still nearest to itself."""
    colours = np.array([[214, 60, 50], [40, 100, 214], [60, 160, 70], [240, 170, 40]], np.uint8)
    pixels = np.repeat(np.repeat(colours[None], 60, axis=0), 60, axis=1)
    apply = all_effects()[name].apply
    assert apply is not None
    worn = apply(np.ascontiguousarray(pixels), strongest(name)).astype(float)
    means = worn.reshape(60, 4, 60, 3)[5:55, :, 5:55].mean(axis=(0, 2))
    shades = means - means.mean(axis=1, keepdims=True)
    wanted = colours - colours.mean(axis=1, keepdims=True)
    nearest = ((shades[:, None] - wanted[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert nearest.tolist() == [0, 1, 2, 3]


def test_the_back_side_has_no_letters() -> None:
    """What shines through is faint, and has lost every detail of the size of a stroke."""
    pixels = decode_pixels(page_row()["image"]["bytes"])
    apply = all_effects()["show_through"].apply
    assert apply is not None
    layer = pixels.astype(float) - apply(pixels, strongest("show_through"))
    assert 2 < layer.max() < 60
    fine = layer - cv2.GaussianBlur(layer, (0, 0), 3)
    ink = 255.0 - pixels
    fine_ink = ink - cv2.GaussianBlur(ink, (0, 0), 3)
    assert fine.std() < 0.05 * fine_ink.std()


def test_stages_are_in_order_and_jpeg_is_last() -> None:
    stages = [effect.stage for effect in all_effects().values()]
    assert stages == sorted(stages)
    assert [*all_effects()][-1] == "jpeg"
    order = [*all_effects()]
    assert order.index("noise") < order.index("black_white")  # grain is there before a threshold


def test_effects_without_pixels_bend_or_write() -> None:
    rest = [effect.stage for effect in all_effects().values() if effect.apply is None]
    assert set(rest) == {Stage.BEND, Stage.FILE}


def test_black_white_keeps_hairlines_dots_and_gaps() -> None:
    """A pale line, a dot and a narrow gap, as letters have them at this size, all survive."""
    pixels = np.full((80, 80), 252, np.uint8)
    pixels[20, 10:70] = 150
    pixels[40:42, 30:32] = 70
    pixels[55:65, 20:25] = pixels[55:65, 27:32] = 10
    apply = all_effects()["black_white"].apply
    assert apply is not None
    for seed in range(5):
        worn = apply(pixels, strongest("black_white", seed))
        assert (worn[19:22, 10:70].min(axis=0) < 160).mean() > 0.9
        assert worn[39:43, 29:33].min() < 100
        assert worn[57:63, 25:27].max(axis=1).min() > 120
