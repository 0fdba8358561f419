"""Shapes lines of text as libraqm does for matplotlib, from what it said of pairs of characters.

Shaping a line takes libraqm a third of a millisecond, as it opens the font's tables each time. What
it does to Latin and Chinese is to kern neighbours; so what it does to each pair is kept, and
lines are put together. Whatever else happens in a pair (a ligature, say) sends the whole line to
libraqm.
"""

from __future__ import annotations

import functools
import math
import os
import warnings
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, cast

import matplotlib
from matplotlib.font_manager import FontPath, get_font
from matplotlib.ft2font import FT2Font, LoadFlags

from pipelines.charts import fonts

FLAGS = LoadFlags.DEFAULT
DPI = 72
_LAST_RESORT = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "LastResortHE-Regular.ttf")
_SIMPLE = (
    (0x20, 0x24F), (0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x20BF), (0x2100, 0x22FF),
    (0x3001, 0x3004), (0x3008, 0x301B), (0x3400, 0x9FFF), (0xFF01, 0xFF20), (0xFFE0, 0xFFE6),
)  # fmt: skip
_PAIRED = "()[]{}<>«»‘’“”‹›〈〉《》「」『』【】〔〕〖〗〘〙〚〛"
_LATIN, _HAN, _COMMON = "x", "中", ""
"""A character of each script: what comes after it is shaped as it would be in that script."""


class Glyph(NamedTuple):
    """A glyph of a line: its face and its number in it, its origin in pixels."""

    face: int
    number: int
    x: float
    y: float


class Kerning:
    """What one face does to characters and pairs of them, by the script they are part of."""

    def __init__(self, path: FontPath) -> None:
        self._path = path
        self._pairs: dict[tuple[str, str, str], int | None] = {}
        self._glyphs: dict[tuple[str, str], int | None] = {}
        self._advances: dict[int, float] = {}

    def glyph(self, character: str, script: str) -> int | None:
        """Return the glyph of a character, None if it is not one that is shaped on its own."""
        key = character, script
        if key not in self._glyphs:
            font = self._font()
            items = font._layout(script + character, flags=LoadFlags.NO_HINTING)[len(script) :]
            alone = len(items) == 1 and not items[0].y
            self._glyphs[key] = int(items[0].glyph_index) if alone else None
        return self._glyphs[key]

    def between(self, run: str, script: str) -> list[int] | None:
        """Return by how many units neighbours are drawn apart, None if they are more than kerned.

        Args:
            run: characters that this face has, none of them an ideograph.
            script: of the run.
        """
        keys = [(first, second, script) for first, second in pairwise(run)]
        lacking = [key for key in dict.fromkeys(keys) if key not in self._pairs]
        if lacking:
            if len(self._pairs) > 100_000:
                self._pairs.clear()
                lacking = list(dict.fromkeys(keys))
            # Shaping many pairs takes no longer than shaping one.
            pairs = [first + second for first, second, _ in lacking]
            units = self._learn(pairs, script)
            if units is None:
                alone = [self._learn([pair], script) for pair in pairs]
                self._pairs |= {
                    key: one[0] if one else None for key, one in zip(lacking, alone, strict=True)
                }
            else:
                self._pairs |= zip(lacking, units, strict=True)
        found = [self._pairs[key] for key in keys]
        return None if None in found else cast("list[int]", found)

    def _learn(self, pairs: list[str], script: str) -> list[int] | None:
        """Return by how many units each pair is drawn apart, None if one is more than kerned."""
        # Each pair stands between the same neighbours, whatever others are learnt with it.
        parting = script or " "
        text = parting + "".join(f"{pair}{parting}{parting}" for pair in pairs)
        font = self._font()
        items = font._layout(text, flags=LoadFlags.NO_HINTING)
        if len(items) != len(text) or any(item.y for item in items):
            return None
        units = []
        for at, pair in zip(range(1, len(text), 4), pairs, strict=True):
            first, second = items[at : at + 2]
            glyphs = [self.glyph(pair[0], script), self.glyph(pair[1], script)]
            if [int(first.glyph_index), int(second.glyph_index)] != glyphs:
                return None
            units.append(round(second.x - first.x - self._advance(int(first.glyph_index))))
        return units

    def _advance(self, index: int) -> float:
        found = self._advances.get(index)
        if found is None:
            loaded = self._font().load_glyph(index, flags=LoadFlags.NO_HINTING)  # type: ignore[arg-type]
            found = self._advances[index] = loaded.horiAdvance / 64
        return found

    def _font(self) -> FT2Font:
        font = get_font(self._path)
        # At this size a pixel is a unit.
        font.set_size(font.units_per_EM, DPI)
        return font


@functools.lru_cache(64)
def kerning(path: FontPath) -> Kerning:
    """Return the pairs of a face, shared by all sizes."""
    return Kerning(path)


