"""The glyphs that a set page shows: what each means, where it stands, in which face.

In the order in which TeX shipped them. Signs that TeX puts together from pieces (tall delimiters,
roots, the lines of long arrows) are one glyph each, as the forms count them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pymupdf
from pymupdf import mupdf

from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.proof.fonts import face_of, is_extension
from pipelines.latex_pages.proof.glyph_names import Piece, meaning
from pipelines.latex_pages.proof.pieces import find_repeats, find_shafts, group_pieces, sign_of
from pipelines.latex_pages.proof.text_spans import (
    Font,
    TextSpans,
    font_at,
    forget_fonts,
    read_spans,
)

UNKNOWN = "\ufffd"
_PRIVATE = range(0xE000, 0xF900)
_CHINESE = ("Fandol", "Noto")
_CHINESE_TWINS = {0x22EF: 0x2026}  # characters of one glyph: the PDF names either
_FIRST_SPECIAL = 1 << 24
_AXIS = 0.25  # em: height of the line that fractions and big operators are centred on
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(slots=True)
class PageGlyphs:
    """The n visible glyphs of a page, in the order in which they are drawn.

    Attributes:
        chars: n folded characters; a ligature is as many as its letters, all with its box.
        faces: (n,) codes of the characters n, b, i, s, m, k, g (see `fonts`).
        sizes: (n,) font sizes in points.
        xs, ys: (n,) origins in points, y downwards: where the glyph stands on its baseline. Big
            operators and delimiters hang from their origin; their y is that of the line they are
            centred on, as if they were letters of it.
        ends: (n,) x where the next glyph would stand if nothing came between.
        boxes: (n, 4) boxes of the ink in points.
        width, height: of the page in points.
        invisible: number of glyphs drawn without any opacity.
    """

    chars: str
    faces: npt.NDArray[np.uint8]
    sizes: Floats
    xs: Floats
    ys: Floats
    ends: Floats
    boxes: Floats
    width: float
    height: float
    invisible: int = 0


class _Entries:
    """What is known of glyphs: one row per (font, glyph, Unicode), kept from page to page."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int, int], int] = {}
        self.codes: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self.faces: npt.NDArray[np.uint8] = np.zeros(0, np.uint8)
        self.hanging: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.named: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)  # by name, not by Unicode
        self.ink: Floats = np.zeros((0, 4))
        self.specials: list[str | Piece] = []

    def look_up(self, keys: list[tuple[int, int, int]]) -> npt.NDArray[np.int64]:
        """Return rows of glyphs, reading those that are new from their fonts."""
        rows = self.rows
        new = [key for key in keys if key not in rows]
        if new:
            self._read(new)
        return np.array([rows[key] for key in keys], np.int64)

    def _read(self, keys: list[tuple[int, int, int]]) -> None:
        codes, faces, hanging, named, ink = [], [], [], [], []
        for address, gid, ucs in keys:
            font = font_at(address)
            meant = _meant(font, gid)
            named.append(meant is not None)
            codes.append(self._code(_shown(font.name, gid, ucs) if meant is None else meant))
            faces.append(ord(face_of(font.name)))
            hanging.append(is_extension(font.name))
            box = mupdf.fz_bound_glyph(font.handle, max(gid, 0), mupdf.FzMatrix())
            ink.append((box.x0, box.y0, box.x1, box.y1) if gid >= 0 else (0.0,) * 4)
        start = len(self.codes)
        self.codes = np.concatenate((self.codes, np.array(codes, np.int64)))
        self.faces = np.concatenate((self.faces, np.array(faces, np.uint8)))
        self.named = np.concatenate((self.named, np.array(named, np.bool_)))
        self.hanging = np.concatenate((self.hanging, np.array(hanging, np.bool_)))
        self.ink = np.concatenate((self.ink, np.array(ink, np.float64).reshape(-1, 4)))
        self.rows.update({key: start + at for at, key in enumerate(keys)})

    def _code(self, shown: str | Piece) -> int:
        if isinstance(shown, str) and len(shown) <= 1:
            return ord(shown) if shown else 0
        self.specials.append(shown)
        return _FIRST_SPECIAL + len(self.specials) - 1


