"""What optics do: defocus and motion."""

from __future__ import annotations

import cv2
import numpy as np

from dataengine.degrade.effect import Effect, Params, Stage, rng_of
from dataengine.imaging import Pixels


def _defocus(pixels: Pixels, params: Params) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), params["sigma_px"]), np.uint8)


def _motion(pixels: Pixels, params: Params) -> Pixels:
    angle = rng_of(params).uniform(0, np.pi)
    reach = params["length_px"] / 2
    size = 2 * int(np.ceil(reach)) + 1
    kernel = np.zeros((size, size), np.float32)
    for step in np.linspace(-reach, reach, 17):
        x, y = size // 2 + step * np.cos(angle), size // 2 + step * np.sin(angle)
        left, top = int(np.floor(x)), int(np.floor(y))
        for row, column in ((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)):
            if 0 <= row < size and 0 <= column < size:
                kernel[row, column] += max(0, 1 - abs(x - column)) * max(0, 1 - abs(y - row))
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.uint8)


EFFECTS = (
    Effect(
        "defocus", Stage.LENS, "out of focus: a Gaussian blur", {"sigma_px": (0.3, 1.0)}, _defocus
    ),
    Effect("motion", Stage.LENS, "a hand that shakes", {"length_px": (0.5, 2.5)}, _motion),
)
