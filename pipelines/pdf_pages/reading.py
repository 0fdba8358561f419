"""From lines to the target text.

Normal form: lines and unjoined rows are parted by one line break, blocks by one blank line.
MuPDF makes a block of every line where the leading is wide, as in Chinese books, so blocks are put
together again where a full line is followed by one of the same size.

`paragraphs` joins a line with the next one of its block only where the break was forced by the
right edge (the next line's first word would not have fitted), or where the next one goes on in
small letters. Code (monospaced), rows of cells, list items and indented new paragraphs keep their
breaks. Latin lines join with a blank, Chinese ones without.

A hyphen at a joined line's end goes away between small letters, unless the page itself prints the
compound elsewhere, the first part is a usual first member of compounds ("well-") or holds a
hyphen already. Nothing is joined across blocks, columns or pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.pdf_pages.extract import Line
from pipelines.pdf_pages.script import close_up, is_cjk, starts_item

_HYPHENATED = re.compile(r"([^\W\d_][\w\-]*)-$")
_WORD = re.compile(r"[^\W\d_][\w\-]*")
_BROKEN_LINK = re.compile(r"(?:https?:|ftp:)(?://\S*[/.\-_?&=%])?$")  # links break after these
_CLOSING = frozenset(".!?:;。！？：；")
_NARROWEST = 8  # em: narrower blocks are cells and labels, whose lines stay apart
_WIDEST_LEADING = 2.4  # em, from baseline to baseline
_HANGING = 6.0  # em: deepest indent of an entry's further lines
_CODE_END = re.compile(r"\\.*[{}%\\]$")
_STOPS = frozenset("。！？")
_EDGE_SHARED_BY = 2  # lines with the same right edge make it the edge of the column
_COMPOUND_STARTS = re.compile(  # hardly ever the first half of one word
    "all|cross|double|ex|extra|four|full|half|hard|high|home|ill|left|light|long|low|multi|non|off|"
    "one|open|quasi|real|right|self|semi|short|single|so|soft|three|time|two|ultra|up|user|well",
    re.IGNORECASE,
)

Layout = Literal["paragraphs", "lines"]


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the target: its lines and its text."""

    lines: tuple[Line, ...]
    text: str


def read_blocks(lines: list[Line], layout: Layout) -> list[Block]:
    """Group lines into blocks in reading order and give each its text."""
    lines = mend(lines)
    ordered = _bands_to_their_ends([_margin_first(group) for group in _regroup(lines)])
    if layout == "lines":
        return [Block(tuple(group), "\n".join(line.text for line in group)) for group in ordered]
    page = _Evidence(lines)
    return [Block(tuple(group), _join_block(group, page)) for group in ordered]


def mend(lines: list[Line]) -> list[Line]:
    """Put a lowered or raised letter back between the two pieces of its line, as in logos."""
    mended: list[Line] = []
    moved: dict[int, int] = {}  # the rest of a mended line's block goes with it
    for line in lines:
        if line.block in moved:
            line = replace(line, block=moved[line.block])
        if len(mended) > 1 and len(mended[-1].text) <= 2 and _holds(mended[-2], mended[-1], line):
            raised, left = mended.pop(), mended.pop()
            if line.block != left.block:
                moved[line.block] = left.block
            line = replace(
                line,
                text=left.text
                + _gap(left.x1, raised.x0, line.size)
                + raised.text
                + _gap(raised.x1, line.x0, line.size)
                + line.text,
                block=left.block,
                x0=left.x0,
                y0=min(left.y0, raised.y0, line.y0),
                y1=max(left.y1, raised.y1, line.y1),
                parted=left.parted or line.parted,
                first_word=left.first_word,
                font=left.font if left.font == line.font else "",
            )
        mended.append(line)
    return mended


def _holds(left: Line, raised: Line, right: Line) -> bool:
    """Whether a letter or two stand between two pieces of one line, off its baseline."""
    return (
        raised.text.isalpha()
        and left.end_word == raised.first_word
        and raised.end_word == right.first_word
        and abs(left.baseline - right.baseline) < 0.02 * right.size
        and abs(raised.x0 - left.x1) < 0.35 * right.size
        and abs(right.x0 - raised.x1) < 0.35 * right.size
        and min(raised.y1, right.y1) - max(raised.y0, right.y0) > 0.4 * (raised.y1 - raised.y0)
    )


def _gap(left: float, right: float, size: float) -> str:
    return " " if right - left > 0.2 * size else ""


