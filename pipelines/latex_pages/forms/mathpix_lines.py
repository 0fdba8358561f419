"""Reading the running text of our markdown back into nodes."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from pipelines.latex_pages.content.nodes import (
    Break,
    Footnote,
    Inline,
    Inlines,
    Math,
    Script,
    Styled,
    Text,
)
from pipelines.latex_pages.content.parsing import parse_formula
from pipelines.latex_pages.forms.layout import trimmed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Literal

    from pipelines.latex_pages.content.nodes import Face

_MARK = re.compile(r"\[\^((?:[^\\\]\n]|\\.){1,40})\]")
_PLAIN = re.compile(r"[^\\*`\[<]+")
_STARS = re.compile(r"\*+")
_TAG = re.compile(r"<(su[pb])>")
_PLACES: dict[str, Literal["super", "sub"]] = {"sup": "super", "sub": "sub"}
_ESCAPED = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~）、①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
"""What a backslash makes plain: punctuation, and the ends of Chinese labels."""
_Leaf = tuple[frozenset["Face"], Inline]
_MATH_END = re.compile(r"\\(.)", re.DOTALL)


def parse_inlines(markdown: str, mark: Callable[[str], Footnote]) -> Inlines:
    """Return running text as nodes.

    Args:
        mark: makes the footnote of a label, met in reading order.

    Raises:
        Refusal: a formula that no node can say.
    """
    return trimmed(_nested(_Reader(markdown, mark).leaves(), ("bold", "italic", "mono")))


def unescape(text: str) -> str:
    """Return a footnote's label without its escapes."""
    return re.sub(r"\\(.)", r"\1", text)


def _nested(leaves: Iterable[_Leaf], faces: tuple[Face, ...]) -> Inlines:
    """Leaves as nodes, the first face outermost, neighbouring text joined."""
    nodes: list[Inline] = []
    if not faces:
        for is_text, group in groupby(leaves, key=lambda leaf: isinstance(leaf[1], Text)):
            found = [node for _, node in group]
            if is_text:
                found = [Text("".join(node.text for node in found if isinstance(node, Text)))]
            nodes.extend(found)
        return tuple(nodes)
    for styled, run in groupby(leaves, key=lambda leaf: faces[0] in leaf[0]):
        inner = _nested(run, faces[1:])
        nodes.extend((Styled(faces[0], inner),) if styled else inner)
    return tuple(nodes)


def _escaped(text: str, at: int) -> bool:
    slashes = 0
    while at > slashes and text[at - slashes - 1] == "\\":
        slashes += 1
    return slashes % 2 == 1


class _Reader:
    def __init__(self, markdown: str, mark: Callable[[str], Footnote]) -> None:
        self._text = markdown
        self._mark = mark
        self._at = 0
        self._faces: list[Face] = []
        self._leaves: list[_Leaf] = []
        self._missing: set[str] = set()  # ends that do not stand ahead: looked for once

    def leaves(self) -> list[_Leaf]:
        text = self._text
        while self._at < len(text):
            plain = _PLAIN.match(text, self._at)
            if plain is not None:
                self._add(Text(plain[0].replace("\n", " ")))
                self._at = plain.end()
            else:
                self._sign(text[self._at])
        return self._leaves

    def _add(self, node: Text | Math | Footnote | Script | Break, *faces: Face) -> None:
        self._leaves.append((frozenset((*self._faces, *faces)), node))

    def _sign(self, sign: str) -> None:
        match sign:
            case "\\":
                self._escape()
            case "*":
                self._stars()
            case "`":
                end = self._find("`", self._at + 1)
                if end > self._at + 1:
                    self._add(Text(self._text[self._at + 1 : end]), "mono")
                    self._at = end + 1
                else:
                    self._literal(1)
            case "[":
                found = _MARK.match(self._text, self._at)
                if found is None:
                    self._literal(1)
                else:
                    self._add(self._mark(unescape(found[1])))
                    self._at = found.end()
            case _:
                self._script()

    def _literal(self, count: int) -> None:
        self._add(Text(self._text[self._at : self._at + count]))
        self._at += count

    def _find(self, sign: str, start: int) -> int:
        if sign in self._missing:
            return -1
        end = self._text.find(sign, start)
        while end > 0 and sign != "`" and _escaped(self._text, end):
            end = self._text.find(sign, end + 1)
        if end < 0:
            self._missing.add(sign)
        return end

    def _escape(self) -> None:
        following = self._text[self._at + 1 : self._at + 2]
        if following == "(":
            self._math()
        elif following == "\n":
            self._add(Break())
            self._at += 2
        elif following in _ESCAPED:
            self._at += 1
            self._literal(1)
        else:
            self._literal(1)

    def _math(self) -> None:
        start = self._at + 2
        if "\\)" not in self._missing:
            for found in _MATH_END.finditer(self._text, start):
                if found[1] == ")":
                    formula = parse_formula(self._text[start : found.start()])
                    if formula:
                        self._add(Math(formula))
                    self._at = found.end()
                    return
            self._missing.add("\\)")
        self._at += 1
        self._literal(1)

    def _stars(self) -> None:
        found = _STARS.match(self._text, self._at)
        assert found is not None
        count = len(found[0])
        self._at = found.end()
        if count > 8:  # no face: as the characters they are
            self._add(Text(found[0]))
            return
        while count:
            last = self._faces[-1] if self._faces else None
            if last == "italic" or (last == "bold" and count >= 2):
                self._faces.pop()
                count -= 1 if last == "italic" else 2
            elif last is None and count >= 2:
                self._faces.append("bold")
                count -= 2
            else:
                self._faces.append("italic")
                count -= 1

    def _script(self) -> None:
        found = _TAG.match(self._text, self._at)
        end = -1 if found is None else self._find(f"</{found[1]}>", found.end())
        if found is None or end < 0:
            self._literal(1)
            return
        inner = parse_inlines(self._text[found.end() : end], self._mark)
        if inner:
            self._add(Script(_PLACES[found[1]], inner))
        self._at = end + len(found[0]) + 1
