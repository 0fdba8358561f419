"""What lies around a page that does not fill the canvas: a scanner's lid, the dark, a desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from dataengine.degrade.fields import add_noise, clouds, coloured, noise
from dataengine.imaging import Pixels

Size = tuple[int, int]

_DESKS = np.array(
    [
        [138, 98, 62],  # oak
        [92, 62, 42],  # walnut
        [196, 168, 130],  # birch
        [58, 60, 66],  # slate
        [186, 188, 190],  # laminate
        [42, 54, 74],  # blue cloth
        [104, 110, 96],  # green felt
    ],
    np.float32,
)
_WOODEN = 3
"""So many of the desks have a grain."""


def around(page: Pixels, mask: Pixels, kind: str, rng: np.random.Generator) -> Pixels:
    """Lay a backdrop around a page, where `mask` is 0.

    Raises:
        KeyError: no backdrop is called `kind`.
    """
    behind = BACKDROPS[kind](page, mask, rng)
    if behind.ndim == 3:
        page = coloured(page)
    elif page.ndim == 3:
        behind = coloured(behind)
    return np.asarray(cv2.copyTo(page, mask, behind), np.uint8)


def _lid(page: Pixels, mask: Pixels, rng: np.random.Generator) -> Pixels:
    return _plain(mask, float(rng.uniform(205, 252)), rng)


def _dark(page: Pixels, mask: Pixels, rng: np.random.Generator) -> Pixels:
    return _plain(mask, float(rng.uniform(6, 48)), rng)


def _plain(mask: Pixels, level: float, rng: np.random.Generator) -> Pixels:
    even = np.full(mask.shape, round(level), np.uint8)
    return _shaded(add_noise(even, noise((mask.shape[0], mask.shape[1]), rng), 1.0), mask, 0.25)


def _paper(page: Pixels, mask: Pixels, rng: np.random.Generator) -> Pixels:
    """Go on as the page ends: what its edges mostly look like."""
    rim = page[:: max(1, page.shape[0] - 1)].reshape(-1, *page.shape[2:])
    return np.ascontiguousarray(
        np.broadcast_to(np.median(rim, axis=0).astype(np.uint8), page.shape)
    )


def _desk(page: Pixels, mask: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = mask.shape
    number = int(rng.integers(len(_DESKS)))
    small = (max(2, height // 4), max(2, width // 4))
    cloudy = 0.05 * clouds(small, rng, 4)
    if number < _WOODEN:
        across = rng.standard_normal((max(2, small[0] // 2), 4), np.float32)
        grain = cv2.resize(across, (small[1], small[0]), interpolation=cv2.INTER_CUBIC)
        cloudy = cloudy + 0.10 * grain * (1.0 + cloudy)
    colours = _DESKS[number] * float(rng.uniform(0.8, 1.15)) * (1.0 + cloudy[..., None])
    desk = np.clip(colours, 0, 255).astype(np.uint8)
    full = np.asarray(cv2.resize(desk, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    grainy = add_noise(full, coloured(noise((height, width), rng, "fibre")), 4.0)
    return _shaded(grainy, mask, 0.5)


def _shaded(behind: Pixels, mask: Pixels, depth: float) -> Pixels:
    """Let the sheet cast a shadow on what it lies on."""
    height, width = mask.shape
    small = cv2.resize(
        mask, (max(2, width // 8), max(2, height // 8)), interpolation=cv2.INTER_AREA
    )
    soft = cv2.GaussianBlur(small, (0, 0), 1.2)
    gains = cv2.convertScaleAbs(soft, alpha=-depth, beta=255.0)
    full = cv2.resize(gains, (width, height), interpolation=cv2.INTER_LINEAR)
    layer = coloured(np.asarray(full, np.uint8)) if behind.ndim == 3 else full
    return np.asarray(cv2.multiply(behind, layer, scale=1 / 255), np.uint8)


BACKDROPS: Mapping[str, Callable[[Pixels, Pixels, np.random.Generator], Pixels]] = {
    "lid": _lid,
    "dark": _dark,
    "paper": _paper,
    "desk": _desk,
}