def _regroup(lines: list[Line]) -> list[list[Line]]:
    """Return MuPDF's blocks, those put together that are one paragraph set with wide leading."""
    groups: list[list[Line]] = []
    for line in lines:
        last = groups[-1][-1] if groups else None
        if last is not None and (last.block == line.block or _flows_on(groups[-1], line, lines)):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _margin_first(group: list[Line]) -> list[Line]:
    """Move lines that stand beside the block, in the left margin, before it."""
    aside: list[int] = []
    for at in range(1, len(group)):
        line, before = group[at], group[at - 1]
        begins = before.x0 > line.x1 and min(before.y1, line.y1) - max(before.y0, line.y0) > 0
        goes_on = at - 1 in aside and line.x1 < group[aside[0] - 1].x0
        if begins or (goes_on and line.x1 < group[-1].x0):
            aside.append(at)
    if not aside or len(group) - len(aside) < 2:
        return group
    edge = min(line.x0 for at, line in enumerate(group) if at not in aside)
    if edge < max(group[at].x1 for at in aside):
        return group
    return [group[at] for at in aside] + [line for at, line in enumerate(group) if at not in aside]


def _flows_on(group: list[Line], line: Line, page: list[Line]) -> bool:
    """Whether a line of another block carries on the paragraph that the group ends with."""
    last = group[-1]
    pitch = line.baseline - last.baseline
    if not 0 < pitch <= _WIDEST_LEADING * line.size or not _alike(last, line):
        return False
    if starts_item(line.text) or line.x0 > (last.tail or last.x0) + 3.5 * line.size:
        return False
    if len(group) > 1 and pitch > 1.2 * (last.baseline - group[-2].baseline):
        return False
    if _runs_over(last, line, page):
        return True
    if last.parted:
        return False
    overlap = min(last.x1, line.x1) - max(last.x0, line.x0)
    if overlap < 0.5 * (line.x1 - line.x0):
        return False
    near = 0.7 * line.size
    edges = [other.x1 for other in page if other.x0 < last.x1 and _alike(other, last)]
    sharing = sum(abs(edge - last.x1) < near for edge in edges)
    return sharing > _EDGE_SHARED_BY and last.x1 + _needed(line) > max(edges)


def _alike(left: Line, right: Line) -> bool:
    """Whether two lines can be of one paragraph by their type."""
    return (
        abs(left.size - right.size) < 0.08 * right.size
        and left.upright
        and right.upright
        and not (left.mono or right.mono or right.parted or _new_type(left, right))
        and _CODE_END.search(left.text) is None
    )


def _runs_over(last: Line, line: Line, page: list[Line]) -> bool:
    """Whether a Chinese line breaks off at the edge of its column and this one takes it up.

    The edge is one that three lines come near, since lines of mixed scripts are set ragged.
    """
    if last.text[-1] in _CLOSING or line.parted or starts_item(line.text):
        return False
    if not (is_cjk(last.text[-1]) or is_cjk(line.text[0])) or not _has_chinese(last.text):
        return False
    if not _takes_up(last, line):
        return False
    edges = [other.x1 for other in page if other.x0 < last.x1 and other.x1 > last.x0]
    far = max(edges)
    near = sum(edge > far - 2.5 * last.size for edge in edges)
    enough = _EDGE_SHARED_BY - (last.block == line.block)
    return near > enough and last.x1 > far - 2.3 * last.size


def _takes_up(last: Line, line: Line) -> bool:
    """Whether a line begins where the next one of a paragraph may: at the left or hanging."""
    indent = line.x0 - last.x0
    if not last.parted:
        return -_HANGING < indent / line.size < _HANGING
    hangs = 0.6 < indent / line.size < _HANGING and last.block == line.block
    return hangs or abs(line.x0 - last.tail) < 0.5 * line.size


def _has_chinese(text: str) -> bool:
    return not text.isascii() and max(text) >= "\u2e80"


def _new_type(left: Line, right: Line) -> bool:
    """Whether two lines of one script are each set in a font of its own, as a heading is."""
    return bool(
        left.font
        and right.font
        and left.font != right.font
        and is_cjk(left.text[0]) == is_cjk(right.text[0])
    )


def whole_text(blocks: list[Block]) -> str:
    """Return the target text."""
    return "\n\n".join(block.text for block in blocks)


def join_lines(texts: list[str], page: list[Line]) -> str:
    """Join all lines of an element as those of a paragraph are."""
    evidence = _Evidence(page)
    joined = ""
    for text in map(close_up, texts):
        if text:
            joined = _join(joined, text, evidence) if joined else text
    return joined


def _bands_to_their_ends(groups: list[list[Line]]) -> list[list[Line]]:
    """Move a footer that was drawn first to the end, and a header that was drawn last to the top.

    Word processors draw both before the body, page overlays after it; moved is only a block that
    lies wholly below (above) every other one.
    """
    if len(groups) < 3:
        return groups
    tops = [min(line.y0 for line in group) for group in groups]
    bottoms = [max(line.y1 for line in group) for group in groups]
    for index in (0, 1):
        others = bottoms[:index] + bottoms[index + 1 :]
        if tops[index] >= max(others):
            return [*groups[:index], *groups[index + 1 :], groups[index]]
    for index in (len(groups) - 1, len(groups) - 2):
        others = tops[:index] + tops[index + 1 :]
        if bottoms[index] <= min(others):
            return [groups[index], *groups[:index], *groups[index + 1 :]]
    return groups


