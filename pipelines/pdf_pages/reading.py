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
from dataclasses import dataclass
from typing import Literal

from pipelines.pdf_pages.extract import Line
from pipelines.pdf_pages.script import close_up, is_cjk, starts_item

_HYPHENATED = re.compile(r"([^\W\d_][\w\-]*)-$")
_WORD = re.compile(r"[^\W\d_][\w\-]*")
_LINK_ENDS = frozenset(":/.-_?&=%")  # links break after these
_BROKEN_LINK = re.compile(r"(?:https?:|ftp:)(?://\S*[/.\-_?&=%])?$")
_CLOSING = frozenset(".!?:;。！？：；")
_NARROWEST = 8  # em: narrower blocks are cells and labels, whose lines stay apart
_WIDEST_LEADING = 2.4  # em, from baseline to baseline
_RAGGED_CHINESE = 0.8  # of the block's width: an inline Latin word moved to the next line
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
    ordered = _bands_to_their_ends(_regroup(lines))
    if layout == "lines":
        return [Block(tuple(group), "\n".join(line.text for line in group)) for group in ordered]
    page = _Evidence(lines)
    return [Block(tuple(group), _join_block(group, page)) for group in ordered]


def _regroup(lines: list[Line]) -> list[list[Line]]:
    """Return MuPDF's blocks, those put together that are one paragraph set with wide leading."""
    groups: list[list[Line]] = []
    prose = [line for line in lines if _is_prose(line)]
    for line in lines:
        last = groups[-1][-1] if groups else None
        if last is not None and (last.block == line.block or _flows_on(groups[-1], line, prose)):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _flows_on(group: list[Line], line: Line, prose: list[Line]) -> bool:
    """Whether a line of another block carries on the paragraph that the group ends with."""
    last = group[-1]
    pitch = line.baseline - last.baseline
    if not 0 < pitch <= _WIDEST_LEADING * line.size:
        return False
    if not (_same_size(last.size, line.size) and _is_prose(last) and _is_prose(line)):
        return False
    if starts_item(line.text) or line.x0 > last.x0 + 3.5 * line.size:
        return False
    if len(group) > 1 and pitch > 1.2 * (last.baseline - group[-2].baseline):
        return False
    overlap = min(last.x1, line.x1) - max(last.x0, line.x0)
    if overlap < 0.5 * (line.x1 - line.x0):
        return False
    near, edge, size = 0.7 * line.size, last.x1, last.size
    edges = [other.x1 for other in prose if other.x0 < edge and _same_size(other.size, size)]
    sharing = sum([abs(other - edge) < near for other in edges])
    return sharing > _EDGE_SHARED_BY and edge + _needed(line) > max(edges)


def _is_prose(line: Line) -> bool:
    return line.upright and not (line.mono or line.parted)


def _same_size(left: float, right: float) -> bool:
    return abs(left - right) < 0.08 * right


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
    tops = [min([line.y0 for line in group]) for group in groups]
    bottoms = [max([line.y1 for line in group]) for group in groups]
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
        self._lines = lines
        self._words: frozenset[str] | None = None

    def has_word(self, word: str) -> bool:
        """Whether the page prints this word."""
        if self._words is None:
            text = "\n".join([line.text for line in self._lines])
            self._words = frozenset(_WORD.findall(text.lower()))
        return word.lower() in self._words


def _join_block(lines: list[Line], page: _Evidence) -> str:
    parts = [lines[0].text]
    if len(lines) == 1:
        return parts[0]
    if 2 * sum([line.mono for line in lines]) > len(lines):
        # Code with Chinese comments: some of its lines look like prose, none is.
        return "\n".join([line.text for line in lines])
    left, right = min([line.x0 for line in lines]), max([line.x1 for line in lines])
    for index in range(1, len(lines)):
        previous, line = lines[index - 1], lines[index]
        after = lines[index + 1] if index + 1 < len(lines) else None
        if _is_continued(previous, line, after, left, right):
            parts[-1] = _join(parts[-1], line.text, page)
        else:
            parts.append(line.text)
    return "\n".join(parts)


def _is_continued(
    previous: Line, line: Line, after: Line | None, left: float, right: float
) -> bool:
    if previous.mono or line.mono or previous.parted or line.parted:
        return False
    if not (previous.upright and line.upright) or line.baseline <= previous.baseline:
        return False
    if starts_item(line.text) or right - left < _NARROWEST * line.size:
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
    first, length = line.text.find(" "), len(line.text)
    return ((length if first < 0 else first) + 1) * (line.x1 - line.x0) / length


def _reads_on(previous: Line, line: Line, left: float, right: float) -> bool:
    """Whether a ragged line goes on in the next: no full stop, then small letters or Chinese."""
    width, end = (previous.x1 - previous.x0) / (right - left), previous.text[-1]
    if end in _CLOSING:
        return False
    if is_cjk(line.text[0]):
        return width > _RAGGED_CHINESE and is_cjk(end)
    return width > 0.6 and line.text[0].islower()


def _join(head: str, tail: str, page: _Evidence) -> str:
    # Only the last word is searched: a paragraph's text grows line by line.
    if head[-1] in _LINK_ENDS and _BROKEN_LINK.search(head, head.rfind(" ") + 1):
        return head + tail
    if head[-1] == "-" and len(head) > 1:
        return _join_hyphen(head, tail, page)
    if is_cjk(head[-1]) or is_cjk(tail[0]):
        return head + tail
    return f"{head} {tail}"


def _join_hyphen(head: str, tail: str, page: _Evidence) -> str:
    before, after = _HYPHENATED.search(head, head.rfind(" ") + 1), _WORD.match(tail)
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
