"""Random fields that effects share: noise, fibres, smooth clouds, and brightness laid over pixels.

Noise is cut from tiles that are made once per process from fixed seeds: to draw three million
normal deviates per page would take longer than all other effects together.
"""

from __future__ import annotations

import functools
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from dataengine.imaging import Pixels

Field = npt.NDArray[np.float32]

TILE_PX = 2048
MIDDLE, SPREAD = 128, 32
"""Mean and standard deviation of noise tiles."""
UNITY = 200
"""Grey level that leaves brightness as it is in a map of gains."""
COARSE = 8
"""Maps of gains are made at an eighth of the size."""
_DARKEST_PAPER = 96
"""Grey level below which nothing is taken for paper: pages may be black."""


def noise(shape: tuple[int, int], rng: np.random.Generator, kind: str = "grain") -> Pixels:
    """Return noise around `MIDDLE` of standard deviation `SPREAD`.

    Args:
        shape: height and width.
        kind: "grain", as of sensors after denoising, or "fibre", as of paper.
    """
    tile: Pixels = _tile(kind)
    height, width = shape
    y, x = (int(rng.integers(TILE_PX)) for _ in range(2))
    if y + height > TILE_PX or x + width > TILE_PX:
        y, x = y % max(1, TILE_PX - height), x % max(1, TILE_PX - width)
    if height > TILE_PX or width > TILE_PX:
        tile = np.tile(tile, (-(-height // TILE_PX) + 1, -(-width // TILE_PX) + 1))
    cut: Pixels = tile[y : y + height, x : x + width]
    return cut


@functools.cache
def _tile(kind: str) -> Pixels:
    rng = np.random.Generator(np.random.PCG64(20210909 + len(kind)))
    field = rng.standard_normal((TILE_PX, TILE_PX), np.float32)
    if kind == "grain":
        field = _blur(field, 0.6, 0.6)
    else:
        field = _blur(field, 3.0, 0.8) + _blur(field[::-1].T.copy(), 0.8, 3.0)
        field += 3.0 * _blur(rng.standard_normal((TILE_PX, TILE_PX), np.float32), 5.0, 5.0)
    field = (field - field.mean()) / field.std()
    tile: Pixels = np.clip(np.rint(field * SPREAD + MIDDLE), 0, 255).astype(np.uint8)
    tile.setflags(write=False)
    return tile


def _blur(field: Field, sigma_x: float, sigma_y: float) -> Field:
    blurred = cv2.GaussianBlur(
        field, (0, 0), sigmaX=sigma_x, sigmaY=sigma_y, borderType=cv2.BORDER_REFLECT
    )
    return np.asarray(blurred, np.float32)


def add_noise(pixels: Pixels, grain: Pixels, amount: float) -> Pixels:
    """Add noise of the shape that `pixels` have; `amount` is its deviation in grey levels."""
    weight = amount / SPREAD
    return np.asarray(cv2.addWeighted(pixels, 1.0, grain, weight, -MIDDLE * weight), np.uint8)


def coarse_shape(pixels: Pixels) -> tuple[int, int]:
    """Return height and width of a map of gains for a picture."""
    return max(2, pixels.shape[0] // COARSE), max(2, pixels.shape[1] // COARSE)


def coordinates(shape: tuple[int, int]) -> tuple[Field, Field]:
    """Return x and y of a coarse grid, each running from -0.5 to 0.5 along the longer side."""
    height, width = shape
    longer = max(height, width)
    x = (np.arange(width) + 0.5 - width / 2) / longer
    y = (np.arange(height) + 0.5 - height / 2) / longer
    grid_x, grid_y = np.meshgrid(x, y)
    return grid_x.astype(np.float32), grid_y.astype(np.float32)


def clouds(shape: tuple[int, int], rng: np.random.Generator, cells: int) -> Field:
    """Return a smooth random field of about unit deviation, `cells` hills along a side."""
    hills = rng.standard_normal((cells + 3, cells + 3), np.float32)
    field = cv2.resize(hills, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(field, np.float32)


def brighten(pixels: Pixels, gains: npt.NDArray[np.floating[Any]]) -> Pixels:
    """Multiply a picture by a coarse map of gains up to 1.27: (h, w), or (h, w, 3) for colours."""
    levels = np.clip(np.rint(gains * UNITY), 0, 255).astype(np.uint8)
    height, width = pixels.shape[:2]
    full = cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR)
    if levels.ndim == 3:
        pixels = coloured(pixels)
    elif pixels.ndim == 3:
        full = cv2.merge([full, full, full])
    return np.asarray(cv2.multiply(pixels, full, scale=1 / UNITY), np.uint8)


def coloured(pixels: Pixels) -> Pixels:
    """Return a picture as RGB."""
    if pixels.ndim == 3:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB), np.uint8)


def grey(pixels: Pixels) -> Pixels:
    """Return a picture as grey levels."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def darken(pixels: Pixels, layer: Pixels) -> Pixels:
    """Subtract a grey layer from every channel."""
    if pixels.ndim == 3:
        layer = coloured(layer)
    return np.asarray(cv2.subtract(pixels, layer), np.uint8)


def even_light(pixels: Pixels) -> Pixels:
    """Divide grey levels by those of the paper around, so that shadows go and ink stays."""
    height, width = pixels.shape
    eighth = (max(2, width // COARSE), max(2, height // COARSE))
    small = cv2.resize(pixels, eighth, interpolation=cv2.INTER_AREA)
    around = cv2.blur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (5, 5))
    paper = np.maximum(np.asarray(around, np.uint8), _DARKEST_PAPER)
    full = cv2.resize(paper, (width, height))
    return np.asarray(cv2.divide(pixels, full, scale=255), np.uint8)
