"""Boxes of what is on a page, in pixels of its picture, read from the glyphs that were proven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pymupdf

from dataengine.sample import Regions
from pipelines.latex_pages.page.assemble import Assembled
from pipelines.latex_pages.page.told import Told, tell
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
_SAME_LINE = 0.1  # em
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Boxed:
    """The regions of a page.

    Attributes:
        left_out: number of boxes of each level ("block", "line", "word") whose text is no stretch
            of the target: parts of a fraction, say. No region stands for them.
    """

    regions: Regions
    left_out: dict[str, int]


def page_regions(
    assembled: Assembled,
    page: PageGlyphs,
    proved: Proved,
    display_list: pymupdf.DisplayList,
    scale: Scale,
    wanted: Sequence[str],
) -> Boxed:
    """Return the boxes of blocks, lines and words.

    Levels of blocks are their kinds: "heading", "paragraph", "display", "list", "theorem", "quote",
    "table", "title", "authors", "place", "abstract", "header", "footer", "notes". Each text is the
    stretch of the `text` target that stands in the box: TeX's own hyphens are in none.
    """
    levels: list[str] = []
    texts: list[str] = []
    boxes: list[Floats] = []
    left_out: dict[str, int] = {}
    spans = [(first, end) for first, end, _ in assembled.spans]
    breaks = np.array([proved.indices[first] for first, _ in spans], np.int64)
    told = tell(assembled)
    if "block" in wanted:
        parts, left_out["block"] = _parts(page, proved, assembled.spans, told)
        # Counted in glyphs of the page, spans hold TeX's own hyphens at the ends of their lines.
        every = Proved(np.arange(len(page.chars)), proved.hyphens)
        at_page = np.append(proved.indices, len(page.chars)).tolist()
        bounds = [(at_page[part.first], at_page[part.end]) for part in parts]
        found, kept = span_boxes(page, every, bounds)
        for at in kept.tolist():
            levels.append(parts[at].level)
            texts.append(parts[at].text)
        boxes.append(_grown(found, levels, display_list))
    if "line" in wanted or "word" in wanted:
        words = words_of(page, breaks)
        if "line" in wanted:
            lines = lines_of(page, words, breaks)
            left_out["line"] = _add("line", lines, told, proved, levels, texts, boxes)
        if "word" in wanted:
            left_out["word"] = _add("word", words, told, proved, levels, texts, boxes)
    if not boxes:
        return Boxed(Regions.none(), left_out)
    pixels = to_pixels(np.concatenate(boxes), (scale.x, scale.y), (scale.width, scale.height))
    return Boxed(Regions(levels, pixels, texts), left_out)


def _add(
    level: str,
    spans: Spans,
    told: Told,
    proved: Proved,
    levels: list[str],
    texts: list[str],
    boxes: list[Floats],
) -> int:
    """Add spans of the page whose text is known exactly; return how many are not."""
    firsts, lasts = spans.starts, spans.ends
    if len(proved.hyphens):
        firsts = firsts - np.searchsorted(proved.hyphens, firsts)
        lasts = lasts - np.searchsorted(proved.hyphens, lasts)
    known, found = told.cut(firsts, lasts)
    levels += [level] * len(found)
    texts += found
    boxes.append(spans.boxes[known])
    return len(spans) - len(found)


@dataclass(frozen=True, slots=True)
class _Part:
    """A block, or as much of it as stands in one column: demanded glyphs `first:end`."""

    first: int
    end: int
    level: str
    text: str


def _parts(
    page: PageGlyphs, proved: Proved, spans: Sequence[tuple[int, int, str]], told: Told
) -> tuple[list[_Part], int]:
    """Return the blocks as rectangles hold them, and how many of these cannot be told.

    Text is cut where it goes on in the next column, and behind the line that a heading begins.
    """
    xs, ys = page.xs[proved.indices], page.ys[proved.indices]
    jumps = np.flatnonzero((ys[1:] - ys[:-1] < -_JUMP) & (xs[1:] > xs[:-1])) + 1
    parts: list[_Part] = []
    left_out = 0
    headed = False
    for first, end, name in spans:
        level = told.kinds[name]
        cuts = jumps[(jumps > first) & (jumps < end)] if level in _BREAKING else jumps[:0]
        if headed and level == "paragraph" and _on_one_line(page, proved, first):
            # What stands left of the paragraph's first glyph stands below the heading.
            below = np.flatnonzero(xs[first:end] < xs[first] - page.sizes[proved.indices[first]])
            cuts = np.union1d(cuts, first + below[:1])
        headed = level == "heading"
        if not len(cuts):
            parts.append(_Part(first, end, level, told.texts[name]))
            continue
        bounds = np.concatenate(([first], cuts, [end]))
        known, texts = told.cut(bounds[:-1], bounds[1:])
        left_out += len(known) - len(texts)
        inner = zip(bounds[:-1][known].tolist(), bounds[1:][known].tolist(), texts, strict=True)
        parts += [_Part(start, stop, level, text) for start, stop, text in inner]
    return parts, left_out


def _on_one_line(page: PageGlyphs, proved: Proved, first: int) -> bool:
    """Say whether a span begins in the line in which the one before it ends."""
    here, last = proved.indices[first], proved.indices[first - 1]
    risen = abs(page.ys[here] - page.ys[last])
    return bool(risen < _SAME_LINE * page.sizes[here] and page.xs[here] > page.xs[last])


def _grown(found: Floats, levels: Sequence[str], display_list: pymupdf.DisplayList) -> Floats:
    """Let tables have their rules."""
    if "table" not in levels:
        return found
    rules = read_rules(display_list)
    for at, level in enumerate(levels):
        if level == "table":
            found[at] = with_rules(found[at], rules)
    return found
