"""Boxes of what is on a page, in pixels of its picture, read from the glyphs that were proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pymupdf

from dataengine.sample import Regions
from pipelines.latex_pages.page.assemble import FOOTER, HEADER, NOTES, Assembled
from pipelines.latex_pages.proof.boxes import (
    Spans,
    lines_of,
    read_rules,
    span_boxes,
    to_pixels,
    with_rules,
    words_of,
)
from pipelines.latex_pages.proof.compare import Proved
from pipelines.latex_pages.proof.page_glyphs import PageGlyphs
from pipelines.latex_pages.raster import Scale

_BREAKING = frozenset({"paragraph", "list", "theorem"})
_JUMP = 60.0
"""Points upwards that nothing within a column jumps."""
_END = 0  # a code that no glyph has
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


def page_regions(
    assembled: Assembled,
    page: PageGlyphs,
    proved: Proved,
    display_list: pymupdf.DisplayList,
    scale: Scale,
    wanted: Sequence[str],
) -> Regions:
    """Return the boxes of blocks, lines and words.

    Levels of blocks are their kinds: "heading", "paragraph", "display", "list", "theorem", "quote",
    "table", "title", "authors", "place", "abstract", "header", "footer", "notes"; the text of a
    block is that of its target.
    """
    levels: list[str] = []
    texts: list[str] = []
    boxes: list[Floats] = []
    spans = [(first, end) for first, end, _ in assembled.spans]
    breaks = np.array([proved.indices[first] for first, _ in spans], np.int64)
    if "block" in wanted:
        told = _told(assembled)
        parts = _columns(page, proved, assembled.spans, told)
        # Counted in glyphs of the page, spans hold TeX's own hyphens at the ends of their lines.
        every = Proved(np.arange(len(page.chars)), proved.hyphens)
        at_page = np.append(proved.indices, len(page.chars)).tolist()
        bounds = [(at_page[first], at_page[end]) for first, end, _ in parts]
        found, kept = span_boxes(page, every, bounds)
        names = [parts[at][2] for at in kept.tolist()]
        levels += [told[name][0] for name in names]
        texts += [told[name][1] for name in names]
        boxes.append(_grown(found, levels, display_list))
    if "line" in wanted or "word" in wanted:
        words = words_of(page, breaks)
        if "line" in wanted:
            lines = lines_of(page, words, breaks)
            levels += ["line"] * len(lines)
            texts += _line_texts(page, lines, words)
            boxes.append(lines.boxes)
        if "word" in wanted:
            levels += ["word"] * len(words)
            texts += _texts(page, words)
            boxes.append(words.boxes)
    if not boxes:
        return Regions.none()
    pixels = to_pixels(np.concatenate(boxes), (scale.x, scale.y), (scale.width, scale.height))
    return Regions(levels, pixels, texts)


def _told(assembled: Assembled) -> dict[str, tuple[str, str]]:
    """Return kind and text of each span by its name."""
    told = {HEADER: ("header", assembled.header), FOOTER: ("footer", assembled.footer)}
    for block in assembled.blocks:
        told[block.id] = (block.kind, block.form.text)
        if block.notes:
            notes = "\n".join(f"{label.text} {text.text}" for label, text in block.notes)
            told[block.id + NOTES] = ("notes", notes)
    return told


def _columns(
    page: PageGlyphs,
    proved: Proved,
    spans: Sequence[tuple[int, int, str]],
    told: Mapping[str, tuple[str, str]],
) -> list[tuple[int, int, str]]:
    """Cut blocks of text where they go on in the next column; each part has the whole text."""
    xs, ys = page.xs[proved.indices], page.ys[proved.indices]
    jumps = np.flatnonzero((ys[1:] - ys[:-1] < -_JUMP) & (xs[1:] > xs[:-1])) + 1
    if not len(jumps):
        return list(spans)
    parts = []
    for first, end, name in spans:
        inner = jumps[(jumps > first) & (jumps < end)] if told[name][0] in _BREAKING else jumps[:0]
        cuts = [first, *inner.tolist(), end]
        parts += [(start, stop, name) for start, stop in pairwise(cuts)]
    return parts


def _grown(found: Floats, levels: Sequence[str], display_list: pymupdf.DisplayList) -> Floats:
    """Let tables have their rules."""
    if "table" not in levels:
        return found
    rules = read_rules(display_list)
    for at, level in enumerate(levels):
        if level == "table":
            found[at] = with_rules(found[at], rules)
    return found


def _texts(page: PageGlyphs, words: Spans) -> list[str]:
    """Return the characters of each of the words that a page consists of."""
    return _parted(page, words.starts, np.full(len(words), _END))


def _line_texts(page: PageGlyphs, lines: Spans, words: Spans) -> list[str]:
    """Return the words of each line with blanks between them."""
    ends = np.full(len(words), ord(" "))
    ends[np.searchsorted(words.starts, lines.starts)] = _END
    return _parted(page, words.starts, ends)


def _parted(page: PageGlyphs, starts: Indices, signs: Indices) -> list[str]:
    """Return the characters of a page cut at `_END`, with a sign put in before each start."""
    if not len(starts):
        return []
    codes = np.frombuffer(page.chars.encode("utf-32-le"), "<u4")
    at = starts + np.arange(len(starts))
    spread = np.empty(len(codes) + len(starts), "<u4")
    is_glyph = np.ones(len(spread), np.bool_)
    is_glyph[at] = False
    spread[at] = signs
    spread[is_glyph] = codes
    return spread[1:].tobytes().decode("utf-32-le").split(chr(_END))
