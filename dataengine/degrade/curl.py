"""A sheet bent like a cylinder, seen by a pinhole camera above it: forward and back in closed form.

The sheet is bent along one axis only, so its height is a function of the arc length s on that
axis. A camera at distance D shows a point of height Z larger by m = D / (D - Z), and, looking
slightly from the side, shifted by Z times the obliqueness. Along the bent axis the picture of a
point hangs on s alone, g(s), which grows monotonically; across it the map is linear. So the inverse
is a look-up in the table of g and one division.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dataengine.degrade.effect import Params, rng_of

Floats = npt.NDArray[np.float64]

_NODES = 257
_CAMERA = 2.2
"""Distance of the camera in longer sides of the page, as one holds a telephone."""
_SHADING = 0.55


@dataclass(frozen=True, slots=True, eq=False)
class Curl:
    """Tables over arc length along the bent axis.

    Attributes:
        along: 0 if the sheet is bent along x, 1 along y.
        breadth: size of the page across that axis, pixels.
        arc: arc lengths, pixels; beyond the page at both ends.
        seen: where each is seen, pixels.
        zoom: magnification there.
        shift: displacement across the axis there, pixels.
        shade: brightness at arc lengths 0 … length in even steps.
    """

    along: int
    breadth: float
    arc: Floats
    seen: Floats
    zoom: Floats
    shift: Floats
    shade: npt.NDArray[np.float32]

    @classmethod
    def of(cls, size: tuple[int, int], params: Params) -> Curl:
        """Bend a page of a width and height."""
        rng = rng_of(params)
        along = int(rng.random() < 0.25)
        length, breadth = float(size[along]), float(size[1 - along])
        arc = np.linspace(0.0, length, _NODES)
        slope = _slope(arc / length, params["slope"], rng)
        step = length / (_NODES - 1)
        across, height = _summed(np.cos(slope), step), _summed(np.sin(slope), step)
        height -= height.mean()
        distance = _CAMERA * max(size)
        zoom = distance / (distance - height)
        seen = length / 2 + (across - across[_NODES // 2]) * zoom
        shift = height * params["oblique"] * rng.choice([-1.0, 1.0])
        shade = np.clip(1.0 - _SHADING * slope * rng.choice([-1.0, 1.0]), 0.6, 1.1)
        first, last = (seen[1] - seen[0]) / step, (seen[-1] - seen[-2]) / step
        return cls(
            along=along,
            breadth=breadth,
            arc=np.concatenate([[-length], arc, [2 * length]]),
            seen=np.concatenate([[seen[0] - length * first], seen, [seen[-1] + length * last]]),
            zoom=np.pad(zoom, 1, "edge"),
            shift=np.pad(shift, 1, "edge"),
            shade=shade.astype(np.float32),
        )

    def forward(self, points: Floats) -> Floats:
        """Map points (n, 2) of the flat page to where they are seen."""
        arc, across = points[:, self.along], points[:, 1 - self.along]
        middle = self.breadth / 2
        moved = np.empty_like(points)
        moved[:, self.along] = np.interp(arc, self.arc, self.seen)
        zoom, shift = np.interp(arc, self.arc, self.zoom), np.interp(arc, self.arc, self.shift)
        moved[:, 1 - self.along] = middle + (across - middle) * zoom + shift
        return moved

    def inverse(self, points: Floats) -> Floats:
        """Map points that are seen to the flat page."""
        arc = np.interp(points[:, self.along], self.seen, self.arc)
        zoom, shift = np.interp(arc, self.arc, self.zoom), np.interp(arc, self.arc, self.shift)
        middle = self.breadth / 2
        flat = np.empty_like(points)
        flat[:, self.along] = arc
        flat[:, 1 - self.along] = middle + (points[:, 1 - self.along] - middle - shift) / zoom
        return flat


def _slope(share: Floats, most: float, rng: np.random.Generator) -> Floats:
    """Return the sheet's slope in radians, at most `most`, at shares of its length."""
    wave = np.sin(2 * np.pi * (rng.uniform(0.4, 1.1) * share + rng.random()))
    if rng.random() < 0.5:
        return np.asarray(most * wave)
    from_gutter = share if rng.random() < 0.5 else 1.0 - share
    sink = np.exp(-from_gutter / rng.uniform(0.08, 0.2)) * rng.choice([-1.0, 1.0])
    return np.asarray(most * (0.8 * sink + 0.2 * wave))


def _summed(values: Floats, step: float) -> Floats:
    """Integrate by the trapezoid rule from the first node."""
    return np.concatenate([[0.0], np.cumsum((values[1:] + values[:-1]) * step / 2)])
