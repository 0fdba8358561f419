"""Lines of text as Skia draws them: glyphs at the very advances that layout measured with."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import skia

from dataengine.errors import ToolMissing
from pipelines.charts.echarts.recording import Box
from pipelines.charts.fonts import Face, FontSet, advance_table

MAX_LINES = 5000
MAX_FONTS = 500
MAX_CHARACTERS = 50_000
_SLANT = -0.25
"""How browsers lean a face that has no italic."""


@dataclass(frozen=True, slots=True)
class Line:
    """A laid-out line, its pen starting at (0, 0) on the baseline.

    Attributes:
        blob: to draw; None where nothing is to be seen.
        width: sum of the advances, px.
        ink: x0, y0, x1, y1 of the glyphs.
        missing: characters without a glyph.
    """

    blob: skia.TextBlob | None
    width: float
    ink: tuple[float, float, float, float]
    missing: str


class _Character(NamedTuple):
    face: Face
    glyph: int
    em: float
    character: str
    absent: bool


class _Sized:
    """A font of one size and where the ink of its glyphs is, as far as they were asked for."""

    def __init__(self, font: skia.Font) -> None:
        self.font = font
        self.boxes: dict[int, Box | None] = {}

    def measure(self, glyph: int, others: list[int]) -> Box | None:
        """Return a glyph's ink, None for none; measures others with it, as one call is quicker."""
        unknown = [each for each in others if each not in self.boxes]
        for each, box in zip(unknown, self.font.getBounds(unknown), strict=True):
            ink = (box.fLeft, box.fTop, box.fRight, box.fBottom)
            self.boxes[each] = None if box.isEmpty() else ink
        return self.boxes[glyph]


class Typesetter:
    """Lays lines out in one font set; remembers lines and sized fonts."""

    def __init__(self, made: FontSet) -> None:
        self._set = made
        self._lines: dict[tuple[str, float, bool, bool], Line] = {}
        self._fonts: dict[tuple[Face, float, bool], _Sized] = {}
        self._characters: dict[bool, dict[str, _Character]] = {False: {}, True: {}}
        self._rises: dict[bool, Mapping[str, float]] = {}

    def line(self, text: str, size: float, bold: bool, italic: bool) -> Line:
        """Return a text laid out at a size in pixels."""
        key = (text, size, bold, italic)
        made = self._lines.get(key)
        if made is None:
            if len(self._lines) >= MAX_LINES:
                self._lines.clear()
            made = self._lines[key] = self._lay(text, size, bold, italic)
        return made

    def rise(self, baseline: str, bold: bool) -> float:
        """Return how far below a point the alphabetic baseline lies, in em, for a canvas' word."""
        rises = self._rises.get(bold)
        if rises is None:
            table = advance_table(self._set.faces(bold)[0])
            units = table.units_per_em
            rises = self._rises[bold] = {
                "top": table.ascent / units,
                "hanging": table.ascent / units * 0.8,
                "middle": (table.em_ascent - table.em_descent) / 2 / units,
                "bottom": -table.descent / units,
                "ideographic": -table.descent / units,
            }
        return rises.get(baseline, 0.0)

    def _lay(self, text: str, size: float, bold: bool, italic: bool) -> Line:
        known = self._characters[bold]
        builder = skia.TextBlobBuilder()
        pen = 0.0
        left = top = math.inf
        right = bottom = -math.inf
        rows = [known.get(character) or self._learn(character, bold) for character in text]
        start, end = 0, len(rows)
        while start < end:
            # A stretch that one face sets.
            face = rows[start].face
            glyphs, places = [], []
            while start < end and (row := rows[start]).face is face:
                glyphs.append(row.glyph)
                places.append(pen)
                pen += size * row.em
                start += 1
            sized = self._font(face, size, italic)
            boxes = sized.boxes
            for place, glyph in zip(places, glyphs, strict=True):
                box = boxes[glyph] if glyph in boxes else sized.measure(glyph, glyphs)
                if box is not None:
                    x0, y0, x1, y1 = box
                    if place + x0 < left:
                        left = place + x0
                    if place + x1 > right:
                        right = place + x1
                    if y0 < top:
                        top = y0
                    if y1 > bottom:
                        bottom = y1
            builder.allocRunPosH(sized.font, glyphs, places, 0)
        ink = (left, top, right, bottom) if right > left else (0.0, 0.0, 0.0, 0.0)
        blob = builder.make() if right > left else None
        missing = dict.fromkeys(row.character for row in rows if row.absent)
        return Line(blob, pen, ink, "".join(missing))

    def _learn(self, character: str, bold: bool) -> _Character:
        """Look a character up: the first face that has it sets it, or the first by its box."""
        faces = self._set.faces(bold)
        code = ord(character)
        having = [face for face in faces if code in advance_table(face).glyphs]
        face = having[0] if having else faces[0]
        table = advance_table(face)
        em = table.advances.get(code, table.units_per_em) / table.units_per_em
        row = _Character(face, table.glyphs.get(code, 0), em, character, not having)
        if len(self._characters[bold]) >= MAX_CHARACTERS:
            self._characters[bold].clear()
        self._characters[bold][character] = row
        return row

    def _font(self, face: Face, size: float, italic: bool) -> _Sized:
        key = (face, size, italic)
        sized = self._fonts.get(key)
        if sized is None:
            if len(self._fonts) >= MAX_FONTS:
                self._fonts.clear()
            font = skia.Font(_typeface(face), size)
            font.setSubpixel(True)
            font.setLinearMetrics(True)
            font.setHinting(skia.FontHinting.kSlight)
            font.setEdging(skia.Font.Edging.kAntiAlias)
            font.setEmbeddedBitmaps(False)
            font.setEmbolden(face.embolden)
            if italic:
                font.setSkewX(_SLANT)
            sized = self._fonts[key] = _Sized(font)
        return sized


_TYPEFACES: dict[tuple[str, int], skia.Typeface] = {}


@functools.cache
def _manager() -> skia.FontMgr:
    """Return a manager that knows no fonts of the system: only files are read."""
    return skia.FontMgr.New_Custom_Empty()


def _typeface(face: Face) -> skia.Typeface:
    key = (str(face.path), face.index)
    found = _TYPEFACES.get(key)
    if found is None:
        found = _manager().makeFromFile(*key)
        if found is None:
            raise ToolMissing(f"Skia cannot read the font {face.path}; install it again")
        _TYPEFACES[key] = found
    return found
