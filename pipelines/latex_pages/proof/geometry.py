"""What a page's boxes must be: on the page, apart from each other, large enough, in real fonts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pymupdf

from pipelines.latex_pages.proof.compare import Disproved
from pipelines.latex_pages.proof.page_glyphs import PageGlyphs

OFF_PAGE, OVERLAP, TOO_SMALL = "off-page", "overlap", "too-small"
INVISIBLE, NOT_EMBEDDED = "invisible", "not-embedded"
_EDGE_SLACK = 0.01  # points
_BODY = 0.42  # em above the baseline that every line of type fills
_NEAR = 3  # runs in a row
_SHORT = 2  # letters of a run that may cross its neighbours
_LEAST_WIDTH, _LEAST_HEIGHT = 0.3, 0.1  # em in common that count as an overlap
_SCRIPT_SIZE = 0.7  # of the least size of text is enough for scripts of scripts
_DESCRIPTOR = re.compile(rb"/Type\s*/FontDescriptor\b")
_FONT_FILE = re.compile(rb"/FontFile[23]?\s+\d+\s+0\s+R")
_SAME_BASELINE = 0.02  # em
_LETTERS = ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x370, 0x4FF))
_FIRST_HAN = 0x2E80  # letters from here on
_MOST_PAIRS = 1 << 16  # looked at together
_BACK = 0.1  # em: letters of one run go no further back
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


def check_geometry(
    page: PageGlyphs, *, pixels_per_pt: float, least_em_px: float
) -> Disproved | None:
    """Check what can be checked without knowing what the page should show.

    Args:
        pixels_per_pt: of the picture as it is trained on.
        least_em_px: the smallest legible font size of text in its pixels; scripts may be smaller,
            down to 0.7 of it.
    """
    if not page.chars:
        return None
    return (
        _check_visible(page)
        or _check_inside(page)
        or _check_legible(page, pixels_per_pt, least_em_px)
        or _check_apart(page)
    )


def check_fonts(document: pymupdf.Document, data: bytes) -> Disproved | None:
    """Check that every font of a document is embedded.

    Args:
        data: its bytes. Where their objects are not compressed, as we let TeX write them, they
            tell it at once; asking MuPDF page by page takes half a millisecond each.
    """
    descriptors = len(_DESCRIPTOR.findall(data))
    if descriptors and descriptors == len(_FONT_FILE.findall(data)):
        return None
    seen: set[int] = set()
    for number in range(document.page_count):
        for xref, ending, kind, name, *_ in document.get_page_fonts(number):
            if xref not in seen and ending == "n/a" and kind != "Type3":
                return Disproved(NOT_EMBEDDED, f"the font {name} is not in the PDF")
            seen.add(xref)
    return None


def _check_visible(page: PageGlyphs) -> Disproved | None:
    if not page.invisible:
        return None
    return Disproved(INVISIBLE, f"{page.invisible} glyphs are drawn transparent")


def _check_inside(page: PageGlyphs) -> Disproved | None:
    boxes = page.boxes
    x0, y0 = boxes[:, 0].min(), boxes[:, 1].min()
    x1, y1 = boxes[:, 2].max(), boxes[:, 3].max()
    slack = _EDGE_SLACK
    if min(x0, y0) >= -slack and x1 <= page.width + slack and y1 <= page.height + slack:
        return None
    outside = (boxes[:, :2] < -slack).any(axis=1)
    outside |= (boxes[:, 2] > page.width + slack) | (boxes[:, 3] > page.height + slack)
    at = int(np.argmax(outside))
    around = page.chars[max(0, at - 20) : at + 5]
    return Disproved(OFF_PAGE, f"{outside.sum()} glyphs run off the page, first in “{around}”")


def _check_legible(page: PageGlyphs, scale: float, least: float) -> Disproved | None:
    pixels_of = page.sizes * scale
    text = _middle(pixels_of)
    at = int(np.argmin(pixels_of))
    if text < least:
        at = int(np.argmin(np.abs(pixels_of - text)))
    elif pixels_of[at] >= _SCRIPT_SIZE * least:
        return None
    pixels = float(pixels_of[at])
    around = page.chars[max(0, at - 10) : at + 10]
    return Disproved(TOO_SMALL, f"an em is {pixels:.1f} px (least {least:g}) in “{around}”")


def _middle(values: Floats) -> float:
    """Return the median: half of a page's glyphs may be scripts, smaller than its text."""
    low, high = (len(values) - 1) // 2, len(values) // 2
    parted = np.partition(values, (low, high))
    # As numpy's quantile has it, at a fifth of its time.
    return float(parted[high] - (parted[high] - parted[low]) * 0.5)


