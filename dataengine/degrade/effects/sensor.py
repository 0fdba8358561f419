"""What sensors and their software do: noise, tint, tones, grey, few levels, black and white."""

from __future__ import annotations

import cv2
import numpy as np

from dataengine.degrade.effect import Effect, Params, Stage, rng_of
from dataengine.degrade.fields import add_noise, coloured, even_light, grey, noise
from dataengine.imaging import Pixels


def _noise(pixels: Pixels, params: Params) -> Pixels:
    rng = rng_of(params)
    shape = (pixels.shape[0], pixels.shape[1])
    grain = noise(shape, rng)
    if pixels.ndim == 2:
        return add_noise(pixels, grain, params["amount"])
    pixels = add_noise(pixels, coloured(grain), params["amount"])
    tints = cv2.merge([noise(shape, rng) for _ in range(3)])
    return add_noise(pixels, np.asarray(tints, np.uint8), 0.5 * params["amount"])


def _tint(pixels: Pixels, params: Params) -> Pixels:
    rng = rng_of(params)
    warm = params["amount"] * rng.choice([1.0, 1.0, -0.7])  # lamps are warm more often
    green = params["amount"] * rng.uniform(-0.25, 0.25)
    gains = np.array([1.0 + 0.5 * warm, 1.0 + green, 1.0 - warm])
    gains = np.minimum(gains / max(1.0, gains.max()), 1.0)
    table = np.clip(np.rint(np.arange(256)[:, None] * gains), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(coloured(pixels), table[:, None, :]), np.uint8)


def _tones(pixels: Pixels, params: Params) -> Pixels:
    level = (np.arange(256) / 255.0) ** params["gamma"]
    table = params["black"] + (params["white"] - params["black"]) * level
    return np.asarray(cv2.LUT(pixels, np.rint(table).clip(0, 255).astype(np.uint8)), np.uint8)


def _grey(pixels: Pixels, params: Params) -> Pixels:
    return grey(pixels)


def _few_levels(pixels: Pixels, params: Params) -> Pixels:
    steps = max(2, round(params["levels"])) - 1
    table = np.rint(np.rint(np.arange(256) / 255 * steps) * 255 / steps).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, table), np.uint8)


def _black_white(pixels: Pixels, params: Params) -> Pixels:
    """Threshold at twice the resolution and look at it from twice as far, as on a screen.

    Scanners compare with the paper around, or every shadow would turn black; and they sharpen
    first, or hairlines, dots and minus signs, which are pale at this resolution, would go, and
    narrow gaps would fill.
    """
    pixels = grey(pixels)
    height, width = pixels.shape
    even = even_light(pixels)
    crisp = cv2.addWeighted(even, 2.0, cv2.GaussianBlur(even, (0, 0), 1.2), -1.0, 0.0)
    large = cv2.resize(crisp, (2 * width, 2 * height), interpolation=cv2.INTER_LINEAR)
    grain = noise((2 * height, 2 * width), rng_of(params))
    grainy = add_noise(np.asarray(large, np.uint8), grain, params["grain"])
    _, sharp = cv2.threshold(grainy, 255 * params["threshold"], 255, cv2.THRESH_BINARY)
    return np.asarray(cv2.resize(sharp, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _rescale(pixels: Pixels, params: Params) -> Pixels:
    height, width = pixels.shape[:2]
    small = (max(1, round(width * params["factor"])), max(1, round(height * params["factor"])))
    reduced = cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(reduced, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


EFFECTS = (
    Effect(
        "noise",
        Stage.SENSOR,
        "grain in brightness and, half as strong, in colour; deviation in grey levels",
        {"amount": (1.0, 9.0)},
        _noise,
    ),
    Effect("tint", Stage.SENSOR, "a white balance that is off", {"amount": (0.02, 0.2)}, _tint),
    Effect(
        "tones",
        Stage.SENSOR,
        "black is not black, white is not white",
        {"black": (0, 60), "white": (255, 205), "gamma": (1.0, 1.3)},
        _tones,
    ),
    Effect("grey", Stage.SENSOR, "no colours", {}, _grey, loses_colour=True),
    Effect("few_levels", Stage.SENSOR, "few levels of grey", {"levels": (64, 6)}, _few_levels),
    Effect(
        "black_white",
        Stage.SENSOR,
        "black or white at twice the resolution, seen at the picture's own",
        {"threshold": (0.76, 0.71), "grain": (2.0, 10.0)},
        _black_white,
        loses_colour=True,
    ),
    Effect(
        "rescale", Stage.SENSOR, "made smaller and larger again", {"factor": (0.98, 0.72)}, _rescale
    ),
)
