"""Read words, lines and blocks with their boxes from a page's display list, in stream order.

Two C++ calls of MuPDF: `extractWORDS` for words and boxes, `extractDICT` for what words lack (font
size, direction, visibility, control characters). Stream order is kept: sorting by position costs
three times as much and destroys two-column pages. Boxes are in points of the page as displayed,
rotation and crop box included: as wide as the glyphs' advance, as high as their ink.

The flag that fills unknown glyphs with their code (MuPDF's default) stays off: it gives plausible
wrong characters. Without it they are U+FFFD and can be counted.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf

from pipelines.pdf_pages.charset import codes_of
from pipelines.pdf_pages.normalise import SOFT_HYPHEN, normalise
from pipelines.pdf_pages.script import holds_cjk, is_blank, starts_item

FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP | pymupdf.TEXT_ACCURATE_BBOXES
_INK_FLAGS = pymupdf.mupdf.FZ_STEXT_FILLED | pymupdf.mupdf.FZ_STEXT_STROKED
_MONOSPACED = pymupdf.TEXT_FONT_MONOSPACED
_NAMELESS_TYPE3 = "Unnamed-T3"
_NO_BREAK_SPACE = 0xA0
_NO_DETAILS = (0.0, 0.0, False, True)  # of a line without area; its page is refused
_UPRIGHT = 0.999  # cosine of the writing direction: 2.5 degrees
_CONTROL = re.compile("[\\t-\\r\\x1c-\\x1f\\x85]")
"""Blanks to Python and to MuPDF's words; a glyph that its font maps to one would vanish unseen."""
_TYPEWRITER = re.compile(
    r"mono(?!type)|nimbusmon|courier|typewriter|consol|menlo|monaco|sourcecode|firacode|teletype|"
    r"cmtt|cmsltt|cmitt|txtt|ectt|sftt",
    re.IGNORECASE,
)
_SAME_ROW = 0.5  # of the lower line's height must overlap for two pieces to be one printed line

Boxes = npt.NDArray[np.float64]
Key = tuple[int, int]
"""Number of a block and of one of MuPDF's lines in it."""


@dataclass(slots=True)
class Line:
    """One printed line of a block; pieces that stand on one row are one line.

    Attributes:
        text: normalised, words joined by one blank.
        block: index of its block.
        x0, y0, x1, y1: box in points.
        baseline: y of the first piece's origin, in points.
        size: font size in points, the largest of the line's text.
        mono: mostly set in a monospaced font.
        upright: written from left to right.
        parted: pieces stand apart on the row, as cells of a table do.
        first_word, end_word: its words are `words[first_word:end_word]`.
    """

    text: str
    block: int
    x0: float
    y0: float
    x1: float
    y1: float
    baseline: float
    size: float
    mono: bool
    upright: bool
    parted: bool
    first_word: int
    end_word: int


@dataclass(slots=True)
class PageText:
    """The text of a page.

    Attributes:
        words: normalised.
        word_boxes: (n, 4) in points.
        lines: in stream order.
        piece_boxes: (m, 4) boxes of MuPDF's own lines, before rows were put together.
        piece_chars: number of characters in each, blanks and dots not counted (dots lead to page
            numbers, they are no running text).
        raw: all text as MuPDF gave it, one piece per line, control characters included.
        sizes, counts: font size and number of visible characters of each span.
        hidden: font name -> number of characters drawn without ink (invisible mode or fully
            transparent), as far as MuPDF knows: Type 3 fonts that paint their own colours are
            among them too.
        rotated: number of characters in lines that are not upright.
        total: number of characters, blanks not counted.
        lost: characters that stand in MuPDF's lines or in its words but not in both: their boxes
            have no area, or their font maps a drawn glyph to a tab or line break.
    """

    words: list[str]
    word_boxes: Boxes
    lines: list[Line]
    piece_boxes: Boxes
    piece_chars: npt.NDArray[np.int64]
    raw: str
    sizes: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]
    hidden: dict[str, int]
    rotated: int
    total: int
    lost: int

    def word_lengths(self) -> npt.NDArray[np.int64]:
        """Return the number of characters of each word."""
        return np.fromiter(map(len, self.words), np.int64, len(self.words))


