"""What light and dirt on the glass do: uneven light, shadows, dust and hairs."""

from __future__ import annotations

import cv2
import numpy as np

from dataengine.degrade.effect import Effect, Params, Stage, rng_of
from dataengine.degrade.fields import brighten, clouds, coarse_shape, coordinates, darken
from dataengine.imaging import Pixels


def _uneven(pixels: Pixels, params: Params) -> Pixels:
    rng = rng_of(params)
    x, y = coordinates(coarse_shape(pixels))
    angle = rng.uniform(0, 2 * np.pi)
    slope = 0.5 + np.cos(angle) * x + np.sin(angle) * y
    centre_x, centre_y = rng.uniform(-0.2, 0.2, 2)
    vignette = (x - centre_x) ** 2 + (y - centre_y) ** 2
    share = rng.uniform(0.3, 0.9)
    gains = 1.0 - params["amount"] * np.clip(share * slope + (1 - share) * 2 * vignette, 0, 1.2)
    return brighten(pixels, gains)


def _shadow(pixels: Pixels, params: Params) -> Pixels:
    """Let the edge of somebody's head or hand fall over a part of the page."""
    rng = rng_of(params)
    shape = coarse_shape(pixels)
    x, y = coordinates(shape)
    angle = rng.uniform(0, 2 * np.pi)
    bulge = rng.uniform(-1.2, 1.2)
    along = -np.sin(angle) * x + np.cos(angle) * y
    across = np.cos(angle) * x + np.sin(angle) * y + bulge * along**2 - rng.uniform(-0.1, 0.35)
    across += 0.02 * clouds(shape, rng, 5)
    depth = 1 / (1 + np.exp(-np.clip(across / params["softness"], -30, 30)))
    return brighten(pixels, 1.0 - params["amount"] * depth)


def _dust(pixels: Pixels, params: Params) -> Pixels:
    rng = rng_of(params)
    height, width = pixels.shape[:2]
    layer = np.zeros((height, width), np.uint8)
    for _ in range(round(params["count"])):
        x, y, level = rng.uniform(0, width), rng.uniform(0, height), int(rng.integers(40, 150))
        if rng.random() < 0.2:
            heading = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.35, 8))
            steps = 0.004 * max(height, width) * np.stack([np.cos(heading), np.sin(heading)], 1)
            hair = np.array([x, y]) + np.cumsum(steps, 0)
            points = np.rint(hair * 16).astype(np.int32)
            cv2.polylines(layer, [points], False, level, 1, cv2.LINE_AA, 4)
        else:
            radius = int(rng.uniform(6, 22))
            centre = round(x * 16), round(y * 16)
            cv2.circle(layer, centre, radius, level, -1, cv2.LINE_AA, 4)
    return darken(pixels, layer)


EFFECTS = (
    Effect("uneven", Stage.LIGHT, "light falls off to a side", {"amount": (0.05, 0.4)}, _uneven),
    Effect(
        "shadow",
        Stage.LIGHT,
        "a soft shadow over a part of the page",
        {"amount": (0.08, 0.4), "softness": (0.02, 0.06)},
        _shadow,
    ),
    Effect("dust", Stage.LIGHT, "dots and hairs on the glass", {"count": (2, 30)}, _dust),
)
