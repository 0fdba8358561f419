"""What happens to paper: fibres, yellowing, stains, folds, the back side, the dark of a gutter."""

from __future__ import annotations

import cv2
import numpy as np

from dataengine.degrade.effect import Effect, Params, Stage, rng_of
from dataengine.degrade.fields import (
    Field,
    add_noise,
    brighten,
    clouds,
    coarse_shape,
    coloured,
    coordinates,
    darken,
    grey,
    noise,
)
from dataengine.imaging import Pixels

_YELLOW = np.array([0.12, 0.35, 1.0], np.float32)
_BROWN = np.array([0.35, 0.65, 1.0], np.float32)


def _texture(pixels: Pixels, params: Params) -> Pixels:
    fibres = noise((pixels.shape[0], pixels.shape[1]), rng_of(params), "fibre")
    return add_noise(pixels, coloured(fibres) if pixels.ndim == 3 else fibres, params["amount"])


def _yellowing(pixels: Pixels, params: Params) -> Pixels:
    rng = rng_of(params)
    shape = coarse_shape(pixels)
    x, y = coordinates(shape)
    rim = np.clip(4 * (x * x + y * y), 0, 1) ** 2  # old paper is darkest where air gets to it
    depth = params["amount"] * np.clip(0.75 + 0.12 * clouds(shape, rng, 4) + 0.5 * rim, 0.3, 1.6)
    return brighten(pixels, 1.0 - depth[..., None] * _YELLOW)


def _stains(pixels: Pixels, params: Params) -> Pixels:
    rng = rng_of(params)
    shape = coarse_shape(pixels)
    x, y = coordinates(shape)
    depth = np.zeros(shape, np.float32)
    for _ in range(max(1, round(params["count"]))):
        centre_x, centre_y = rng.uniform(-0.45, 0.45, 2)
        ragged = 1.0 + 0.12 * clouds(shape, rng, 6)
        distance = np.hypot(x - centre_x, y - centre_y) * ragged / rng.uniform(0.05, 0.2)
        rim = np.exp(-(((distance - 1.0) / 0.07) ** 2))  # a drop dries from its edge
        depth = np.maximum(depth, 0.45 / (1 + np.exp((distance - 1.0) / 0.05)) + 0.55 * rim)
    depth *= params["amount"]
    if pixels.ndim == 2:
        return brighten(pixels, 1.0 - 0.6 * depth)
    return brighten(pixels, 1.0 - depth[..., None] * _BROWN)


def _folds(pixels: Pixels, params: Params) -> Pixels:
    rng = rng_of(params)
    first = bool(rng.integers(2))
    for number in range(max(1, round(params["count"]))):
        along_x = first if number % 2 == 0 else not first
        size = pixels.shape[1 if along_x else 0]
        middle = size * (rng.choice([1 / 3, 1 / 2, 2 / 3]) + rng.normal(0, 0.01))
        gains = _fold(size, middle, params["amount"] * rng.choice([-1.0, 1.0]))
        pixels = brighten(pixels, gains[None, :] if along_x else gains[:, None])
    return pixels


def _fold(size: int, middle: float, amount: float) -> Field:
    """Return gains across a fold: one flank in the light, one in the shade, a pale crease."""
    offset = np.arange(size, dtype=np.float32) - np.float32(middle)
    flanks = amount * np.tanh(offset / 1.5) * np.exp(-np.abs(offset) / (0.06 * size))
    crease = -0.8 * abs(amount) * np.exp(-((offset / 1.0) ** 2))
    return np.asarray(1.0 + flanks + crease, np.float32)


def _show_through(pixels: Pixels, params: Params) -> Pixels:
    """Lay the page's own mirror image under it, smeared so far that no letter has a shape."""
    rng = rng_of(params)
    back = grey(pixels)[:, ::-1]
    back = np.roll(back, int(rng.integers(back.shape[0])), axis=0)
    ink = cv2.bitwise_not(np.ascontiguousarray(back))
    across, down = params["across_px"], params["across_px"] / 3
    smeared = cv2.GaussianBlur(ink, (0, 0), sigmaX=across, sigmaY=down)
    layer = cv2.convertScaleAbs(smeared, alpha=params["amount"])
    return darken(pixels, np.asarray(layer, np.uint8))


def _gutter(pixels: Pixels, params: Params) -> Pixels:
    rng = rng_of(params)
    side = rng.choice(4, p=[0.4, 0.4, 0.1, 0.1])  # left, right, top, bottom
    size = coarse_shape(pixels)[int(side < 2)]
    distance = (np.arange(size, dtype=np.float32) + 0.5) / size
    gains = 1.0 - params["amount"] * np.exp(-distance / params["width"])
    gains = gains[::-1] if side % 2 else gains
    return brighten(pixels, gains[None, :] if side < 2 else gains[:, None])


EFFECTS = (
    Effect(
        "texture",
        Stage.PAPER,
        "fibres and unevenness of the sheet, deviation in grey levels",
        {"amount": (1.0, 6.0)},
        _texture,
    ),
    Effect(
        "yellowing",
        Stage.PAPER,
        "aged paper, darker towards the rim",
        {"amount": (0.05, 0.4)},
        _yellowing,
    ),
    Effect(
        "stains",
        Stage.PAPER,
        "dried drops with a darker rim",
        {"count": (1, 4), "amount": (0.1, 0.45)},
        _stains,
    ),
    Effect(
        "folds",
        Stage.PAPER,
        "creases of a folded sheet",
        {"count": (1, 2), "amount": (0.04, 0.16)},
        _folds,
    ),
    Effect(
        "show_through",
        Stage.PAPER,
        "the back side shines through: mirrored and smeared beyond reading",
        {"amount": (0.03, 0.16), "across_px": (5.0, 5.0)},
        _show_through,
    ),
    Effect(
        "gutter",
        Stage.PAPER,
        "one edge of the page sinks into shade",
        {"amount": (0.15, 0.6), "width": (0.01, 0.05)},
        _gutter,
    ),
)