_ENTRIES = _Entries()


def read_glyphs(page: pymupdf.Page) -> PageGlyphs:
    """Read a page's glyphs.

    Raises:
        UnknownFont: a font whose faces nobody listed.
        LayoutError: MuPDF is another than the project pins.
    """
    return read_display_list(page.get_displaylist(annots=0))


def read_display_list(display_list: pymupdf.DisplayList) -> PageGlyphs:
    """Read the glyphs of a page that has been interpreted already."""
    global _ENTRIES
    if forget_fonts():
        _ENTRIES = _Entries()
    spans = read_spans(display_list)
    area = display_list.rect
    page = _place(spans, _ENTRIES)
    page.width, page.height = float(area.x1), float(area.y1)
    page.invisible = spans.invisible
    return page


def _meant(font: Font, gid: int) -> str | Piece | None:
    """Return what a glyph is known to show by its name."""
    if gid < 0:
        return None
    meant = meaning(font.name, str(mupdf.fz_get_glyph_name2(font.handle, gid)))
    return fold(meant) if isinstance(meant, str) else meant


def _shown(font: str, gid: int, ucs: int) -> str:
    """Return what a glyph shows by MuPDF's Unicode."""
    if font.startswith(_CHINESE):
        ucs = _CHINESE_TWINS.get(ucs, ucs)
    if ucs <= 0:
        return "" if gid < 0 else UNKNOWN
    if ucs in _PRIVATE or ucs == 0xFFFF or ucs > 0x10FFFF:
        return UNKNOWN
    return fold(chr(ucs))


def _place(spans: TextSpans, entries: _Entries) -> PageGlyphs:
    items, lengths = spans.items, spans.lengths
    gids = items["gid"].astype(np.int64)
    rows = _rows(spans, entries)
    x, y = items["x"].astype(np.float64), items["y"].astype(np.float64)
    space_of = np.repeat(np.arange(len(spans.spaces)), spans.space_lengths)
    to_page = spans.spaces[space_of]
    a, b, c, d = np.repeat(_linear(spans.matrices, to_page), lengths, axis=0).T
    sa, sb, sc, sd, se, sf = np.repeat(to_page, lengths, axis=0).T
    xs, ys = x * sa + y * sc + se, x * sb + y * sd + sf
    boxes = _boxes(entries.ink[rows], xs, ys, a, b, c, d)
    followers = np.flatnonzero(gids < 0)  # further letters of a ligature
    heads = _heads(gids, followers)
    boxes[followers] = boxes[heads]
    sizes = np.sqrt(np.abs(a * d - b * c))
    hanging = entries.hanging[rows]
    ys = np.where(hanging, (boxes[:, 1] + boxes[:, 3]) / 2 + _AXIS * sizes, ys)
    ends = xs + items["adv"] * a
    ends[followers] = ends[heads]
    codes = entries.codes[rows]
    codes[followers[entries.named[rows[heads]]]] = 0
    glyphs = PageGlyphs("", entries.faces[rows], sizes, xs, ys, ends, boxes, 0.0, 0.0)
    return _spell(glyphs, codes, gids >= 0, entries.specials)


def _heads(gids: Codes, followers: Codes) -> Codes:
    """Return for each further letter of a ligature the index of the ligature."""
    real = np.where(gids >= 0, np.arange(len(gids)), 0)
    return np.maximum.accumulate(real)[followers] if len(followers) else followers


