"""Palettes whose first colours are far apart."""

from __future__ import annotations

import functools

from pipelines.charts.colours import distance, rgb

FAR_ENOUGH = 25.0
"""CIE 1976 distance at which small swatches of a legend are told apart without effort."""


@functools.lru_cache(maxsize=4096)
def spread_palette(palette: tuple[str, ...]) -> tuple[str, ...]:
    """Return a palette with those colours last that are near an earlier one; the order stays."""
    first: list[str] = []
    near: list[str] = []
    for colour in palette:
        far = all(distance(rgb(colour), rgb(other)) >= FAR_ENOUGH for other in first)
        (first if far else near).append(colour)
    return (*first, *near)
