"""What landscapes are painted with: light, noise, and a picture that knows what is where."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float64]
Colour = tuple[float, float, float]

WIDTH, HEIGHT = 640, 480
FEWEST_PIXELS = 150
"""What shows less than this of itself is not named."""
ROWS, COLUMNS = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)


@dataclass(frozen=True)
class Look:
    """A kind of day: colours at the zenith and the horizon, of the sun's light, and clouds."""

    words: str
    zenith: Colour
    horizon: Colour
    light: Colour
    clouds: float
    sun: float | None
    """Height of the sun above the horizon in parts of the sky, or None if it is not in view."""


LOOKS = {
    "noon": Look("blue", (0.16, 0.36, 0.72), (0.66, 0.80, 0.92), (1.0, 0.98, 0.93), 0.45, None),
    "overcast": Look("grey", (0.50, 0.54, 0.60), (0.78, 0.80, 0.82), (0.8, 0.82, 0.85), 0.95, None),
    "evening": Look("glowing", (0.20, 0.24, 0.46), (0.98, 0.62, 0.30), (1.0, 0.70, 0.45),
                    0.5, 0.22),
    "dawn": Look("pink", (0.36, 0.42, 0.66), (0.97, 0.76, 0.70), (0.95, 0.82, 0.80), 0.35,
                 0.12),
    "clear": Look("clear", (0.10, 0.28, 0.64), (0.58, 0.76, 0.93), (1.0, 0.97, 0.9), 0.05, None),
}  # fmt: skip


class Noise:
    """Value noise on a lattice that repeats every 256 steps, and sums of its octaves."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._values = rng.random((256, 256))

    def __call__(self, x: Plane, y: Plane) -> Plane:
        left, top = np.floor(x), np.floor(y)
        u, v = smooth(x - left), smooth(y - top)
        i, j = left.astype(np.int64) & 255, top.astype(np.int64) & 255
        values = self._values
        above = values[j, i] * (1 - u) + values[j, i + 1 & 255] * u
        below = values[j + 1 & 255, i] * (1 - u) + values[j + 1 & 255, i + 1 & 255] * u
        mixed: Plane = above * (1 - v) + below * v
        return mixed

    def fractal(self, x: Plane, y: Plane, octaves: int = 6, rough: float = 0.5) -> Plane:
        """Return a sum of octaves, 0 to 1, most of it near a half."""
        total, weight, whole = np.zeros(np.broadcast(x, y).shape), 1.0, 0.0
        for octave in range(octaves):
            scale = 2.0**octave
            total += weight * self(x * scale + 17.3 * octave, y * scale + 9.1 * octave)
            whole += weight
            weight *= rough
        return total / whole


def smooth(t: Plane) -> Plane:
    return t * t * (3 - 2 * t)


@dataclass
class Scene:
    """A picture that is being painted from back to front, and what was painted where."""

    rng: np.random.Generator
    look: Look
    horizon: float
    picture: Plane = field(default_factory=lambda: np.zeros((HEIGHT, WIDTH, 3)))
    labels: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((HEIGHT, WIDTH), int))
    names: list[str] = field(default_factory=lambda: [""])

    def __post_init__(self) -> None:
        self.noise = Noise(self.rng)

    def paint(self, name: str, mask: Plane, colour: Plane) -> None:
        """Lay a colour, shape (height, width, 3), over the picture where the mask is 1."""
        cover = np.clip(mask, 0, 1)[..., None]
        self.picture = self.picture * (1 - cover) + colour * cover
        self.names.append(name)
        self.labels[mask > 0.5] = len(self.names) - 1

    def hazy(self, colour: Plane, haze: float) -> Plane:
        """Mix a colour with the air in front of it."""
        return colour * (1 - haze) + np.array(self.look.horizon) * 0.92 * haze

    def lit(self, colour: Colour, shade: Plane) -> Plane:
        """Return a surface of one colour under this light."""
        surface: Plane = np.array(colour) * np.array(self.look.light) * shade[..., None]
        return surface

    def objects(self) -> list[tuple[str, list[int]]]:
        """Return what can be seen: name and box x, y, width, height."""
        found = []
        for label, name in enumerate(self.names):
            rows, columns = np.nonzero(self.labels == label)
            if name and len(rows) >= FEWEST_PIXELS:
                x, y = int(columns.min()), int(rows.min())
                size = [int(columns.max()) + 1 - x, int(rows.max()) + 1 - y]
                found.append((name, [x, y, *size]))
        return found
