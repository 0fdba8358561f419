"""Read words, lines and blocks with their boxes from a page's display list, in stream order.

Two C++ calls of MuPDF: `extractWORDS` for words and boxes, `extractDICT` for what words lack (font
size, direction, visibility, control characters). Stream order is kept: sorting by position costs
three times as much and destroys two-column pages. Boxes are in points of the page as displayed,
rotation and crop box included: as wide as the glyphs' advance, as high as their ink.

The flag that fills unknown glyphs with their code (MuPDF's default) stays off: it gives plausible
wrong characters. Without it they are U+FFFD and can be counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf

from pipelines.pdf_pages.charset import codes_of
from pipelines.pdf_pages.edges import read_seen
from pipelines.pdf_pages.normalise import SOFT_HYPHEN, normalise
from pipelines.pdf_pages.script import (
    is_blank,
    is_drawing,
    is_monospaced,
    opens_comment,
    starts_item,
)

FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP | pymupdf.TEXT_ACCURATE_BBOXES
_INK_FLAGS = pymupdf.mupdf.FZ_STEXT_FILLED | pymupdf.mupdf.FZ_STEXT_STROKED
_NAMELESS_TYPE3 = "Unnamed-T3"
_NO_BREAK_SPACE = 0xA0
_NO_DETAILS = (0.0, 0.0, False, True, "")  # of a line without area; its page is refused
_UPRIGHT = 0.999  # cosine of the writing direction: 2.5 degrees
_CODE_BLANK = 0.2  # em: blanks of code are as wide as a letter
_STOP_GAP = 0.5  # em: justified sentences part a little more than words
_CJK_FROM = "\u2e80"
_is_monospaced = lru_cache(maxsize=512)(is_monospaced)
_SAME_ROW = 0.5  # of the lower line's height must overlap for two pieces to be one printed line

Boxes = npt.NDArray[np.float64]


@dataclass(slots=True)
class Line:
    """One printed line of a block; pieces that stand on one row are one line.

    Attributes:
        text: normalised, words joined by one blank.
        block: index of its block.
        x0, y0, x1, y1: box in points.
        baseline: y of the first piece's origin, in points.
        size: font size in points, the largest of the line's text.
        mono: code: set in a monospaced font but for a comment or a few words of another.
        upright: written from left to right.
        parted: pieces stand apart on the row, as cells of a table do.
        first_word, end_word: its words are `words[first_word:end_word]`.
        font: name of the font that begins and ends the line and sets most of it, or "".
        tail: where the last of the parted pieces begins.
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
    font: str = ""
    tail: float = 0.0


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
        cut: share of the characters of its lines that an edge of the page or a clip cuts; what
            lies wholly outside is no part of `words`, `lines` and `raw`.
        lost: characters that stand in MuPDF's lines or in its words but not in both (their boxes
            have no area): positions and lines of such a page cannot be trusted; and glyphs that
            their font calls line breaks.
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
    cut: float
    lost: int

    def word_lengths(self) -> npt.NDArray[np.int64]:
        """Return the number of characters of each word."""
        return np.fromiter(map(len, self.words), np.int64, len(self.words))


