"""Distances between colours as the eye sees them, and palettes that begin with distant ones."""

from __future__ import annotations

import functools
import math

FAR_ENOUGH = 25.0
"""CIE 1976 distance at which small swatches of a legend are told apart without effort."""


@functools.cache
def lab(colour: str) -> tuple[float, float, float]:
    """Return a "#rrggbb" colour in CIE 1976 L*a*b* (D65)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (_root(value) for value in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(left: str, right: str) -> float:
    """Return the CIE 1976 distance of two "#rrggbb" colours."""
    return math.dist(lab(left), lab(right))


@functools.lru_cache(maxsize=4096)
def spread_palette(palette: tuple[str, ...]) -> tuple[str, ...]:
    """Return a palette with those colours last that are near an earlier one; the order stays."""
    first: list[str] = []
    near: list[str] = []
    for colour in palette:
        far = all(distance(colour, other) >= FAR_ENOUGH for other in first)
        (first if far else near).append(colour)
    return (*first, *near)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _root(value: float) -> float:
    return value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