def scripts(text: str) -> list[str]:
    """Return the script of each character as libraqm resolves it: `_LATIN`, `_HAN` or `_COMMON`.

    Digits, blanks and signs belong to what stands before them, or else behind; a closing bracket to
    what stands before the opening one.
    """
    found = [_own_script(character) for character in text]
    last, unset = _COMMON, 0
    opened: list[tuple[int, str]] = []
    for at, script in enumerate(found):
        if script:
            found[unset:at] = [one or script for one in found[unset:at]]
            last, unset = script, at + 1
        elif last:
            pair = _PAIRED.find(text[at])
            if pair >= 0 and pair % 2 == 0:
                opened.append((pair, last))
            elif pair >= 0:
                while opened and opened[-1][0] != pair - 1:
                    opened.pop()
                if opened:
                    last = opened[-1][1]
            found[at] = last
            unset = at + 1
    return found


class Shaper:
    """Shapes lines in one font set, weight and size.

    Attributes:
        paths: of the faces; a glyph's face beyond them is matplotlib's last resort.
    """

    def __init__(self, made: fonts.FontSet, size_px: int, bold: bool) -> None:
        faces = made.faces(bold)
        self.paths = [FontPath(str(face.path), face.index) for face in faces]
        self._real = [os.path.realpath(path.path) for path in self.paths]
        self._size_px = size_px
        self._tables = [fonts.advance_table(face) for face in faces]
        self._glyphs: dict[tuple[str, str], tuple[int, int, float]] = {}

    def font(self, face: int) -> FT2Font:
        """Return a face, set to the size."""
        # Asked for each time: matplotlib forgets its fonts when a process forks, and so must we.
        font = get_font(self.paths[face] if face < len(self.paths) else _LAST_RESORT)
        font.set_size(self._size_px, DPI)
        return font

    def shape(self, text: str) -> tuple[tuple[Glyph, ...], float]:
        """Return the glyphs of a line and its width in pixels."""
        found = []
        for character, script in zip(text, scripts(text), strict=True):
            one = self._glyphs.get((character, script)) or self._look_up(character, script)
            if one is None:
                return self._whole(text)
            found.append((character, (one[0], script, _ideograph(character)), one))
        x, made = 0.0, []
        for (face, script, ideographs), group in groupby(found, key=itemgetter(1)):
            run = list(group)
            units: list[int] | None = [0] * (len(run) - 1)
            if not ideographs and len(run) > 1:
                units = kerning(self.paths[face]).between("".join(one[0] for one in run), script)
            if units is None:
                return self._whole(text)
            per_em = self._tables[face].units_per_em
            for (_, _, (_, index, advance)), apart in zip(run, [0, *units], strict=True):
                if apart:
                    x += _scaled(apart, self._size_px, per_em)
                made.append(Glyph(face, index, x, 0.0))
                x += advance
        return tuple(made), x

    def _look_up(self, character: str, script: str) -> tuple[int, int, float] | None:
        """Return face, glyph and advance of a character that is shaped on its own."""
        code = ord(character)
        if not any(low <= code <= high for low, high in _SIMPLE):
            return None
        for face, table in enumerate(self._tables):
            if code not in table.glyphs:
                continue
            # Where the face has no letters of that script, libraqm parts the text there.
            known = not script or ord(script) in table.glyphs
            if _ideograph(character):
                index: int | None = table.glyphs[code]
            else:
                index = kerning(self.paths[face]).glyph(character, script if known else _COMMON)
            if index is None:
                return None
            advance = self.font(face).load_glyph(index, flags=FLAGS).horiAdvance / 64  # type: ignore[arg-type]
            self._glyphs[character, script] = face, index, advance
            return self._glyphs[character, script]
        return None

    def _whole(self, text: str) -> tuple[tuple[Glyph, ...], float]:
        """Have libraqm shape a line."""
        whole = get_font(self.paths)
        whole.set_size(self._size_px, DPI)
        with warnings.catch_warnings():
            # A missing glyph is reported with the drawing, not on the console.
            warnings.simplefilter("ignore")
            items = whole._layout(text, flags=FLAGS)
        if not items:
            return (), 0.0
        glyphs = tuple(
            Glyph(self._number(item.ft_object), int(item.glyph_index), item.x, item.y)
            for item in items
        )
        font = self.font(glyphs[-1].face)
        advance = font.load_glyph(items[-1].glyph_index, flags=FLAGS).horiAdvance / 64
        return glyphs, glyphs[-1].x + advance

    def _number(self, face: FT2Font) -> int:
        for number, path in enumerate(self.paths):
            if face.face_index == path.face_index and str(face.fname) == self._real[number]:
                return number
        return len(self.paths)


def _own_script(character: str) -> str:
    if character.isalpha() and character < "\u0250" and character not in "ªºµ":
        return _LATIN
    return _HAN if _ideograph(character) else _COMMON


def _ideograph(character: str) -> bool:
    """Whether it is an ideograph; those are never kerned."""
    return "\u3400" <= character <= "\u9fff"


def _scaled(units: int, size_px: int, units_per_em: int) -> float:
    """Return units in pixels, rounded to a 64th as FreeType's scaled metrics are."""
    return math.floor(units * size_px / units_per_em * 64 + 0.5) / 64