@dataclass(slots=True)
class _Pieces:
    """MuPDF's lines while they are being collected."""

    keys: list[Key] = field(default_factory=list)
    details: list[tuple[float, float, bool, bool]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    hidden: dict[str, int] = field(default_factory=dict)
    rotated: int = 0
    control: int = 0


def read_text(display_list: pymupdf.DisplayList) -> PageText:
    """Read a page's text."""
    text_page = pymupdf.TextPage(display_list.get_textpage(FLAGS))
    raw_words = text_page.extractWORDS()
    pieces = _collect(text_page.extractDICT()["blocks"])
    raw = "\n".join(pieces.texts)
    raw_texts = [word[4] for word in raw_words]
    words, kept = _normalise_words(raw_words, raw_texts)
    boxes, keys = _columns(kept)
    lines, piece_boxes, piece_chars = _lines(words, boxes, keys, pieces)
    return PageText(
        words=words,
        word_boxes=boxes,
        lines=lines,
        piece_boxes=piece_boxes,
        piece_chars=piece_chars,
        raw=raw,
        sizes=np.array(pieces.sizes, np.float64),
        counts=np.array(pieces.counts, np.int64),
        hidden=pieces.hidden,
        rotated=pieces.rotated,
        total=sum(pieces.counts),
        lost=pieces.control + abs(_count_solid(raw) - sum(map(len, raw_texts))),
    )


def _collect(blocks: list[dict[str, Any]]) -> _Pieces:
    pieces = _Pieces()
    sizes, counts = pieces.sizes, pieces.counts
    for block in blocks:
        block_number = block["number"]
        for line_number, line in enumerate(block.get("lines", ())):
            size, baseline, solid, mono, texts = 0.0, 0.0, 0, 0, []
            for span in line["spans"]:
                text = span["text"]
                texts.append(text)
                count = len(text) - text.count(" ")
                if not count:
                    continue
                span_size = span["size"]
                sizes.append(span_size)
                counts.append(count)
                solid += count
                if not text.isprintable():
                    pieces.control += len(_CONTROL.findall(text))
                if not span["alpha"] or not span["char_flags"] & _INK_FLAGS:
                    font = span["font"]
                    pieces.hidden[font] = pieces.hidden.get(font, 0) + count
                if span_size > size:
                    size, baseline = span_size, span["origin"][1]
                if span["flags"] & _MONOSPACED or is_monospaced(span["font"]):
                    mono += count
            upright = line["dir"][0] >= _UPRIGHT
            if not upright:
                pieces.rotated += solid
            pieces.keys.append((block_number, line_number))
            pieces.details.append((size, baseline, 2 * mono > solid, upright))
            pieces.texts.append("".join(texts))
    return pieces


@functools.lru_cache(maxsize=4096)
def is_monospaced(font: str) -> bool:
    """Whether a font's name is that of a typewriter face: many fonts do not set the flag."""
    return _TYPEWRITER.search(font) is not None


def painted_fonts(page: pymupdf.Page) -> frozenset[str]:
    """Return names, as MuPDF gives them, of Type 3 fonts: no rendering mode hides their glyphs."""
    fonts = page.get_fonts()
    others = {font[3].partition("+")[2] or font[3] for font in fonts if font[2] != "Type3"}
    return frozenset(font[3] or _NAMELESS_TYPE3 for font in fonts if font[2] == "Type3") - others


def _count_solid(raw: str) -> int:
    """Count the characters that do not part words in MuPDF's eyes."""
    codes = codes_of(raw)
    return int(((codes > ord(" ")) & (codes != _NO_BREAK_SPACE)).sum())


def _normalise_words(raw_words: list[Any], texts: list[str]) -> tuple[list[str], list[Any]]:
    """Return normalised words and their rows; words of invisible characters only are left out."""
    joined = "\n".join(texts)
    if joined.isascii():
        return texts, raw_words
    if SOFT_HYPHEN in joined:
        joined = _with_line_ends(raw_words)
    joined = normalise(joined)
    words = joined.split("\n")
    if " " in joined:
        words = [word.strip(" ") for word in words]
    if "" not in words:
        return words, raw_words
    kept = [row for row, word in zip(raw_words, words, strict=True) if word]
    return [word for word in words if word], kept


def _with_line_ends(raw_words: list[Any]) -> str:
    """Join words by line breaks, their soft hyphens kept only where a line ends."""
    texts = []
    last = len(raw_words) - 1
    for index, word in enumerate(raw_words):
        text = word[4]
        if text.endswith(SOFT_HYPHEN) and index < last and raw_words[index + 1][5:7] == word[5:7]:
            text = text[:-1]
        texts.append(text)
    return "\n".join(texts)


def _columns(rows: list[Any]) -> tuple[Boxes, list[Key]]:
    """Return the boxes of MuPDF's words, and the piece of text that each stands in."""
    if not rows:
        return np.zeros((0, 4), np.float64), []
    x0, y0, x1, y1, _, blocks, numbers, _ = zip(*rows, strict=True)
    boxes = np.array((x0, y0, x1, y1), np.float64)
    return np.ascontiguousarray(boxes.T), list(zip(blocks, numbers, strict=True))


def _lines(
    words: list[str], boxes: Boxes, keys: list[Key], pieces: _Pieces
) -> tuple[list[Line], Boxes, npt.NDArray[np.int64]]:
    """Group words into MuPDF's lines, and those that share a row of their block into one."""
    if not words:
        return [], boxes, np.zeros(0, np.int64)
    starts = [0, *[at for at in range(1, len(keys)) if keys[at] != keys[at - 1]]]
    first_words = np.array(starts)
    piece_boxes = np.concatenate(
        (
            np.minimum.reduceat(boxes[:, :2], first_words, axis=0),
            np.maximum.reduceat(boxes[:, 2:], first_words, axis=0),
        ),
        axis=1,
    )
    details = dict(zip(pieces.keys, pieces.details, strict=True))
    speller = _Speller(words, boxes)
    lines: list[Line] = []
    chars: list[int] = []
    ends = [*starts[1:], len(keys)]
    for start, end, (x0, y0, x1, y1) in zip(starts, ends, piece_boxes.tolist(), strict=True):
        key = keys[start]
        size, baseline, mono, upright = details.get(key, _NO_DETAILS)
        text = speller.spell(start, end, size)
        chars.append(len(text) - text.count(" ") - text.count("."))
        line = Line(text, key[0], x0, y0, x1, y1, baseline, size, mono, upright, False, start, end)
        if lines and _same_row(lines[-1], line):
            _extend(lines[-1], line)
        else:
            lines.append(line)
    return lines, piece_boxes, np.array(chars, np.int64)


def _same_row(left: Line, right: Line) -> bool:
    """Whether the second piece stands to the right of the first on the same row of its block."""
    if right.x0 < left.x1 - 0.2 * right.size or left.block != right.block:
        return False
    if not (left.upright and right.upright):
        return False
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    lower = min(left.y1 - left.y0, right.y1 - right.y0)
    close = abs(left.baseline - right.baseline) < 0.25 * max(left.size, right.size)
    return close or overlap > _SAME_ROW * lower


class _Speller:
    """Joins words by blanks, except beside Chinese without a wide gap.

    Typesetters part Chinese and Latin by a quarter of an em and stretch Chinese lines, which MuPDF
    takes for a blank now and then: the text would have blanks that no reader can see.
    """

    def __init__(self, words: list[str], boxes: Boxes) -> None:
        self._words = words
        self._boxes = boxes.tolist() if holds_cjk("".join(words)) else None

    def spell(self, start: int, end: int, size: float) -> str:
        """Return the text of `words[start:end]`, set in type of this size."""
        words, boxes = self._words, self._boxes
        if boxes is None or end - start == 1:
            return " ".join(words[start:end])
        em = max(size, 1e-6)
        parts = [words[start]]
        for at in range(start + 1, end):
            gap = (boxes[at][0] - boxes[at - 1][2]) / em
            if is_blank(words[at - 1][-1], words[at][0], gap):
                parts.append(" ")
            parts.append(words[at])
        return "".join(parts)


def _extend(line: Line, piece: Line) -> None:
    gap = piece.x0 - line.x1
    if gap > max(line.size, piece.size) and not starts_item(line.text):
        line.parted = True
    line.text = f"{line.text} {piece.text}"
    line.x0, line.y0 = min(line.x0, piece.x0), min(line.y0, piece.y0)
    line.x1, line.y1 = max(line.x1, piece.x1), max(line.y1, piece.y1)
    line.size = max(line.size, piece.size)
    line.mono = line.mono and piece.mono
    line.end_word = piece.end_word
