"""Sets lines of text as matplotlib's Agg backend does, glyph by glyph, keeping what was set before.

The pixels are those of `RendererAgg.draw_text` at the same place; what is saved is shaping and
rasterising the same glyphs again and again.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.ft2font import RenderMode

from pipelines.charts import fonts
from pipelines.charts.mpl.shaping import FLAGS, Glyph, Shaper

_SUBPIXELS = 64
_MOST_LINES, _MOST_GLYPHS = 2_000, 6_000
_MOST_STRIPS, _LONGEST_KEPT = 500, 12
_LEADING = 1.25
Coverage = tuple[npt.NDArray[np.uint8], int, int]
"""How far pixels are covered, and where the left and the bottom edge are from an origin."""


class Typesetter:
    """Sets text in one font set, weight and size.

    Attributes:
        size_px: font size.
        ascent, descent: of a line, pixels, together about one em: what layout goes by.
        height: from one baseline to the next.
    """

    def __init__(self, name: str, size_px: int, bold: bool = False) -> None:
        self._set = fonts.font_set(name)
        self._bold = bold
        self.size_px = size_px
        faces = self._set.faces(bold)
        self._shaper = Shaper(self._set, size_px, bold)
        tables = [fonts.advance_table(face) for face in faces]
        self.ascent = size_px * max(table.em_ascent / table.units_per_em for table in tables)
        self.descent = size_px * max(table.em_descent / table.units_per_em for table in tables)
        self.height = _LEADING * size_px
        self._lines: dict[str, tuple[tuple[Glyph, ...], float]] = {}
        self._lacking: dict[str, str] = {}
        self._glyphs: dict[tuple[Any, ...], Coverage] = {}
        self._strips: dict[tuple[str, float], list[Coverage]] = {}

    def width(self, text: str) -> float:
        """Return the width of a line in pixels."""
        return self.line(text)[1]

    def lacks(self, text: str) -> str:
        """Return the characters that would come out as boxes."""
        found = self._lacking.get(text)
        if found is None:
            if len(self._lacking) > _MOST_LINES:
                self._lacking.clear()
            found = fonts.lacks(self._set, text.replace("\n", ""), self._bold)
            self._lacking[text] = found
        return found

    def lacks_weight(self, text: str) -> bool:
        """Return whether some character has no bold face, though the text is to be bold."""
        faces = self._set.faces(self._bold)
        return any(
            glyph.face < len(faces) and faces[glyph.face].embolden
            for line in text.split("\n")
            for glyph in self.line(line)[0]
        )

    def line(self, text: str) -> tuple[tuple[Glyph, ...], float]:
        """Return the glyphs of a line and its width in pixels."""
        found = self._lines.get(text)
        if found is None:
            if len(self._lines) > _MOST_LINES:
                self._lines.clear()
            found = self._lines[text] = self._shaper.shape(text)
        return found

    def draw(self, renderer: Any, gc: Any, text: str, x: int, y: int, angle: float) -> None:
        """Draw a line on an Agg renderer.

        Args:
            renderer: a `RendererAgg`.
            gc: graphics context with the colour.
            text: the line.
            x, y: its origin, whole pixels, y upwards.
            angle: degrees counter-clockwise.
        """
        paint, height = renderer._renderer.draw_text_image, int(renderer.height)
        if angle % 90:
            # The image of a slanting line would be mostly empty.
            for image, left, bottom in self._placed(text, angle, x, y):
                paint(image, left, height - bottom, 0, gc)
            return
        strips = self._strips.get((text, angle))
        if strips is None:
            if len(self._strips) > _MOST_STRIPS:
                self._strips.clear()
            strips = _layered(self._placed(text, angle, 0, 0))
            if len(text) <= _LONGEST_KEPT:
                self._strips[text, angle] = strips
        for image, left, bottom in strips:
            paint(image, x + left, height - y - bottom, 0, gc)

    def _placed(self, text: str, angle: float, x: int, y: int) -> list[Coverage]:
        """Return the glyphs of a line with ink, placed for an origin of the line."""
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        made = []
        for face, index, dx, dy in self.line(text)[0]:
            whole_x, part_x = divmod(round(_SUBPIXELS * (x + dx * cos - dy * sin)), _SUBPIXELS)
            whole_y, part_y = divmod(round(_SUBPIXELS * (y + dx * sin + dy * cos)), _SUBPIXELS)
            key = (face, index, part_x, part_y, angle)
            found = self._glyphs.get(key)
            if found is None:
                if len(self._glyphs) > _MOST_GLYPHS:
                    self._glyphs.clear()
                found = self._glyphs[key] = self._render(face, index, part_x, part_y, cos, sin)
            image, left, bottom = found
            if image.size:
                made.append((image, whole_x + left, whole_y + bottom))
        return made

    def _render(
        self, face: int, index: int, part_x: int, part_y: int, cos: float, sin: float
    ) -> Coverage:
        """Return a glyph's coverage, and where its left and bottom edges are from its origin."""
        font: Any = self._shaper.font(face)
        turn = (0x10000 * np.array([[cos, -sin], [sin, cos]])).round().astype(int)
        font._set_transform(turn, [part_x, part_y])
        bitmap = font._render_glyph(index, FLAGS, RenderMode.NORMAL)
        image = np.array(bitmap.buffer)
        return image, bitmap.left, bitmap.top - image.shape[0]


def _layered(glyphs: list[Coverage]) -> list[Coverage]:
    """Return glyphs put together into few images.

    A glyph that covers a pixel of another goes into the next image, so that each pixel is covered
    as often, and in the same order, as glyph by glyph.
    """
    made = []
    while len(glyphs) > 1:
        strip, glyphs = _strip(glyphs)
        made.append(strip)
    return made + glyphs


def _strip(glyphs: list[Coverage]) -> tuple[Coverage, list[Coverage]]:
    """Return one image of the first glyphs and those that it can be of, and the others."""
    x0 = min(left for _, left, _ in glyphs)
    x1 = max(left + image.shape[1] for image, left, _ in glyphs)
    y0 = min(bottom for _, _, bottom in glyphs)
    y1 = max(bottom + image.shape[0] for image, _, bottom in glyphs)
    strip = np.zeros((y1 - y0, x1 - x0), np.uint8)
    later, edge = list[Coverage](), x0
    for image, left, bottom in glyphs:
        high, wide = image.shape
        top = y1 - bottom - high
        part = strip[top : top + high, left - x0 : left - x0 + wide]
        # Only where boxes overlap can there be ink of both.
        if left >= edge:
            part[...] = image
        elif later or (part.astype(bool) & image.astype(bool)).any():
            later.append((image, left, bottom))
        else:
            np.maximum(part, image, out=part)
        edge = max(edge, left + wide)
    return (strip, x0, y0), later
