"""A plot area: where its values lie on the canvas, and what is drawn in it."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.scale import LogTransform
from matplotlib.transforms import (
    Affine2D,
    Bbox,
    IdentityTransform,
    Transform,
    blended_transform_factory,
)

from pipelines.charts.drawing import Box

SIDES = ("left", "bottom", "right", "top")
_SPINE_ORDER = 2.5


class Plane:
    """What matplotlib's `Axes` are for a plot whose sides have been laid out already.

    It has no locators, formatters or units that would have to be asked: limits are fixed once, and
    the way to the canvas is one transformation.

    Attributes:
        box: on the canvas, whole pixels, y upwards.
        x_limits, y_limits: values at its low and high ends.
        background: colour of its area, "" for none.
        spines: which edges have a line, of `spine_colour`.
        transform: from values to the canvas.
        artists: in the order of their adding.
    """

    def __init__(self, box: Box, background: str, spines: Iterable[str], spine_colour: str) -> None:
        self.box = box
        self.background = background
        self.spines = tuple(spines)
        self.spine_colour = spine_colour
        self.artists: list[Artist] = []
        self._clip = Bbox([[box[0], box[1]], [box[2], box[3]]])
        self.x_limits = self.y_limits = (0.0, 1.0)
        self.transform: Transform = IdentityTransform()

    def set_limits(
        self, x: tuple[float, float], y: tuple[float, float], *,
        x_log: bool = False, y_log: bool = False,
    ) -> None:  # fmt: skip
        """Fix what values lie at its ends; both are positive on a logarithmic scale."""
        self.x_limits, self.y_limits = x, y
        x0, y0, x1, y1 = self.box
        across, start = _along(x, (x0, x1), x_log)
        up, foot = _along(y, (y0, y1), y_log)
        straight = Affine2D.from_values(across, 0, 0, up, start, foot)
        self.transform = straight
        if x_log or y_log:
            scales = [LogTransform(10) if log else IdentityTransform() for log in (x_log, y_log)]
            self.transform = blended_transform_factory(*scales) + straight

    def at(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return where points (n, 2) of values lie, pixels."""
        return np.asarray(self.transform.transform(points))

    def add(self, artist: Artist) -> None:
        """Add an artist; its data are values unless it says otherwise.

        It is cut off at the edges, a line only beyond its own width and markers.
        """
        if not artist.is_transform_set():
            artist.set_transform(self.transform)
        # A line's points lie within the limits; its markers and its width may reach beyond.
        reach = _reach(artist) if isinstance(artist, Line2D) else 0
        artist.set_clip_box(self._clip.padded(reach) if reach else self._clip)
        self.artists.append(artist)

    def painted(self, under: str) -> list[Artist]:
        """Return all that is to be drawn on a background, the lowest first."""
        x0, y0, x1, y1 = self.box
        made: list[Artist] = sorted([*self.artists, *self._edges()], key=Artist.get_zorder)
        if self.background and self.background != under:
            area = Rectangle(
                (x0, y0), x1 - x0, y1 - y0, facecolor=self.background, edgecolor="none", linewidth=0
            )
            made.insert(0, area)
        return made

    def _edges(self) -> list[Artist]:
        x0, y0, x1, y1 = self.box
        ends = {
            "left": ((x0, y0), (x0, y1)), "right": ((x1, y0), (x1, y1)),
            "bottom": ((x0, y0), (x1, y0)), "top": ((x0, y1), (x1, y1)),
        }  # fmt: skip
        points = [point for side in self.spines for point in ends[side]]
        if not points:
            return []
        path = Path(points, [Path.MOVETO, Path.LINETO] * len(self.spines))
        edges = PathPatch(
            path, facecolor="none", edgecolor=self.spine_colour, linewidth=1.0,
            capstyle="projecting", zorder=_SPINE_ORDER,
        )  # fmt: skip
        return [edges]


def _reach(line: Line2D) -> int:
    """Return how far a line is painted around its points, whole pixels."""
    marked = str(line.get_marker()) not in ("", "None", "none")
    marker = line.get_markersize() + line.get_markeredgewidth() if marked else 0.0
    # The corner of a square or a diamond is further away than its side.
    return math.ceil(max(0.71 * marker, line.get_linewidth() / 2)) + 1


def _along(
    limits: tuple[float, float], ends: tuple[float, float], log: bool
) -> tuple[float, float]:
    """Return pixels per unit of a scale, and where its zero is."""
    low, high = np.log10(limits) if log else limits
    unit = (ends[1] - ends[0]) / (high - low)
    return float(unit), float(ends[0] - low * unit)
