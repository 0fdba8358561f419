"""Colours as the eye sees them: luminance, contrast and CIE 1976 distances of sRGB colours."""

from __future__ import annotations

import functools
import math

from pipelines.charts.drawing import Colour

Lab = tuple[float, float, float]
_WHITE = (0.95047, 1.0, 1.08883)


def rgb(colour: str) -> Colour:
    """Return the parts of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: Colour) -> float:
    """Return the relative luminance, 0 to 1 (WCAG 2.1)."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.1)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@functools.lru_cache(maxsize=4096)
def lab(colour: Colour) -> Lab:
    """Return L*, a*, b* of an sRGB colour under D65 (IEC 61966-2-1, CIE 15)."""
    red, green, blue = (_linear(part / 255) for part in colour)
    x = 0.4124 * red + 0.3576 * green + 0.1805 * blue
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = 0.0193 * red + 0.1192 * green + 0.9505 * blue
    fx, fy, fz = (_root(part / white) for part, white in zip((x, y, z), _WHITE, strict=True))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@functools.lru_cache(maxsize=8192)
def distance(one: Colour, other: Colour) -> float:
    """Return the CIE 1976 distance; about 2 can just be seen side by side."""
    return math.dist(lab(one), lab(other))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _root(part: float) -> float:
    return part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116
