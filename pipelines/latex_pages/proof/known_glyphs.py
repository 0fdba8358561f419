"""What is known of the glyphs of open fonts: what each shows, its face, its ink; page after page.

Asking MuPDF for a glyph takes microseconds, a page has thousands, and the pages of a document share
a few hundred. Each (font, glyph, Unicode) is asked for once, and found again by a table that is
looked up for all glyphs of a page at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pymupdf import mupdf

from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.proof.fonts import face_of, is_extension
from pipelines.latex_pages.proof.glyph_names import Piece, meanings
from pipelines.latex_pages.proof.text_spans import Font, TextSpans, font_at

UNKNOWN = "\ufffd"
FIRST_SPECIAL = 1 << 24
"""Codes from here on are not characters but stand for entries of `KnownGlyphs.specials`."""

_PRIVATE = range(0xE000, 0xF900)
_CHINESE = ("Fandol", "Noto")
_CHINESE_TWINS = {0x22EF: 0x2026}  # characters of one glyph: the PDF names either
_FIELD = 21  # bits of glyph + 1 and of Unicode + 1 in a key
_LOW = (1 << _FIELD) - 1
_TABLE_BITS = 16
_SPREAD = 0x9E3779B97F4A7C15 - (1 << 64)  # odd, 2^64 by the golden ratio: Knuth's hashing
_UNIT = mupdf.FzMatrix()
_UNIT_MATRIX = _UNIT.internal()
KNOWN = np.dtype(
    [("code", "i8"), ("ink", "f8", 4), ("face", "u1"), ("hangs", "?"), ("is_named", "?")],
    align=True,
)
"""One glyph: the character it shows (0: none; from `FIRST_SPECIAL` on, one of the specials), the
box of its ink at one point per em with y upwards, the code of its face (see `fonts`), whether it
hangs from its origin, and whether it is known by its name and not by its Unicode."""

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _FontFacts:
    """What is the same for all glyphs of a font."""

    handle: Any
    face: int
    hangs: bool
    is_chinese: bool
    meanings: Mapping[str, str | Piece]


class KnownGlyphs:
    """What is known of each (font, glyph, Unicode).

    Attributes:
        specials: what is several characters, or a piece of a sign.
    """

    def __init__(self) -> None:
        self.specials: list[str | Piece] = []
        self._known = np.zeros(1024, KNOWN)
        self._rows: dict[int, int] = {}  # key of a glyph -> its row in _known
        self._fonts: list[_FontFacts] = []
        self._numbers: dict[int, int] = {}  # address of a font -> its index
        # Of all keys that share a place of the table, it holds the last; the others are in _rows.
        self._table_keys: Codes = np.full(1 << _TABLE_BITS, -1)
        self._table_rows: Codes = np.zeros(1 << _TABLE_BITS, np.int64)

    def look_up(self, spans: TextSpans) -> npt.NDArray[np.void]:
        """Return what is known of each glyph, of dtype `KNOWN`; new ones are read from their fonts.

        Raises:
            UnknownFont: a font whose faces nobody listed.
        """
        for address in dict.fromkeys(spans.fonts):
            if address not in self._numbers:
                self._fonts.append(_facts(font_at(address)))
                self._numbers[address] = len(self._fonts) - 1
        fonts = np.array([self._numbers[address] for address in spans.fonts], np.int64)
        keys = np.repeat(fonts << 2 * _FIELD, spans.lengths)
        keys |= (spans.items["gid"].astype(np.int64) + 1) << _FIELD
        keys |= spans.items["ucs"].astype(np.int64) + 1
        places = (keys * np.int64(_SPREAD)).view(np.uint64) >> np.uint64(64 - _TABLE_BITS)
        places = places.view(np.int64)
        rows = self._table_rows[places]
        missed = np.flatnonzero(self._table_keys[places] != keys)
        if len(missed):
            rows[missed] = self._rows_of(keys[missed])
            self._table_keys[places[missed]] = keys[missed]
            self._table_rows[places[missed]] = rows[missed]
        known: npt.NDArray[np.void] = self._known.take(rows)
        return known

    def _rows_of(self, keys: Codes) -> Codes:
        distinct, back = np.unique(keys, return_inverse=True)
        wanted = distinct.tolist()
        if new := [key for key in wanted if key not in self._rows]:
            self._read(new)
        rows: Codes = np.array([self._rows[key] for key in wanted], np.int64)[back]
        return rows

    def _read(self, keys: Sequence[int]) -> None:
        start = len(self._rows)
        if start + len(keys) > len(self._known):
            more = np.zeros(len(self._known) + len(keys), KNOWN)
            self._known = np.concatenate((self._known, more))
        known = [self._read_one(key) for key in keys]
        self._known[start : start + len(keys)] = known
        self._rows.update({key: start + at for at, key in enumerate(keys)})

    def _read_one(self, key: int) -> tuple[int, tuple[float, ...], int, bool, bool]:
        facts = self._fonts[key >> 2 * _FIELD]
        gid, ucs = (key >> _FIELD & _LOW) - 1, (key & _LOW) - 1
        meant = _meant(facts, gid)
        code = self._code(_shown(facts, gid, ucs) if meant is None else meant)
        return code, _ink(facts, gid), facts.face, facts.hangs, meant is not None

    def _code(self, shown: str | Piece) -> int:
        if isinstance(shown, str) and len(shown) <= 1:
            return ord(shown) if shown else 0
        self.specials.append(shown)
        return FIRST_SPECIAL + len(self.specials) - 1


def _facts(font: Font) -> _FontFacts:
    name = font.name
    face = ord(face_of(name))
    return _FontFacts(
        font.handle.m_internal, face, is_extension(name), name.startswith(_CHINESE), meanings(name)
    )


def _meant(facts: _FontFacts, gid: int) -> str | Piece | None:
    """Return what a glyph is known to show by its name."""
    if gid < 0:
        return None
    meant = facts.meanings.get(mupdf.ll_fz_get_glyph_name2(facts.handle, gid))
    return fold(meant) if isinstance(meant, str) else meant


def _shown(facts: _FontFacts, gid: int, ucs: int) -> str:
    """Return what a glyph shows by MuPDF's Unicode."""
    if facts.is_chinese:
        ucs = _CHINESE_TWINS.get(ucs, ucs)
    if ucs <= 0:
        return "" if gid < 0 else UNKNOWN
    if ucs in _PRIVATE or ucs == 0xFFFF or ucs > 0x10FFFF:
        return UNKNOWN
    return fold(chr(ucs))


def _ink(facts: _FontFacts, gid: int) -> tuple[float, float, float, float]:
    if gid < 0:
        return (0.0, 0.0, 0.0, 0.0)
    box = mupdf.ll_fz_bound_glyph(facts.handle, gid, _UNIT_MATRIX)
    return (box.x0, box.y0, box.x1, box.y1)
