"""What a page's boxes must be: on the page, apart from each other, large enough, in real fonts."""

from __future__ import annotations

import re

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
_TEXT_SHARE = 0.5  # of the glyphs may be scripts, smaller than text
_SCRIPT_SIZE = 0.7  # of the least size of text is enough for scripts of scripts
_DESCRIPTOR = re.compile(rb"/Type\s*/FontDescriptor\b")
_FONT_FILE = re.compile(rb"/FontFile[23]?\s+\d+\s+0\s+R")
_SAME_BASELINE = 0.02  # em
_LETTERS = (
    (0x30, 0x39),
    (0x41, 0x5A),
    (0x61, 0x7A),
    (0xC0, 0x24F),
    (0x370, 0x4FF),
    (0x2E80, 1 << 21),
)
_BACK = 0.1  # em: letters of one run go no further back
Floats = npt.NDArray[np.float64]


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
    x0, y0 = boxes[:, :2].min(axis=0)
    x1, y1 = boxes[:, 2:].max(axis=0)
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
    text = float(np.quantile(pixels_of, _TEXT_SHARE))
    at = int(np.argmin(pixels_of))
    if text < least:
        at = int(np.argmin(np.abs(pixels_of - text)))
    elif pixels_of[at] >= _SCRIPT_SIZE * least:
        return None
    pixels = float(pixels_of[at])
    around = page.chars[max(0, at - 10) : at + 10]
    return Disproved(TOO_SMALL, f"an em is {pixels:.1f} px (least {least:g}) in “{around}”")


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
    starts, lengths = _runs(page.xs[kept], page.ys[kept], page.sizes[kept])
    boxes, sizes, ys = page.boxes[kept], page.sizes[kept][starts], page.ys[kept][starts]
    left = np.minimum.reduceat(boxes[:, 0], starts)
    right = np.maximum.reduceat(boxes[:, 2], starts)
    order = np.argsort(ys - _BODY * sizes, kind="stable")
    top, bottom = (ys - _BODY * sizes)[order], ys[order]
    left, right, em, count = left[order], right[order], sizes[order], lengths[order]
    for step in range(1, len(order)):
        one, other = slice(None, -step), slice(step, None)
        reach = bottom[one] - top[other]
        if (reach <= 0).all():
            break
        size = np.minimum(em[one], em[other])
        width = np.minimum(right[one], right[other]) - np.maximum(left[one], left[other])
        close = (np.abs(order[one] - order[other]) <= _NEAR) & (
            np.minimum(count[one], count[other]) <= _SHORT
        )
        hit = (width > _LEAST_WIDTH * size) & (reach > _LEAST_HEIGHT * size) & ~close
        if hit.any():
            at = int(np.argmax(hit))
            begins = kept[starts[order[[at, at + step]]]].tolist()
            texts = [page.chars[begin : begin + 20] for begin in begins]
            return Disproved(OVERLAP, f"“{texts[0]}…” and “{texts[1]}…” share room")
    return None


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
    found = np.zeros(len(codes), np.bool_)
    for low, high in _LETTERS:
        found |= (codes >= low) & (codes <= high)
    return found
