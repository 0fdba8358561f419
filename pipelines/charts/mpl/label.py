"""A text of a chart: it knows what it names, and draws its own lines."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.colors import to_rgb, to_rgba
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from pipelines.charts.drawing import Box, TextRole
from pipelines.charts.mpl.typeset import Typesetter

_ACROSS = {"left": 0.0, "center": 0.5, "right": 1.0}
_UP = {"bottom": 0.0, "center": 0.5, "top": 1.0}


class Label:
    """A text at a point of the canvas (pixels, y upwards), turned about that point.

    It is drawn on an Agg canvas as an artist is, without the hundred properties of matplotlib's
    `Text`, which take longer to set than its lines to draw.

    Attributes:
        setter: sets its lines.
        text: as drawn, lines parted by line feeds.
        x, y: the point.
        role, series, item, panel: as in `drawing.Text`.
        colour: of its ink.
        ha, va: where the point is in its block of lines, in matplotlib's words.
        angle: degrees counter-clockwise.
        at: for a tick of numbers, the value where it stands; else None.
        backing: colour of a patch under it, "" for none.
    """

    __slots__ = (
        "_corners", "angle", "at", "backing", "colour", "ha", "item", "panel", "role", "series",
        "setter", "text", "va", "x", "y",
    )  # fmt: skip

    def __init__(
        self,
        setter: Typesetter,
        text: str,
        x: float,
        y: float,
        role: TextRole,
        colour: str,
        *,
        ha: str = "left",
        va: str = "bottom",
        angle: float = 0,
        series: int = -1,
        item: int = -1,
        panel: int = 0,
        at: float | None = None,
        backing: str = "",
    ) -> None:
        self.setter = setter
        self.text = text
        self.x, self.y = x, y
        self.role = role
        self.colour = colour
        self.ha, self.va = ha, va
        self.angle = angle
        self.series = series
        self.item = item
        self.panel = panel
        self.at = at
        self.backing = backing
        self._corners: list[tuple[float, float]] | None = None

    def corners(self) -> list[tuple[float, float]]:
        """Return the corners of the block of lines, turned: bottom left, then counter-clockwise."""
        if self._corners is None:
            width, height = block(self.setter, self.text)
            left, bottom = -width * _ACROSS[self.ha], -height * _UP[self.va]
            right, top = left + width, bottom + height
            x, y = self.x, self.y
            flat = ((left, bottom), (right, bottom), (right, top), (left, top))
            if self.angle:
                cos, sin = _direction(self.angle)
                flat = tuple((u * cos - v * sin, u * sin + v * cos) for u, v in flat)  # type: ignore[assignment]
            self._corners = [(x + u, y + v) for u, v in flat]
        return self._corners

    def extent(self) -> Box:
        """Return the box around the turned block, pixels, y upwards."""
        xs, ys = zip(*self.corners(), strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def move(self, dx: float, dy: float) -> None:
        """Move it by pixels."""
        self.x, self.y = self.x + dx, self.y + dy
        self._corners = None

    def draw(self, renderer: Any) -> None:
        """Draw it on an Agg renderer, each line from a whole pixel, as hinting wants."""
        lines = self.text.split("\n")
        setter, angle = self.setter, self.angle
        widths = [setter.width(line) for line in lines]
        corners = self.corners()
        left, bottom = corners[0]
        cos, sin = _direction(angle)
        gc = renderer.new_gc()
        if self.backing:
            gc.set_linewidth(0)
            patch = Path([*corners, corners[0]])
            renderer.draw_path(gc, patch, IdentityTransform(), to_rgba(self.backing))
        gc.set_foreground(to_rgba(self.colour), isRGBA=True)
        share, width = _ACROSS[self.ha], max(widths)
        for number, line in enumerate(lines):
            dx = share * (width - widths[number])
            dy = setter.descent + (len(lines) - 1 - number) * setter.height
            x, y = left + dx * cos - dy * sin, bottom + dx * sin + dy * cos
            setter.draw(renderer, gc, line, round(x), round(y), angle)
        gc.restore()

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Its colour, 0 to 255."""
        red, green, blue = to_rgb(self.colour)
        return round(255 * red), round(255 * green), round(255 * blue)


def block(setter: Typesetter, text: str) -> tuple[float, float]:
    """Return width and height of a text's lines in pixels."""
    lines = text.split("\n")
    height = setter.ascent + setter.descent + (len(lines) - 1) * setter.height
    return max(setter.width(line) for line in lines), height


def _direction(angle: float) -> tuple[float, float]:
    turn = math.radians(angle)
    return math.cos(turn), math.sin(turn)