def _check_apart(page: PageGlyphs) -> Disproved | None:
    """Check that no two runs of letters and digits share room.

    A run is what stands on one baseline in one size, from left to right. Signs are left out:
    accents, negations, roots and signs built from two cross their neighbours rightly. So may runs
    of one or two letters that are close in the stream.
    """
    codes = np.frombuffer(page.chars.encode("utf-32-le"), "<u4")
    kept = np.flatnonzero(_are_letters(codes))
    if not len(kept):
        return None
    ys, sizes = page.ys[kept], page.sizes[kept]
    starts, lengths = _runs(page.xs[kept], ys, sizes)
    ys, sizes = ys[starts], sizes[starts]
    left = np.minimum.reduceat(page.boxes[:, 0][kept], starts)
    right = np.maximum.reduceat(page.boxes[:, 2][kept], starts)
    order = np.argsort(ys - _BODY * sizes, kind="stable")
    top, bottom = (ys - _BODY * sizes)[order], ys[order]
    left, right, em, count = left[order], right[order], sizes[order], lengths[order]
    found: tuple[int, int] | None = None  # how far apart in the order, and the first
    for one, other in _pairs(np.searchsorted(top, bottom) - np.arange(1, len(order) + 1)):
        size = np.minimum(em[one], em[other])
        reach = bottom[one] - top[other]
        width = np.minimum(right[one], right[other]) - np.maximum(left[one], left[other])
        hit = np.flatnonzero((width > _LEAST_WIDTH * size) & (reach > _LEAST_HEIGHT * size))
        one, other = one[hit], other[hit]
        close = (np.abs(order[one] - order[other]) <= _NEAR) & (
            np.minimum(count[one], count[other]) <= _SHORT
        )
        hits = zip((other - one)[~close].tolist(), one[~close].tolist(), strict=True)
        found = min([*hits, found] if found else hits, default=None)
    if found is None:
        return None
    step, at = found
    begins = kept[starts[order[[at, at + step]]]].tolist()
    texts = [page.chars[begin : begin + 20] for begin in begins]
    return Disproved(OVERLAP, f"“{texts[0]}…” and “{texts[1]}…” share room")


def _pairs(followers: Indices) -> Iterator[tuple[Indices, Indices]]:
    """Yield pairs of each row with each of those that follow it, many at a time but not all.

    Args:
        followers: (n,) number of the next rows that each row is paired with.
    """
    counts = np.maximum(followers, 0)
    ends = np.cumsum(counts)
    rows = np.arange(len(counts))
    begin = 0
    while begin < len(counts):
        done = int(ends[begin] - counts[begin])
        end = max(begin + 1, int(np.searchsorted(ends, done + _MOST_PAIRS, side="right")))
        here = slice(begin, end)
        one = np.repeat(rows[here], counts[here])
        if len(one):
            begins = ends[here] - counts[here] - done  # of each row's pairs among these
            yield one, np.arange(len(one)) + np.repeat(rows[here] + 1 - begins, counts[here])
        begin = end


def _runs(
    xs: Floats, ys: Floats, sizes: Floats
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the first glyph and the length of each run."""
    parted = np.abs(np.diff(ys)) > _SAME_BASELINE * sizes[1:]
    parted |= np.diff(sizes) != 0
    parted |= np.diff(xs) < -_BACK * sizes[1:]
    starts = np.concatenate(([0], np.flatnonzero(parted) + 1))
    return starts, np.diff(np.append(starts, len(sizes)))


def _are_letters(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    letters: npt.NDArray[np.bool_] = _IS_LETTER[np.minimum(codes, _FIRST_HAN)]
    return letters


def _letter_table() -> npt.NDArray[np.bool_]:
    table = np.zeros(_FIRST_HAN + 1, np.bool_)
    for low, high in (*_LETTERS, (_FIRST_HAN, _FIRST_HAN)):
        table[low : high + 1] = True
    return table


_IS_LETTER = _letter_table()
