"""The canvas that charts are drawn on: one per renderer, filled anew for each chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from pipelines.charts.drawing import Box
from pipelines.charts.mpl.plane import Plane
from pipelines.charts.mpl.shaping import DPI
from pipelines.charts.style.model import Frame

_DEFAULTS = {
    name: value
    for name, value in dict.items(matplotlib.rcParamsDefault)
    if not name.startswith(("backend", "interactive", "webagg", "tk.", "toolbar", "figure.hooks"))
}


@contextmanager
def defaults() -> Iterator[None]:
    """Have matplotlib go by its own defaults, whatever the process has set for its own charts."""
    if _DEFAULTS.items() <= dict.items(matplotlib.rcParams):
        yield
        return
    with matplotlib.rc_context(_DEFAULTS):
        yield


class Stage:
    """An Agg canvas and the plot areas on it.

    Attributes:
        planes: plot areas of the chart that is being drawn, in the order of drawing.
    """

    def __init__(self) -> None:
        # Artists ask their figure for its resolution; nothing is drawn through it.
        with defaults():
            self._figure = Figure(dpi=DPI)
        self._canvas: Any = None
        self._size = (0, 0)
        self._background = ""
        self.planes: list[Plane] = []

    def begin(self, frame: Frame) -> None:
        """Clear it and give it a frame's size and background."""
        self.planes = []
        self._background = frame.background
        if self._size != (frame.width, frame.height):
            self._size = frame.width, frame.height
            self._canvas = RendererAgg(*self._size, DPI)  # type: ignore[no-untyped-call]

    def plane(self, box: Box, frame: Frame) -> Plane:
        """Return an empty plot area at a box (x0, y0, x1, y1; pixels, y upwards)."""
        made = Plane(box, frame.plot_background, frame.spines, frame.axis_colour)
        self.planes.append(made)
        return made

    def paint(self, loose: Iterable[Any]) -> npt.NDArray[np.uint8]:
        """Draw everything and return the picture, uint8 (height, width, 3), not writable.

        Args:
            loose: artists of no plot area, and labels, drawn over all others in this order.
        """
        canvas = self._canvas
        pixel = bytes([*(round(255 * part) for part in to_rgb(self._background)), 255])
        np.asarray(canvas.buffer_rgba()).view(np.uint32)[...] = np.frombuffer(pixel, np.uint32)
        for plane in self.planes:
            for artist in plane.painted(self._background):
                artist.set_figure(self._figure)
                artist.draw(canvas)
        for one in loose:
            if isinstance(one, Artist):
                one.set_figure(self._figure)
            one.draw(canvas)
        # Pillow leaves the alpha out in a tenth of the time of a strided copy.
        rgba = Image.frombuffer("RGBX", self._size, canvas.buffer_rgba(), "raw", "RGBX", 0, 1)
        width, height = self._size
        return np.frombuffer(rgba.tobytes("raw", "RGB"), np.uint8).reshape(height, width, 3)
