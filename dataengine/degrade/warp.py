"""All movements of the page as one map, forward for boxes and back for pixels: one resampling.

Points are continuous: pixel (i, j) covers [i, i + 1] x [j, j + 1]. The canvas grows until the whole
page is on it, then everything is made smaller to fit the limit, in the same map.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from dataengine.degrade.curl import Curl, Floats
from dataengine.degrade.effect import Params, rng_of
from dataengine.imaging import Pixels

_STEPS = (4, 8, 16)
_STEP_SHARE = 40
"""Exact points of the inverse map stand a fortieth of the longer side apart, in powers of two, and
the map is linear between: a small page is bent as much as a large one, in fewer pixels."""
_SIDE_POINTS = 9
_OUTLINE_POINTS = 65


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """Where every point of a page goes.

    Attributes:
        page: width and height of the page as stored, pixels.
        size: width and height of the canvas.
        plane: homography, 3 x 3, from the page (curled, if it is) to the canvas.
        curl: how the sheet is bent, if it is.
    """

    page: tuple[int, int]
    size: tuple[int, int]
    plane: Floats
    curl: Curl | None = None

    @classmethod
    def of(cls, page: tuple[int, int], bends: Mapping[str, Params], canvas: Params) -> Warp:
        """Compose movements.

        Args:
            page: width and height, pixels.
            bends: name of the effect ("rotate", "stretch", "tilt", "curl") -> its parameters.
            canvas: "margin" (room left free, in longer sides), "limit_px" (longest side, 0 for
                none) and "seed".
        """
        curl = Curl.of(page, bends["curl"]) if "curl" in bends else None
        centred = _translation(-page[0] / 2, -page[1] / 2)
        raw = cls(page, page, np.asarray(_plane(bends, max(page)) @ centred), curl)
        outline = raw.forward(raw.outline())
        low, high = outline.min(axis=0), outline.max(axis=0)
        room = canvas["margin"] * max(page) * rng_of(canvas).random((2, 2))
        extent = high - low + room.sum(axis=0)
        low = low - room[0]
        limit = canvas["limit_px"] or math.inf
        scale = min(1.0, limit / float(extent.max()))
        width, height = (max(1, math.ceil(round(side * scale, 6))) for side in extent)
        fitted: Floats = np.diag([scale, scale, 1.0]) @ _translation(-low[0], -low[1]) @ raw.plane
        return cls(page, (width, height), fitted, curl)

    def forward(self, points: Floats) -> Floats:
        """Map points (n, 2) of the page to the canvas."""
        return _projected(self.plane, self.curl.forward(points) if self.curl else points)

    def inverse(self, points: Floats) -> Floats:
        """Map points of the canvas to the page, or beyond its edges."""
        flat = _projected(np.asarray(np.linalg.inv(self.plane), np.float64), points)
        return self.curl.inverse(flat) if self.curl else flat

    def outline(self) -> Floats:
        """Return points along the border of the page, in its own pixels, clockwise."""
        box = np.array([[0, 0, *self.page]], np.float64)
        return np.asarray(_borders(box, _OUTLINE_POINTS)[0])

    def boxes(self, boxes: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Return the tight integer boxes (n, 4), inside the canvas, of what was inside boxes."""
        if not len(boxes):
            return np.zeros((0, 4), np.int32)
        borders = _borders(boxes.astype(np.float64), _SIDE_POINTS)
        moved = self.forward(borders.reshape(-1, 2)).reshape(borders.shape)
        low = np.floor(moved.min(axis=1) + 1e-6)
        high = np.ceil(moved.max(axis=1) - 1e-6)
        limits = np.array([*self.size, *self.size])
        return np.asarray(np.clip(np.hstack([low, high]), 0, limits), np.int32)

    def quads(self, boxes: npt.NDArray[np.int32]) -> Floats:
        """Return the corners (n, 4, 2) of boxes on the canvas, clockwise from the upper left."""
        x0, y0, x1, y1 = boxes.astype(np.float64).T
        corners = np.stack([x0, y0, x1, y0, x1, y1, x0, y1], axis=1).reshape(-1, 2)
        return self.forward(corners).reshape(-1, 4, 2)

    def scales(self, boxes: npt.NDArray[np.int32]) -> Floats:
        """Return how much smaller (or larger) each box got, in width or height, the lesser."""
        x0, y0, x1, y1 = boxes.astype(np.float64).T
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        middles = np.stack([x0, y, x1, y, x, y0, x, y1], axis=1).reshape(-1, 2)
        moved = self.forward(middles).reshape(-1, 2, 2, 2)
        lengths = np.linalg.norm(moved[:, :, 1] - moved[:, :, 0], axis=2)
        sides = np.stack([x1 - x0, y1 - y0], axis=1)
        return np.asarray((lengths / np.maximum(sides, 1.0)).min(axis=1))

    def maps(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return for every pixel of the canvas the x and y of the page to take, for cv2.remap."""
        width, height = self.size
        step = max([_STEPS[0], *(one for one in _STEPS if one <= max(self.size) / _STEP_SHARE)])
        columns = (np.arange(-1, -(-width // step) + 1) + 0.5) * step
        rows = (np.arange(-1, -(-height // step) + 1) + 0.5) * step
        grid = np.stack(np.meshgrid(columns, rows), axis=2).reshape(-1, 2)
        # Pixels are sampled at their middles, which cv2 numbers from 0.
        coarse = (self.inverse(grid) - 0.5).astype(np.float32).reshape(len(rows), len(columns), 2)
        full = len(columns) * step, len(rows) * step
        x, y = (
            np.asarray(cv2.resize(np.ascontiguousarray(coarse[..., axis]), full), np.float32)
            for axis in (0, 1)
        )
        shown = np.s_[step : step + height, step : step + width]
        return np.ascontiguousarray(x[shown]), np.ascontiguousarray(y[shown])

    def mask(self) -> Pixels:
        """Return 255 where the canvas shows the page, 0 beside it."""
        covered = np.zeros((self.size[1], self.size[0]), np.uint8)
        # cv2 numbers pixels by their middles, in sixteenths here.
        outline = np.rint((self.forward(self.outline()) - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(covered, [outline], 255, cv2.LINE_8, 4)
        return covered


def resampled(
    pixels: Pixels, maps: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
) -> Pixels:
    """Return the picture that maps ask for; beyond its edges they repeat."""
    planes = [pixels] if pixels.ndim == 2 else cv2.split(pixels)  # thrice grey is faster than RGB
    moved = [
        cv2.remap(plane, *maps, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        for plane in planes
    ]
    return np.asarray(moved[0] if pixels.ndim == 2 else cv2.merge(moved), np.uint8)


def _plane(bends: Mapping[str, Params], longer: int) -> Floats:
    """Return the homography of stretching, turning and tilting about the middle of the page."""
    plane: Floats = np.eye(3)
    if (step := bends.get("stretch")) is not None:
        rng = rng_of(step)
        factor = 1.0 + step["amount"] * rng.choice([-1.0, 1.0])
        plane = np.diag([factor, 1.0, 1.0] if rng.random() < 0.5 else [1.0, factor, 1.0]) @ plane
    if (step := bends.get("rotate")) is not None:
        angle = math.radians(step["degrees"]) * rng_of(step).choice([-1.0, 1.0])
        cosine, sine = math.cos(angle), math.sin(angle)
        plane = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1.0]]) @ plane
    if (step := bends.get("tilt")) is not None:
        rng = rng_of(step)
        towards = rng.uniform(0, 2 * math.pi)
        axis = np.array([math.cos(towards), math.sin(towards), 0.0]) * math.radians(step["degrees"])
        turn = np.asarray(cv2.Rodrigues(axis)[0], np.float64)
        distance = longer * rng.uniform(1.4, 2.6)
        camera = np.array([*(distance * turn[:2]), turn[2]])
        camera[:, 2] = [0.0, 0.0, distance]
        plane = camera @ plane
    return plane


def _translation(x: float, y: float) -> Floats:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def _projected(plane: Floats, points: Floats) -> Floats:
    moved = points @ plane[:, :2].T + plane[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:])


def _borders(boxes: Floats, points: int) -> Floats:
    """Return points along the four sides of boxes: (n, 4 * points, 2)."""
    x0, y0, x1, y1 = (boxes[:, [edge]] for edge in range(4))
    share = np.linspace(0.0, 1.0, points)[None, :]
    x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
    flat_x, flat_y = np.zeros_like(x), np.zeros_like(y)
    sides_x = [x, flat_x + x1, x[:, ::-1], flat_x + x0]
    sides_y = [flat_y + y0, y, flat_y + y1, y[:, ::-1]]
    return np.stack([np.concatenate(sides_x, axis=1), np.concatenate(sides_y, axis=1)], axis=2)