class _Evidence:
    """What the page itself says about spelling, worked out only when asked."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self._words: frozenset[str] | None = None

    def has_word(self, word: str) -> bool:
        """Whether the page prints this word."""
        if self._words is None:
            text = "\n".join([line.text for line in self.lines])
            self._words = frozenset(_WORD.findall(text.lower()))
        return word.lower() in self._words


def _join_block(lines: list[Line], page: _Evidence) -> str:
    parts = [lines[0].text]
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    flush_right = _is_flush_right(lines)
    begins = True  # the part has one line so far
    for index in range(1, len(lines)):
        previous, line = lines[index - 1], lines[index]
        after = lines[index + 1] if index + 1 < len(lines) else None
        headed = begins and _new_type(previous, line)
        begins = (
            flush_right or headed or not _is_continued(previous, line, after, left, right, page)
        )
        if begins:
            parts.append(line.text)
        else:
            parts[-1] = _join(parts[-1], line.text, page)
    return "\n".join(parts)


def _is_flush_right(lines: list[Line]) -> bool:
    """Whether a block is set ragged at its left, as addresses and signatures are."""
    if len(lines) < 3:
        return False
    size = lines[0].size
    ends = [line.x1 for line in lines]
    starts = [line.x0 for line in lines[1:]]
    return max(ends) - min(ends) < 0.1 * size and max(starts) - min(starts) > size


def _is_centred(previous: Line, line: Line) -> bool:
    """Whether two lines share their middle but neither edge, as displayed formulas do."""
    shift = abs(previous.x0 - line.x0)
    middles = previous.x0 + previous.x1 - line.x0 - line.x1
    return shift > 0.3 * line.size and abs(middles) < 0.1 * line.size


def _is_continued(
    previous: Line,
    line: Line,
    after: Line | None,
    left: float,
    right: float,
    page: _Evidence,
) -> bool:
    if previous.mono or line.mono or line.parted or _CODE_END.search(previous.text):
        return False
    if not (previous.upright and line.upright) or line.baseline <= previous.baseline:
        return False
    if starts_item(line.text) or right - left < _NARROWEST * line.size:
        return False
    if abs(previous.size - line.size) > 0.15 * line.size or _is_centred(previous, line):
        return False
    if _runs_over(previous, line, page.lines):
        return True
    if previous.parted:
        return False
    if previous.text[-1] in _STOPS and previous.x1 < right - 1.1 * line.size:
        return False
    indent = 0.6 * line.size
    if line.x0 > previous.x0 + indent and not starts_item(previous.text):
        hangs = after is not None and after.x0 > left + indent
        if previous.x0 > left + indent or not hangs:
            return False
    return previous.x1 + _needed(line) > right or _reads_on(previous, line, left, right)


def _needed(line: Line) -> float:
    """Width that the line's first word, with a blank, would have taken on the line before."""
    if is_cjk(line.text[0]):
        return 2.2 * line.size  # punctuation may not begin a line, so one character more can move
    first = len(line.text.split(" ", 1)[0])
    return (first + 1) * (line.x1 - line.x0) / len(line.text)


def _reads_on(previous: Line, line: Line, left: float, right: float) -> bool:
    """Whether a line set ragged goes on in the next: small letters after no full stop."""
    long_enough = previous.x1 - previous.x0 > 0.6 * (right - left)
    return long_enough and line.text[0].islower() and previous.text[-1] not in _CLOSING


def _join(head: str, tail: str, page: _Evidence) -> str:
    if _BROKEN_LINK.search(head):
        return head + tail
    if head[-1] == "-" and len(head) > 1:
        return _join_hyphen(head, tail, page)
    if is_cjk(head[-1]) or is_cjk(tail[0]):
        return head + tail
    return f"{head} {tail}"


def _join_hyphen(head: str, tail: str, page: _Evidence) -> str:
    before, after = _HYPHENATED.search(head), _WORD.match(tail)
    if before is None:
        return f"{head} {tail}" if head.endswith(" -") else head + tail
    if after is None or not tail[0].islower():
        return head + tail
    start, end = before.group(1), after.group(0)
    if page.has_word(start + end):
        return head[:-1] + tail
    is_compound = (
        "-" in start
        or _COMPOUND_STARTS.fullmatch(start) is not None
        or page.has_word(f"{start}-{end}")
    )
    return head + tail if is_compound else head[:-1] + tail
