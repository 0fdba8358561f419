"""What printers and copiers do to ink: specks, fading, spreading, streaks of the drum."""

from __future__ import annotations

import cv2
import numpy as np

from dataengine.degrade.effect import Effect, Params, Stage, rng_of
from dataengine.degrade.fields import brighten, clouds, coarse_shape, darken
from dataengine.imaging import Pixels

_CORNER = np.ones((2, 2), np.uint8)


def _fade(pixels: Pixels, params: Params) -> Pixels:
    rng = rng_of(params)
    field = clouds(coarse_shape(pixels), rng, 3)
    gains = 1.0 - params["amount"] * np.clip(0.6 + 0.4 * field, 0.0, 1.2)
    ink = np.asarray(cv2.bitwise_not(pixels), np.uint8)
    return np.asarray(cv2.bitwise_not(brighten(ink, gains)), np.uint8)


def _spread(pixels: Pixels, params: Params) -> Pixels:
    thick = cv2.erode(pixels, _CORNER)
    amount = params["amount"]
    return np.asarray(cv2.addWeighted(pixels, 1.0 - amount, thick, amount, 0.0), np.uint8)


def _specks(pixels: Pixels, params: Params) -> Pixels:
    rng = rng_of(params)
    height, width = pixels.shape[:2]
    count = round(params["per_megapixel"] * height * width / 1e6)
    layer = np.zeros((height, width), np.uint8)
    rows, columns = rng.integers(height, size=count), rng.integers(width, size=count)
    layer[rows, columns] = rng.integers(60, 210, size=count)
    large = rng.random(count) < 0.1
    layer[rows[large], np.minimum(columns[large] + 1, width - 1)] = 120
    soft = cv2.GaussianBlur(layer, (3, 3), 0.5)
    return darken(pixels, np.asarray(soft, np.uint8))


def _streaks(pixels: Pixels, params: Params) -> Pixels:
    rng = rng_of(params)
    height, width = pixels.shape[:2]
    layer = np.zeros((height, width), np.float32)
    length = np.linspace(0.0, 1.0, height, dtype=np.float32)
    for _ in range(max(1, round(params["count"]))):
        x, thickness = int(rng.integers(width)), int(rng.integers(1, 3))
        waves = 0.6 + 0.4 * np.sin(2 * np.pi * (rng.uniform(0.5, 3) * length + rng.random()))
        layer[:, x : x + thickness] = (255 * params["amount"] * rng.uniform(0.4, 1) * waves)[
            :, None
        ]
    return darken(pixels, np.asarray(cv2.blur(layer, (2, 1)), np.float32).astype(np.uint8))


EFFECTS = (
    Effect(
        "fade",
        Stage.PRINT,
        "ink grows pale in clouds, as toner runs out",
        {"amount": (0.05, 0.4)},
        _fade,
    ),
    Effect(
        "spread", Stage.PRINT, "strokes grow thicker as ink runs", {"amount": (0.1, 0.5)}, _spread
    ),
    Effect(
        "specks",
        Stage.PRINT,
        "dark dots of stray toner, one or two pixels wide",
        {"per_megapixel": (20, 400)},
        _specks,
    ),
    Effect(
        "streaks",
        Stage.PRINT,
        "thin grey lines down the page from a worn drum",
        {"count": (1, 4), "amount": (0.05, 0.3)},
        _streaks,
    ),
)
