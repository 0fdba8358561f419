"""The glyphs that a set page shows: what each means, where it stands, in which face.

In the order in which TeX shipped them. Signs that TeX puts together from pieces (tall delimiters,
roots, the lines of long arrows) are one glyph each, as the forms count them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pymupdf

from pipelines.latex_pages.proof.glyph_names import Piece
from pipelines.latex_pages.proof.known_glyphs import FIRST_SPECIAL, KnownGlyphs
from pipelines.latex_pages.proof.pieces import find_repeats, find_shafts, group_pieces, sign_of
from pipelines.latex_pages.proof.text_spans import TextSpans, forget_fonts, read_spans

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
        boxes: (n, 4) boxes of the ink in points, column by column in memory: what asks for extremes
            of sides is several times as fast.
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


_KNOWN = KnownGlyphs()


def read_glyphs(page: pymupdf.Page) -> PageGlyphs:
    """Read a page's glyphs.

    Raises:
        UnknownFont: a font whose faces nobody listed.
        LayoutError: MuPDF is another than the project pins.
    """
    return read_display_list(page.get_displaylist(annots=0))


def read_display_list(display_list: pymupdf.DisplayList) -> PageGlyphs:
    """Read the glyphs of a page that has been interpreted already."""
    global _KNOWN
    if forget_fonts():
        _KNOWN = KnownGlyphs()
    spans = read_spans(display_list)
    area = display_list.rect
    page = _place(spans, _KNOWN)
    page.width, page.height = float(area.x1), float(area.y1)
    page.invisible = spans.invisible
    return page


def _place(spans: TextSpans, known: KnownGlyphs) -> PageGlyphs:
    items, lengths = spans.items, spans.lengths
    seen = known.look_up(spans)
    x, y = items["x"].astype(np.float64), items["y"].astype(np.float64)
    to_page = spans.spaces
    if len(to_page) and (to_page == to_page[0]).all():
        to_page = to_page[:1]
    else:
        to_page = np.repeat(to_page, spans.space_lengths, axis=0)
    sa, sb, sc, sd, se, sf = _of_glyphs(to_page, lengths)
    a, b, c, d = _of_glyphs(_linear(spans.matrices, to_page), lengths)
    xs, ys = x * sa + y * sc + se, x * sb + y * sd + sf
    boxes = _boxes(seen["ink"], xs, ys, a, b, c, d)
    ends = xs + items["adv"] * a
    sizes = np.sqrt(np.abs(a * d - b * c))
    codes = seen["code"].copy()
    real = items["gid"] >= 0
    followers = np.flatnonzero(~real)  # further letters of a ligature
    if len(followers):
        heads = _heads(real, followers)
        boxes[followers] = boxes[heads]
        ends[followers] = ends[heads]
        codes[followers[seen["is_named"][heads]]] = 0
    hanging = np.flatnonzero(seen["hangs"])
    if len(hanging):
        middle = (boxes[hanging, 1] + boxes[hanging, 3]) / 2
        ys[hanging] = middle + _AXIS * sizes[hanging]
    glyphs = PageGlyphs("", seen["face"], sizes, xs, ys, ends, boxes, 0.0, 0.0)
    return _spell(glyphs, codes, real, known.specials)


def _of_glyphs(matrices: Floats, lengths: Codes) -> tuple[Floats, ...]:
    """Return the coefficients of spans' matrices for each glyph, or of the one that all share."""
    if len(matrices) < len(lengths):
        return tuple(matrices.T)
    return tuple(np.repeat(column, lengths) for column in np.ascontiguousarray(matrices.T))


def _heads(real: npt.NDArray[np.bool_], followers: Codes) -> Codes:
    """Return for each further letter of a ligature the index of the ligature."""
    return np.maximum.accumulate(np.where(real, np.arange(len(real)), 0))[followers]


def _linear(matrices: Floats, to_page: Floats) -> Floats:
    """Return the (n, 4) linear parts of the matrices from fonts to the page."""
    a, b, c, d = matrices.T
    sa, sb, sc, sd = to_page[:, :4].T
    return np.stack((a * sa + b * sc, a * sb + b * sd, c * sa + d * sc, c * sb + d * sd), axis=1)


def _boxes(
    ink: Floats, xs: Floats, ys: Floats, a: Floats, b: Floats, c: Floats, d: Floats
) -> Floats:
    x0, y0, x1, y1 = np.ascontiguousarray(ink.T)
    sides = np.empty((4, len(xs)))
    left, right, top, bottom = a * x0, a * x1, d * y0, d * y1
    np.minimum(left, right, out=sides[0])
    np.minimum(top, bottom, out=sides[1])
    np.maximum(left, right, out=sides[2])
    np.maximum(top, bottom, out=sides[3])
    if b.any() or c.any():  # something is turned or slanted
        left, right, top, bottom = c * y0, c * y1, b * x0, b * x1
        sides[0] += np.minimum(left, right)
        sides[1] += np.minimum(top, bottom)
        sides[2] += np.maximum(left, right)
        sides[3] += np.maximum(top, bottom)
    sides[0::2] += xs
    sides[1::2] += ys
    return sides.T


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
    for index in np.flatnonzero(codes >= FIRST_SPECIAL).tolist():
        special = specials[int(codes[index]) - FIRST_SPECIAL]
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
    shown = codes.take(kept)
    starts = np.cumsum(counts) - counts
    for index, text in texts.items():
        at = int(starts[index])
        shown[at : at + int(counts[index])] = [ord(char) for char in text[: int(counts[index])]]
    return PageGlyphs(
        shown.astype("<u4").tobytes().decode("utf-32-le"),
        glyphs.faces.take(kept),
        glyphs.sizes.take(kept),
        glyphs.xs.take(kept),
        glyphs.ys.take(kept),
        glyphs.ends.take(kept),
        glyphs.boxes.T.take(kept, axis=1).T,
        glyphs.width,
        glyphs.height,
    )


def _unite(glyphs: PageGlyphs, group: list[int]) -> None:
    """Give the first piece the box of all, and the line they are centred on."""
    first, boxes = group[0], glyphs.boxes[group]
    glyphs.boxes[first, :2], glyphs.boxes[first, 2:] = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    _, top, _, bottom = glyphs.boxes[first]
    glyphs.ys[first] = (top + bottom) / 2 + _AXIS * glyphs.sizes[first]
