"""Reading our markdown back: its normal form, checked by writing what was read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.latex_pages.content.nodes import (
    Block,
    Blocks,
    Display,
    Footnote,
    Heading,
    Inlines,
    Item,
    ItemList,
    Matrix,
    Paragraph,
    Quote,
    Text,
)
from pipelines.latex_pages.content.parsing import parse_blocks
from pipelines.latex_pages.forms.displays import INNER
from pipelines.latex_pages.forms.form import SLOT_BASE
from pipelines.latex_pages.forms.labels import escape_mark
from pipelines.latex_pages.forms.layout import MAX_LISTS, MAX_NESTING
from pipelines.latex_pages.forms.markdown import BULLET, ITEM_LABEL, inlines_markdown
from pipelines.latex_pages.forms.markdown_blocks import INDENT, blocks_markdown
from pipelines.latex_pages.forms.mathpix_lines import parse_inlines, unescape
from pipelines.latex_pages.forms.slots import Slots

_LEVELS: dict[str, Literal[1, 2, 3, 4]] = {
    "section": 1,
    "subsection": 2,
    "subsubsection": 3,
    "paragraph": 4,
}
_HEADING = re.compile(r"\\(section|subsection|subsubsection|paragraph)\*?\{(.*)\}")
_BEGIN = re.compile(r"\\begin\{(tabular|(?:equation|align|gather|multline|flalign|alignat)\*?)\}")
_NOTE = re.compile(r"\[\^((?:[^\\\]\n]|\\.){1,40})\]:(?: |$)")
_OUTER = {inner: outer for outer, inner in INNER.items() if outer != "alignat"}
_SLOT = re.compile("[\ue000-\ue7ff]")


MAX_FENCED = 1000
"""Lines of a display or a table."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a page's markdown says.

    Attributes:
        blocks: in reading order; numbers of items and equations are the author's own labels.
        marks: labels of the footnotes' marks, in reading order.
        notes: the notes at the end, with their labels.
    """

    blocks: Blocks
    marks: tuple[str, ...] = ()
    notes: tuple[tuple[str, Inlines], ...] = ()


def parse(markdown: str) -> Parsed:
    """Return what markdown in our normal form says; other Mathpix markdown is read as far as it is.

    Raises:
        Refusal: a formula or a table that no node can say.
    """
    return _Page(markdown).parsed()


def write(parsed: Parsed) -> str:
    """Return the markdown of what was read."""
    slots = Slots()
    text = blocks_markdown(parsed.blocks, slots)
    labels = _labels(slots.kinds, parsed.marks)
    text = _SLOT.sub(lambda slot: labels[ord(slot[0]) - SLOT_BASE], text)
    notes = [
        f"[^{escape_mark(label)}]: {inlines_markdown(body, Slots())}".rstrip(" ")
        for label, body in parsed.notes
    ]
    return "\n\n".join(filter(None, (text, *notes)))


def normal(markdown: str) -> str:
    """Return markdown in its normal form.

    Raises:
        Refusal: a formula or a table that no node can say.
    """
    return write(parse(markdown))


def _labels(kinds: list[str], marks: tuple[str, ...]) -> list[str]:
    left = iter(marks)
    return [escape_mark(next(left)) if kind == "footnote" else BULLET for kind in kinds]


class _Page:
    def __init__(self, markdown: str) -> None:
        lines = markdown.replace("\r\n", "\n").split("\n")
        self._marks: list[str] = []
        self._notes: list[tuple[str, str]] = []
        self._bodies: dict[str, Inlines] = {}
        body = self._take_notes(lines)
        self._read_notes = tuple(
            (label, parse_inlines(text, self._nested_mark)) for label, text in self._notes
        )
        for label, inlines in self._read_notes:
            self._bodies.setdefault(label, inlines)
        self._lines = body

    def parsed(self) -> Parsed:
        blocks = self._blocks(self._lines, 0, 0)
        return Parsed(blocks, tuple(self._marks), self._read_notes)

    def _take_notes(self, lines: list[str]) -> list[str]:
        body = []
        for line in lines:
            found = _NOTE.match(line)
            if found is None:
                body.append(line)
            else:
                self._notes.append((unescape(found[1]), line[found.end() :]))
        return body

    def _nested_mark(self, label: str) -> Footnote:
        raise ValueError(f"a footnote inside a footnote: {label}")

    def _mark(self, label: str) -> Footnote:
        self._marks.append(label)
        return Footnote(self._bodies.get(label, ()))

    def _inlines(self, text: str) -> Inlines:
        return parse_inlines(text, self._mark)

    # ------------------------------------------------------------ blocks

    def _blocks(self, lines: list[str], lists: int, depth: int) -> Blocks:
        blocks: list[Block] = []
        at = 0
        while at < len(lines):
            line = lines[at]
            if not line.strip(" "):
                at += 1
                continue
            heading = _HEADING.fullmatch(line.rstrip(" "))
            if heading is not None:
                title = self._inlines(heading[2])
                blocks.append(Heading(_LEVELS[heading[1]], title))
                at += 1
            elif (end := _fenced(lines, at)) > at:
                blocks.extend(_read_latex("\n".join(lines[at:end])))
                at = end
            elif line.startswith(">") and depth < MAX_NESTING:
                end = at
                while end < len(lines) and lines[end].startswith(">"):
                    end += 1
                inner = [_unquoted(quoted) for quoted in lines[at:end]]
                blocks.append(Quote(self._blocks(inner, lists, depth + 1)))
                at = end
            elif _item_start(line) and depth < MAX_NESTING and lists < MAX_LISTS:
                found, at = self._list(lines, at, lists, depth)
                blocks.append(found)
            else:
                text, at = _paragraph(lines, at)
                body = self._inlines(text)
                if body:
                    blocks.append(Paragraph(body))
        return tuple(blocks)

    def _list(self, lines: list[str], at: int, lists: int, depth: int) -> tuple[Block, int]:
        items: list[Item] = []
        bulleted = _item_start(lines[at]) == BULLET
        while at < len(lines):
            label = _item_start(lines[at])
            if not label or (label == BULLET and not bulleted and items):
                break
            end = _item_end(lines, at)
            first = lines[at][len(label) :].removeprefix(" ")
            inner = [first, *(line.removeprefix(INDENT) for line in lines[at + 1 : end])]
            body = self._blocks(inner, lists + 1, depth + 1)
            items.append(Item(body, None if label == BULLET else (Text(label),)))
            at = end
        return ItemList("itemize" if bulleted else "enumerate", tuple(items)), at


def _item_start(line: str) -> str:
    """The label of an item that begins here, or ""."""
    if line == BULLET or line.startswith(BULLET + " "):
        return BULLET
    found = ITEM_LABEL.match(line)
    return "" if found is None else found[0]


def _item_end(lines: list[str], at: int) -> int:
    """Index of the line after an item: its lines are indented, blank ones only among them."""
    end = at + 1
    while end < len(lines):
        if lines[end].startswith(INDENT):
            end += 1
        elif not lines[end] and end + 1 < len(lines) and lines[end + 1].startswith(INDENT):
            end += 2
        else:
            break
    return end


def _unquoted(line: str) -> str:
    return line[1:].removeprefix(" ")


def _fenced(lines: list[str], at: int) -> int:
    """Index of the line after the display or table that begins here; `at` if none does."""
    line = lines[at].strip(" ")
    if line.startswith("\\["):
        if line.endswith("\\]") and not line.endswith("\\\\]") and len(line) > 3:
            return at + 1
        last = "\\]"
    else:
        found = _BEGIN.match(line)
        if found is None:
            return at
        last = f"\\end{{{found[1]}}}"
        if line.endswith(last):
            return at + 1
    for end in range(at + 1, min(len(lines), at + MAX_FENCED)):
        if lines[end].strip(" ") == last:
            return end + 1
        if not lines[end]:
            break
    return at


def _paragraph(lines: list[str], at: int) -> tuple[str, int]:
    """A paragraph's text, with what is broken or wrapped below its first line."""
    parts = [lines[at].strip(" ")]
    at += 1
    while at < len(lines):
        before, line = parts[-1], lines[at].strip(" ")
        slashes = len(before) - len(before.rstrip("\\"))
        if slashes % 2 == 0 and (not line or _starts_block(lines, at)):
            break
        parts.append(line)
        at += 1
    return "\n".join(parts), at


def _starts_block(lines: list[str], at: int) -> bool:
    line = lines[at]
    return bool(
        line.startswith(">")
        or _item_start(line)
        or _HEADING.fullmatch(line)
        or _fenced(lines, at) > at
    )


def _read_latex(text: str) -> Blocks:
    """Displays and tables; a display of nothing but aligned rows is an `align`."""
    return tuple(_opened(block) for block in parse_blocks(text))


def _opened(block: Block) -> Block:
    if not isinstance(block, Display) or block.environment != "equation" or any(block.numbered):
        return block
    formula = block.rows[0][0]
    if len(formula) == 1 and isinstance(formula[0], Matrix):
        matrix = formula[0]
        if matrix.environment in _OUTER:
            count = len(matrix.rows)
            outer = _OUTER[matrix.environment]
            return replace(
                block,
                environment=outer,
                rows=matrix.rows,
                numbered=(False,) * count,
                tags=("",) * count,
            )
    return block
