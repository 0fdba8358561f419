"""The text of a page's glyphs, cut from what its targets say and never put together from glyphs."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.forms.trace import OPEN, STRETCH
from pipelines.latex_pages.page.assemble import FOOTER, HEADER, NOTES, Assembled

Indices = npt.NDArray[np.int64]
_UNKNOWN = -1


_UNSEEN = 255
_COUNTS = np.full(sys.maxunicode + 1, _UNSEEN, np.uint8)
"""Code point -> number of glyphs that it is compared as; filled as characters are met."""


@dataclass(frozen=True, slots=True)
class Told:
    """Text and demanded glyphs of a page in step.

    Attributes:
        kinds, texts: of each span of the page, by its name: its kind and its text in the target.
        text: the texts of the spans, one after another.
        starts, ends: (n,) glyph i shows a part of `text[starts[i]:ends[i]]`, the shortest stretch
            that is known to hold it; -1 where nothing is known.
        begins: (n + 1,) whether a stretch begins with glyph i, or glyph i - 1 was the last.
    """

    kinds: dict[str, str]
    texts: dict[str, str]
    text: str
    starts: Indices
    ends: Indices
    begins: npt.NDArray[np.bool_]

    def cut(self, firsts: Indices, lasts: Indices) -> tuple[npt.NDArray[np.bool_], list[str]]:
        """Return which runs of glyphs `firsts[i]:lasts[i]` are exactly told, and the text of these.

        Args:
            firsts, lasts: (m,) indices of demanded glyphs.
        """
        known = (lasts > firsts) & self.begins[firsts] & self.begins[lasts]
        known[known] = self.starts[firsts[known]] != _UNKNOWN
        starts, ends = self.starts[firsts[known]].tolist(), self.ends[lasts[known] - 1].tolist()
        text = self.text
        return known, [text[start:end] for start, end in zip(starts, ends, strict=True)]


def tell(assembled: Assembled) -> Told:
    """Put the text of a page in step with its glyphs."""
    parts = _parts(assembled)
    names = [name for _, _, name in assembled.spans]
    text = "".join(parts[name][1] for name in names)
    trace = "".join(parts[name][2] for name in names)
    found = _align(text, trace, assembled.glyphs.chars) or _align_spans(assembled, parts)
    starts, ends = found
    begins = np.ones(len(starts) + 1, np.bool_)
    begins[1:-1] = (starts[1:] != starts[:-1]) | (starts[1:] == _UNKNOWN)
    return Told(
        {name: kind for name, (kind, _, _) in parts.items()},
        {name: text for name, (_, text, _) in parts.items()},
        text,
        starts,
        ends,
        begins,
    )


def _align_spans(
    assembled: Assembled, parts: Mapping[str, tuple[str, str, str]]
) -> tuple[Indices, Indices]:
    """Align span by span, as one of them is not told exactly."""
    starts: list[Indices] = []
    ends: list[Indices] = []
    offset = 0
    for first, end, name in assembled.spans:
        _, text, trace = parts[name]
        found = _align(text, trace, assembled.glyphs.chars[first:end])
        unknown = np.full(end - first, _UNKNOWN, np.int64)
        starts.append(unknown if found is None else found[0] + offset)
        ends.append(unknown if found is None else found[1] + offset)
        offset += len(text)
    return np.concatenate(starts), np.concatenate(ends)


def _parts(assembled: Assembled) -> dict[str, tuple[str, str, str]]:
    """Return kind, text and trace of each span by its name."""
    parts = {
        HEADER: ("header", assembled.header, assembled.header_trace),
        FOOTER: ("footer", assembled.footer, assembled.footer_trace),
    }
    for block in assembled.blocks:
        parts[block.id] = (block.kind, block.form.text, block.form.traced)
        if block.notes:
            parts[block.id + NOTES] = (
                "notes",
                "\n\n".join(f"{label.text} {text.text}" for label, text in block.notes),
                "\n\n".join(f"{label.traced} {text.traced}" for label, text in block.notes),
            )
    return parts


def _align(text: str, trace: str, glyphs: str) -> tuple[Indices, Indices] | None:
    """Return for each glyph first and end of what it shows in the text; None if they differ."""
    stretches: list[tuple[int, int, int]] = []
    shown = trace
    if OPEN in trace:
        shown = STRETCH.sub(r"\2", trace)
        stretches, told = _stretches(trace)
        if told != text:
            return None
    elif trace != text:
        return None
    if fold(shown) != glyphs:
        return None
    counts = _counts(text)
    ends = np.arange(1, len(text) + 1)
    if stretches:
        for first, end, count in stretches:
            counts[first:end] = 0
            counts[first] = count
            ends[first] = end
    starts = np.repeat(np.arange(len(text)), counts)
    return (starts, ends[starts]) if len(starts) == len(glyphs) else None


def _counts(text: str) -> Indices:
    """Return for each character the number of glyphs that it is compared as."""
    codes = np.frombuffer(text.encode("utf-32-le"), "<u4")
    counts = _COUNTS[codes]
    unseen = np.flatnonzero(counts == _UNSEEN)
    if len(unseen):
        for code in set(codes[unseen].tolist()):
            _COUNTS[code] = len(fold(chr(code)))
        counts = _COUNTS[codes]
    found: Indices = counts.astype(np.int64)
    return found


def _stretches(trace: str) -> tuple[list[tuple[int, int, int]], str]:
    """Return (first, end, number of glyphs) of the stretches that differ, and the text."""
    found: list[tuple[int, int, int]] = []
    pieces: list[str] = []
    at = done = 0
    for match in STRETCH.finditer(trace):
        before, inside = trace[done : match.start()], match[1]
        at += len(before)
        found.append((at, at + len(inside), len(fold(match[2]))))
        at += len(inside)
        pieces += (before, inside)
        done = match.end()
    pieces.append(trace[done:])
    return found, "".join(pieces)
