"""Running text as Mathpix markdown, in one normal form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pipelines.latex_pages.content.nodes import (
    Break,
    Footnote,
    Inlines,
    Math,
    Script,
    Styled,
    Text,
)
from pipelines.latex_pages.forms.latex import MARKDOWN, formula_latex, inline_math

if TYPE_CHECKING:
    from pipelines.latex_pages.forms.slots import Slots

LINE_BREAK = "\\\n"
BULLET = "-"
"""What stands for any bullet of the page."""
SCRIPT_TAGS = {"super": "sup", "sub": "sub"}

# Signs that would be read as markup wherever they stand; `<` and `^` only before what follows.
_SPECIAL = re.compile(r"[\\*`$_]|(?<=\[)\^|<(?=/?su[pb]>)")

_NUMBER = r"(?:[0-9]{1,4}|[A-Za-z]|[ivxlc]{1,8}|[IVXLC]{1,8})(?:\.[0-9]{1,4}){0,4}"
_HAN = "[一二三四五六七八九十]{1,3}"
ITEM_LABEL = re.compile(
    rf"(?:\({_NUMBER}\)|{_NUMBER}[.)]|（(?:{_NUMBER}|{_HAN})）|(?:{_NUMBER}|{_HAN})、|[①-⑳])(?= |$)"
)
"""The label of an enumerated item at the start of its line."""

_BLOCK_SIGN = re.compile(r"#{1,6}(?= |$)|>|[-+=](?=[-+= ]|$)")
_NOTE_SIGN = re.compile(r"\[\^(?:[^\\\]]|\\.)*\](?=:)")


def escape_text(text: str) -> str:
    """Return running text in which nothing would be read as markup, but for a line's start."""
    return _SPECIAL.sub(lambda match: "\\" + match[0], text)


def escape_start(line: str) -> str:
    """Return a line of a paragraph that cannot be read as the start of another block."""
    if _BLOCK_SIGN.match(line):
        return "\\" + line
    match = ITEM_LABEL.match(line)
    if match is not None:
        return f"{line[: match.end() - 1]}\\{line[match.end() - 1 :]}"
    match = _NOTE_SIGN.match(line)
    if match is not None:
        return f"{line[: match.end()]}\\{line[match.end() :]}"
    return line


class _Run(NamedTuple):
    """A stretch of one face.

    Attributes:
        kind: "text" and "mono" (`text` is what the page shows), or "markup" (`text` is markdown).
    """

    bold: bool
    italic: bool
    kind: str
    text: str


def inlines_markdown(body: Inlines, slots: Slots) -> str:
    """Return running text as markdown; footnotes' marks are slots.

    Faces are written flat, bold outside italic, blanks outside both: `**a *b* c** *d*`.
    """
    return _marked(_merged(_runs(body, slots, bold=False, italic=False)), "bold")


def _runs(body: Inlines, slots: Slots, *, bold: bool, italic: bool) -> Iterator[_Run]:
    for node in body:
        match node:
            case Text():
                yield _Run(bold, italic, "text", node.text)
            case Styled():
                text = _mono(node)
                core = text.strip(" ")
                if core:
                    start = len(text) - len(text.lstrip(" "))
                    yield _Run(bold, italic, "text", text[:start])
                    yield _Run(bold, italic, "mono", core)
                    yield _Run(bold, italic, "text", text[start + len(core) :])
                    continue
                heavy = bold or node.face == "bold"
                leaning = italic or node.face in ("italic", "slanted")
                yield from _runs(node.body, slots, bold=heavy, italic=leaning)
            case Math():
                text = inline_math(formula_latex(node.body, MARKDOWN))
                yield _Run(bold, italic, "markup", text)
            case Footnote():
                yield _Run(bold, italic, "markup", f"[^{slots.take('footnote')}]")
            case Script():
                tag = SCRIPT_TAGS[node.place]
                text = f"<{tag}>{inlines_markdown(node.body, slots)}</{tag}>"
                yield _Run(bold, italic, "markup", text)
            case Break():
                yield _Run(False, False, "markup", LINE_BREAK)


def _mono(node: Styled) -> str:
    """What can stand between backticks; "" for what cannot."""
    if node.face != "mono" or not all(isinstance(part, Text) for part in node.body):
        return ""
    text = "".join(part.text for part in node.body if isinstance(part, Text))
    return "" if "`" in text else text


def _merged(runs: Iterable[_Run]) -> Iterator[_Run]:
    """Runs with equal neighbours joined, as markdown; text is escaped as a whole."""
    filled = (run for run in runs if run.text)
    for (bold, italic, kind), group in groupby(filled, key=lambda run: run[:3]):
        text = "".join(run.text for run in group)
        if kind == "text":
            text = escape_text(text)
        elif kind == "mono":
            text = f"`{text}`"
        yield _Run(bold, italic, "markup", text)


def _marked(runs: Iterable[_Run], face: str) -> str:
    parts = []
    for on, group in groupby(runs, key=lambda run: run.bold if face == "bold" else run.italic):
        if face == "bold":
            text = _marked(group, "italic")
        else:
            text = "".join(run.text for run in group)
        if on:
            core = text.strip(" ")
            mark = "**" if face == "bold" else "*"
            marked = f"{mark}{core}{mark}" if core else ""
            start = len(text) - len(text.lstrip(" "))
            text = text[:start] + marked + text[start + len(core) :]
        parts.append(text)
    return "".join(parts)
