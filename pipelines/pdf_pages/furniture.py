"""Running headers, footers and page numbers: what repeats at the same height across a document.

A pure function of the document: up to 12 pages spread over it are read, whatever page is asked
for. A line is furniture when the same text (digits masked) stands at the same height on at least
30 % of them, or when it is a bare page number in a band where furniture stands.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pymupdf

from pipelines.pdf_pages.document import PageProblem, guarded
from pipelines.pdf_pages.extract import Line, read_text

MAX_SAMPLED = 12
MIN_SHARE = 0.3
_HEIGHT_STEP = 0.01  # of the page's height
_MARGIN = 0.15  # furniture stands in the outer parts of a page
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—·•(\[ ]*(?:第\s*)?(?:page\s+)?(?:\d{1,4}|[ivxlcdm]{1,7})(?:\s*页)?"
    r"(?:\s*(?:of|/|共)\s*\d{1,4}\s*页?)?[-–—·•)\] ]*",
    re.IGNORECASE,
)

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Furniture:
    """Repeating lines of a document, and the heights at which they stand."""

    keys: frozenset[Key]

    def holds(self, line: Line, page_height: float) -> bool:
        """Whether the line is furniture."""
        if not _in_margin(line, page_height):
            return False
        return any(key in self.keys for key in _keys(line, page_height))


def find_furniture(pdf: pymupdf.Document) -> Furniture:
    """Read a sample of the pages and return what repeats."""
    num_pages = int(pdf.page_count)
    count = min(num_pages, MAX_SAMPLED)
    numbers = sorted({round(index * (num_pages - 1) / max(1, count - 1)) for index in range(count)})
    seen: Counter[Key] = Counter()
    for number in numbers:
        seen.update(_page_keys(pdf, number))
    needed = max(2.0, MIN_SHARE * len(numbers))
    return Furniture(frozenset(key for key, times in seen.items() if times >= needed))


def _page_keys(pdf: pymupdf.Document, number: int) -> set[Key]:
    try:
        page = guarded("load the page", lambda: pdf.load_page(number))
        display_list = guarded("read the page", lambda: page.get_displaylist(annots=True))
        lines = guarded("read the text", lambda: read_text(display_list)).lines
    except PageProblem:
        return set()  # a broken page says nothing about the others
    height = float(page.rect.height)
    return {key for line in lines if _in_margin(line, height) for key in _keys(line, height)}


def _keys(line: Line, page_height: float) -> tuple[Key, ...]:
    """Masked text at the line's height and, since heights are rounded, at its neighbours."""
    text = "#" if _PAGE_NUMBER.fullmatch(line.text) else _DIGITS.sub("#", line.text)
    step = round(line.baseline / page_height / _HEIGHT_STEP)
    return ((text, step - 1), (text, step), (text, step + 1))


def _in_margin(line: Line, page_height: float) -> bool:
    return line.y1 < _MARGIN * page_height or line.y0 > (1 - _MARGIN) * page_height
