"""Markdown and HTML of pages whose PDF is tagged: only where the tags give all of the text.

MuPDF reports the structure elements that its text lies in. Known elements are headings, paragraphs,
lists and tables in plain containers; the rest (figures, text outside of elements) is passed over.
Code of several lines, a ragged table, or words that differ in any way from those of the `text`
target mean that the page has no structured target: nothing is guessed. MuPDF loses parts of some
trees; the comparison with the target finds that too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pymupdf
from pymupdf import mupdf

from pipelines.pdf_pages.extract import FLAGS
from pipelines.pdf_pages.markup import Cell, Element, Heading, Items, ListItem, Paragraph, Table
from pipelines.pdf_pages.normalise import normalise
from pipelines.pdf_pages.script import close_up

Join = Callable[[list[str]], str]

_FLAGS = FLAGS | mupdf.FZ_STEXT_COLLECT_STRUCTURE
_CONTAINERS = frozenset(
    ("Document", "DocumentFragment", "Part", "Art", "Sect", "Div", "NonStruct", "NonDtruct")
)  # MuPDF 1.26 spells NonStruct in two ways
_INLINE = frozenset(("Span", "Link", "NonStruct", "NonDtruct", "LBody", "P", "Div", "Code"))
_HEADINGS = {"H": 1, **{f"H{level}": level for level in range(1, 7)}}
_ROW_GROUPS = frozenset(("THead", "TBody", "TFoot"))
Node = dict[str, Any]


class _Unclear(Exception):
    """The tags do not say what the page's text is."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text: a part of a line where bold or linked words cut it."""

    text: str
    baseline: int


@dataclass(frozen=True, slots=True)
class _Reader:
    join: Join

    def elements(self, nodes: list[Node]) -> list[Element]:
        """Return the block elements of a container."""
        found: list[Element] = []
        for node in nodes:
            name = _name(node)
            if name in _HEADINGS:
                found.append(Heading(_HEADINGS[name], self.text(node)))
            elif name in ("P", "Caption"):
                found.append(Paragraph(self.text(node)))
            elif name == "L":
                found.append(self.items(node))
            elif name == "Table":
                found.append(self.table(node))
            elif name in _CONTAINERS:
                found.extend(self.elements(node.get("contents", [])))
        return found

    def text(self, node: Node) -> str:
        """Return the text of an element that may hold inline elements only."""
        return self._joined(self._pieces(node))

    def items(self, node: Node) -> Items:
        """Return a list; each item may end with lists of its own."""
        items = []
        for child in node.get("contents", []):
            if _name(child) != "LI":
                raise _Unclear("a list of other things than items")
            label, pieces, nested = "", [], []
            for part in child.get("contents", []):
                for inner in [part] if _name(part) != "LBody" else part.get("contents", []):
                    if _name(inner) == "L":
                        nested.append(self.items(inner))
                    elif _name(inner) == "Lbl":
                        label = self.text(inner)
                    else:
                        pieces += self._pieces(inner)
            items.append(ListItem(label, self._joined(pieces), tuple(nested)))
        return Items(tuple(items))

    def table(self, node: Node) -> Table:
        """Return a table whose rows have the same number of cells."""
        rows = [
            row
            for child in node.get("contents", [])
            for row in (child.get("contents", []) if _name(child) in _ROW_GROUPS else [child])
        ]
        if not rows or any(_name(row) != "TR" for row in rows):
            raise _Unclear("a table of other things than rows")
        cells = tuple(tuple(self._cell(cell) for cell in row.get("contents", [])) for row in rows)
        if len({len(row) for row in cells}) != 1:
            raise _Unclear("rows of several lengths")
        return Table(cells)

    def _joined(self, pieces: list[_Piece]) -> str:
        """Put pieces of one printed line together as they stand, then join the lines."""
        lines: list[str] = []
        for index, piece in enumerate(pieces):
            if index and piece.baseline == pieces[index - 1].baseline:
                lines[-1] += piece.text
            else:
                lines.append(piece.text)
        return self.join(lines)

    def _cell(self, node: Node) -> Cell:
        if _name(node) not in ("TH", "TD"):
            raise _Unclear("a row of other things than cells")
        return Cell(_name(node) == "TH", self.text(node))

    def _pieces(self, node: Node) -> list[_Piece]:
        if node["type"] == "text":
            lines = node["lines"]
            if len(lines) > 1 and any(line["font"]["family"] == "monospace" for line in lines):
                raise _Unclear("code of several lines")
            return [_Piece(line["text"], line["y"]) for line in lines]
        pieces = []
        for child in node.get("contents", []):
            if _name(child) and _name(child) not in _INLINE:
                raise _Unclear(f"{_name(child)} inside of text")
            pieces += self._pieces(child)
        return pieces


def structured(display_list: pymupdf.DisplayList, target: str, join: Join) -> list[Element]:
    """Return the page's elements if they hold exactly the target's text, else nothing."""
    nodes = _tree(display_list)
    try:
        elements = _Reader(lambda lines: join([normalise(line) for line in lines])).elements(nodes)
    except _Unclear:
        return []
    texts = " ".join(text for element in elements for text in element.texts())
    return elements if close_up(texts) == close_up(target) else []


def _tree(display_list: pymupdf.DisplayList) -> list[Node]:
    text_page = display_list.get_textpage(_FLAGS)
    buffer = mupdf.fz_new_buffer(1 << 16)
    output = mupdf.FzOutput(buffer)
    mupdf.fz_print_stext_page_as_json(output, text_page, 1.0)
    output.fz_close_output()
    try:
        page = json.loads(buffer.fz_buffer_extract().decode("utf-8", "replace"))
    except json.JSONDecodeError:
        return []  # MuPDF does not escape every control character
    return list(page["blocks"])


def _name(node: Node) -> str:
    return str(node.get("std", "")) if node["type"] == "structure" else ""