def _rows(spans: TextSpans, entries: _Entries) -> npt.NDArray[np.int64]:
    """Return the entry of each glyph."""
    fonts, font_of = np.unique(spans.fonts, return_inverse=True)
    gids, ucs = spans.items["gid"].astype(np.int64), spans.items["ucs"].astype(np.int64)
    keys = np.repeat(font_of, spans.lengths) << 42 | (gids + 1) << 21 | (ucs + 1)
    known, back = np.unique(keys, return_inverse=True)
    addresses = fonts.tolist()
    low = (1 << 21) - 1
    wanted = [
        (addresses[key >> 42], (key >> 21 & low) - 1, (key & low) - 1) for key in known.tolist()
    ]
    return entries.look_up(wanted)[back]


def _linear(matrices: Floats, to_page: Floats) -> Floats:
    """Return the (n, 4) linear parts of the matrices from fonts to the page."""
    a, b, c, d = matrices.T
    sa, sb, sc, sd = to_page[:, :4].T
    return np.stack((a * sa + b * sc, a * sb + b * sd, c * sa + d * sc, c * sb + d * sd), axis=1)


def _boxes(
    ink: Floats, xs: Floats, ys: Floats, a: Floats, b: Floats, c: Floats, d: Floats
) -> Floats:
    x0, y0, x1, y1 = ink.T
    left = np.minimum(a * x0, a * x1) + np.minimum(c * y0, c * y1)
    right = np.maximum(a * x0, a * x1) + np.maximum(c * y0, c * y1)
    top = np.minimum(b * x0, b * x1) + np.minimum(d * y0, d * y1)
    bottom = np.maximum(b * x0, b * x1) + np.maximum(d * y0, d * y1)
    return np.stack((xs + left, ys + top, xs + right, ys + bottom), axis=1)


def _spell(
    glyphs: PageGlyphs,
    codes: Codes,
    real: npt.NDArray[np.bool_],
    specials: list[str | Piece],
) -> PageGlyphs:
    """Give the glyphs their characters: pieces joined, ligatures parted, blanks left out.

    Args:
        real: which are glyphs of their own, and not further letters of a ligature.
    """
    counts = (codes > 0).astype(np.int64)
    texts: dict[int, str] = {}
    pieces: list[tuple[int, Piece]] = []
    for index in np.flatnonzero(codes >= _FIRST_SPECIAL).tolist():
        special = specials[int(codes[index]) - _FIRST_SPECIAL]
        if isinstance(special, str):
            texts[index] = special
        else:
            pieces.append((index, special))
    kinds = dict(pieces)
    left_out = [
        find_repeats(np.where(real, codes, -1), glyphs.xs, glyphs.ys, glyphs.sizes),
        find_shafts(codes, glyphs.xs, glyphs.ys, glyphs.ends, glyphs.sizes),
    ]
    for group in group_pieces(pieces, glyphs.xs, glyphs.sizes):
        texts[group[0]] = sign_of([kinds[index] for index in group])
        _unite(glyphs, group)
        left_out.append(np.array(group[1:], np.int64))
    for index, text in texts.items():
        counts[index] = len(text)
    counts[np.concatenate(left_out)] = 0
    kept = np.repeat(np.arange(len(codes)), counts)
    shown = codes[kept]
    starts = np.cumsum(counts) - counts
    for index, text in texts.items():
        at = int(starts[index])
        shown[at : at + int(counts[index])] = [ord(char) for char in text[: int(counts[index])]]
    return PageGlyphs(
        shown.astype("<u4").tobytes().decode("utf-32-le"),
        glyphs.faces[kept],
        glyphs.sizes[kept],
        glyphs.xs[kept],
        glyphs.ys[kept],
        glyphs.ends[kept],
        glyphs.boxes[kept],
        glyphs.width,
        glyphs.height,
    )


def _unite(glyphs: PageGlyphs, group: list[int]) -> None:
    """Give the first piece the box of all, and the line they are centred on."""
    first, boxes = group[0], glyphs.boxes[group]
    glyphs.boxes[first, :2], glyphs.boxes[first, 2:] = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    _, top, _, bottom = glyphs.boxes[first]
    glyphs.ys[first] = (top + bottom) / 2 + _AXIS * glyphs.sizes[first]