@dataclass(slots=True)
class _Pieces:
    """MuPDF's lines while they are being collected."""

    keys: list[tuple[int, int]] = field(default_factory=list)
    details: list[tuple[float, float, bool, bool, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    hidden: dict[str, int] = field(default_factory=dict)
    rotated: int = 0
    drawn: set[tuple[int, int]] = field(default_factory=set)


def read_text(display_list: pymupdf.DisplayList) -> PageText:
    """Read a page's text."""
    seen = read_seen(display_list, FLAGS)
    raw_words = seen.words
    pieces = _collect(seen.blocks)
    if pieces.drawn:
        raw_words = [word for word in raw_words if word[5:7] not in pieces.drawn]
    raw = "\n".join(pieces.texts)
    words, kept = _normalise_words(raw_words)
    boxes = np.array([word[:4] for word in kept], np.float64).reshape(-1, 4)
    lines, piece_boxes, piece_chars = _lines(words, boxes, kept, pieces)
    total = sum(pieces.counts)
    in_words = sum([len(word[4]) for word in raw_words])
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
        total=total,
        cut=seen.cut,
        lost=abs(_count_solid(raw) - in_words) + _breaks_inside(raw, pieces),
    )


def _collect(blocks: list[dict[str, Any]]) -> _Pieces:
    pieces = _Pieces()
    for block in blocks:
        block_number = block["number"]
        for line_number, line in enumerate(block.get("lines", ())):
            if len(line["spans"]) == 1 and _is_drawn(line["spans"][0]):
                pieces.drawn.add((block_number, line_number))
                continue
            cosine = line["dir"][0]
            size, baseline, texts = 0.0, 0.0, []
            type_ = _Type()
            for span in line["spans"]:
                text, font = span["text"], span["font"]
                count = len(text) - text.count(" ")
                texts.append(text)
                if not count:
                    continue
                span_size = span["size"]
                pieces.sizes.append(span_size)
                pieces.counts.append(count)
                if not span["alpha"] or not span["char_flags"] & _INK_FLAGS:
                    pieces.hidden[font] = pieces.hidden.get(font, 0) + count
                if cosine < _UPRIGHT:
                    pieces.rotated += count
                if span_size > size:
                    size, baseline = span_size, span["origin"][1]
                type_.add(font, text, count, span["flags"])
            pieces.keys.append((block_number, line_number))
            pieces.details.append((size, baseline, type_.is_code, cosine >= _UPRIGHT, type_.font))
            pieces.texts.append("".join(texts))
    return pieces


@dataclass(slots=True)
class _Type:
    """What a line is set in, while its spans are read."""

    first: str = ""
    last: str = ""
    longest: str = ""
    most: int = 0
    code: int = 0
    latin: int = 0
    cjk: int = 0
    comments: bool = False
    sentence: bool = False

    def add(self, font: str, text: str, count: int, flags: int) -> None:
        """Count a span."""
        self.first, self.last = self.first or font, font
        if count > self.most:
            self.most, self.longest = count, font
        if flags & pymupdf.TEXT_FONT_MONOSPACED or _is_monospaced(font):
            self.code += count
            self.comments = self.comments or (
                self.code == count and self.first == font and opens_comment(text)
            )
        elif not text.isascii() and max(text) >= _CJK_FROM:
            self.cjk += count
            self.sentence = self.sentence or "，" in text or "。" in text or "、" in text
        elif not self.comments:
            self.latin += count

    @property
    def is_code(self) -> bool:
        """Whether the line is code."""
        most = (0.1 if self.sentence else 1) * self.code
        return self.code > 3 * self.latin and (self.comments or self.cjk <= most)

    @property
    def font(self) -> str:
        """The one font of a line that is set in it but for some words."""
        return self.first if self.first == self.last == self.longest else ""


def painted_fonts(page: pymupdf.Page) -> frozenset[str]:
    """Return names, as MuPDF gives them, of Type 3 fonts: no rendering mode hides their glyphs."""
    fonts = page.get_fonts()
    others = {font[3].partition("+")[2] or font[3] for font in fonts if font[2] != "Type3"}
    return frozenset(font[3] or _NAMELESS_TYPE3 for font in fonts if font[2] == "Type3") - others


def _is_drawn(span: dict[str, Any]) -> bool:
    """Whether a line is a piece of a drawing, from a font of such pieces."""
    text = span["text"][:1]
    return bool(text) and (text < " " or text == "\ufffd") and is_drawing(span["font"])


def _breaks_inside(raw: str, pieces: _Pieces) -> int:
    """Count line breaks that stand for glyphs: those that `raw` was not joined with."""
    return raw.count("\n") - max(0, len(pieces.texts) - 1)


def _count_solid(raw: str) -> int:
    """Count the characters that do not part words in MuPDF's eyes."""
    codes = codes_of(raw)
    return int(((codes > ord(" ")) & (codes != _NO_BREAK_SPACE)).sum())


def _normalise_words(raw_words: list[Any]) -> tuple[list[str], list[Any]]:
    """Return normalised words and their rows; words of invisible characters only are left out."""
    joined = "\n".join([word[4] for word in raw_words])
    if joined.isascii():
        return joined.split("\n") if raw_words else [], raw_words
    if SOFT_HYPHEN in joined:
        joined = _with_line_ends(raw_words)
    words = [word.strip(" ") for word in normalise(joined).split("\n")]
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


def _lines(
    words: list[str], boxes: Boxes, rows: list[Any], pieces: _Pieces
) -> tuple[list[Line], Boxes, npt.NDArray[np.int64]]:
    """Group words into MuPDF's lines, and those that share a row of their block into one."""
    if not rows:
        return [], boxes, np.zeros(0, np.int64)
    keys = [row[5:7] for row in rows]
    starts = [0, *(at for at in range(1, len(keys)) if keys[at] != keys[at - 1])]
    piece_boxes = np.concatenate(
        (
            np.minimum.reduceat(boxes[:, :2], starts, axis=0),
            np.maximum.reduceat(boxes[:, 2:], starts, axis=0),
        ),
        axis=1,
    )
    details = dict(zip(pieces.keys, pieces.details, strict=True))
    lines: list[Line] = []
    chars: list[int] = []
    ends = [*starts[1:], len(rows)]
    for start, end, box in zip(starts, ends, piece_boxes.tolist(), strict=True):
        size, baseline, mono, upright, font = details.get(keys[start], _NO_DETAILS)
        text = _spell(words, boxes, start, end, size, mono)
        chars.append(len(text) - text.count(" ") - text.count("."))
        x0, y0, x1, y1 = box
        line = Line(
            text,
            keys[start][0],
            x0,
            y0,
            x1,
            y1,
            baseline,
            size,
            mono,
            upright,
            False,
            start,
            end,
            font,
        )
        if lines and _same_row(lines[-1], line):
            _extend(lines[-1], line)
        else:
            lines.append(line)
    return lines, piece_boxes, np.array(chars, np.int64)


def _same_row(left: Line, right: Line) -> bool:
    """Whether the second piece stands to the right of the first on the same row of its block."""
    if left.block != right.block or not (left.upright and right.upright):
        return False
    if right.x0 < left.x1 - 0.2 * right.size:
        return False
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    lower = min(left.y1 - left.y0, right.y1 - right.y0)
    close = abs(left.baseline - right.baseline) < 0.25 * max(left.size, right.size)
    return close or overlap > _SAME_ROW * lower


def _spell(words: list[str], boxes: Boxes, start: int, end: int, size: float, code: bool) -> str:
    """Join words by blanks, except beside Chinese without a wide gap.

    Typesetters part Chinese and Latin by a quarter of an em and stretch Chinese lines, which MuPDF
    takes for a blank now and then: the text would have blanks that no reader can see.
    """
    text = " ".join(words[start:end])
    if text.isascii() or end - start == 1:
        return text
    parts = [words[start]]
    for at in range(start + 1, end):
        gap = (boxes[at, 0] - boxes[at - 1, 2]) / max(size, 1e-6)
        blank = is_blank(words[at - 1][-1], words[at][0], float(gap) + code * _CODE_BLANK)
        parts.append(f" {words[at]}" if blank else words[at])
    return "".join(parts)


def _extend(line: Line, piece: Line) -> None:
    gap, size = piece.x0 - line.x1, max(line.size, piece.size)
    after_stop = line.text[-1] in ".!?:;," and line.text[-3:-1] not in (" .", "..", ". ")
    if gap > size * (1 + after_stop * _STOP_GAP) and not starts_item(line.text):
        line.parted, line.tail = True, piece.x0
    line.font = line.font if line.font == piece.font else ""
    line.text = f"{line.text} {piece.text}"
    line.x0, line.y0 = min(line.x0, piece.x0), min(line.y0, piece.y0)
    line.x1, line.y1 = max(line.x1, piece.x1), max(line.y1, piece.y1)
    line.size = max(line.size, piece.size)
    line.mono = line.mono and piece.mono
    line.end_word = piece.end_word
