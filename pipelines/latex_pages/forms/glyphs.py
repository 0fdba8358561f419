"""What a set page must show of a piece: its glyphs in TeX's order, their faces and heights."""

from __future__ import annotations

import re

from pipelines.latex_pages.content.nodes import (
    Block,
    Blocks,
    Break,
    Display,
    Footnote,
    Formula,
    Heading,
    Inlines,
    Item,
    ItemList,
    Math,
    Paragraph,
    Quote,
    Script,
    Styled,
    Table,
    Text,
    Theorem,
)
from pipelines.latex_pages.content.symbols import SYMBOLS, fold
from pipelines.latex_pages.forms.form import (
    ABOVE,
    ANY,
    BELOW,
    BOLD,
    BOLD_ITALIC,
    ITALIC,
    MONO,
    PLAIN,
    Glyphs,
)
from pipelines.latex_pages.forms.formula_glyphs import (
    HEAVY,
    LIGHT,
    FormulaGlyphs,
    Ink,
    MathStyle,
    symbol_glyphs,
)
from pipelines.latex_pages.forms.layout import (
    QED,
    Nesting,
    is_proof,
    item_slot,
    row_label,
    trimmed,
)
from pipelines.latex_pages.forms.slots import Slots

_SLANTED = {PLAIN: ITALIC, LIGHT: ITALIC, BOLD: BOLD_ITALIC}
_BOLDER = {PLAIN: BOLD, LIGHT: HEAVY, ITALIC: BOLD_ITALIC}
_TOP = Nesting()
_MAYBE_ITALIC = str.maketrans({PLAIN: LIGHT, BOLD: HEAVY})
_WORD_FACES = {
    "\\textbf": "bold",
    "\\textit": "italic",
    "\\texttt": "mono",
    "\\textsf": "sans",
    "\\textsl": "slanted",
}


def glyphs_of_formula(formula: Formula, *, display: bool = False) -> Glyphs:
    """Return the glyphs of a formula alone, in a line or displayed."""
    writer = _Writer(Slots())
    style = MathStyle.DISPLAY if display else MathStyle.TEXT
    writer.formulas(PLAIN).formula(formula, style)
    return writer.ink.glyphs()


def glyphs_of_inlines(body: Inlines, slots: Slots | None = None, face: str = PLAIN) -> Glyphs:
    """Return the glyphs of running text; footnotes are slots.

    Args:
        face: of text that no node styles.
    """
    writer = _Writer(Slots() if slots is None else slots)
    writer.inlines(body, face)
    return writer.ink.glyphs()


def glyphs_of_block(block: Block, slots: Slots | None = None, nesting: Nesting = _TOP) -> Glyphs:
    """Return the glyphs of a block; of a heading, its title in any face.

    The plain text of a theorem-like block may be italic or not, as the page decides.
    """
    return glyphs_of_blocks((block,), slots, nesting)


def glyphs_of_blocks(blocks: Blocks, slots: Slots | None = None, nesting: Nesting = _TOP) -> Glyphs:
    """Return the glyphs of blocks, one after another."""
    writer = _Writer(Slots() if slots is None else slots)
    writer.blocks(blocks, nesting, PLAIN)
    return writer.ink.glyphs()


def _composed() -> dict[int, str]:
    """Characters of running text that TeX builds from several glyphs, as in formulas."""
    table: dict[int, str] = {}
    for name, info in SYMBOLS.items():
        glyphs = symbol_glyphs(name)
        if len(info.text) == 1 and info.kind != "accent" and glyphs != fold(info.text):
            table.setdefault(ord(info.text), glyphs)
    return table


_COMPOSED = _composed()
_SIGNS = re.compile("([\u00a7-\u00b7\u00d7\u00f7\u0370-\u03ff\u2020-\u2022\u2030-\u2bff]+)")


class _Writer:
    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.ink = Ink()

    def formulas(self, face: str) -> FormulaGlyphs:
        """Return a writer of formulas whose words are in the face of the text around."""
        return FormulaGlyphs(self.ink, lambda body, command: self._words(body, command, face))

    def _words(self, body: Inlines, command: str, face: str) -> None:
        if command == "\\textrm":
            face = LIGHT if face == PLAIN else ANY
        elif command in _WORD_FACES:
            face = _styled(_WORD_FACES[command], face)
        self.inlines(body, face)

    def inlines(self, body: Inlines, face: str) -> None:
        """Add running text."""
        for node in body:
            match node:
                case Text():
                    self._text(node.text, face)
                case Styled():
                    self.inlines(node.body, _styled(node.face, face))
                case Math():
                    self.formulas(face).formula(node.body, MathStyle.TEXT)
                case Footnote():
                    self.ink.add(self.slots.take("footnote"), ANY)
                case Script():
                    self._script(node, face)
                case Break():
                    pass

    def _text(self, text: str, face: str) -> None:
        if text.isascii():
            self.ink.add(fold(text), face)
            return
        for part in _SIGNS.split(text):  # signs are set by the fonts of formulas, whatever the face
            self.ink.add(fold(part.translate(_COMPOSED)), ANY if _SIGNS.fullmatch(part) else face)

    def _script(self, node: Script, face: str) -> None:
        at = len(self.ink)
        self.inlines(node.body, face)
        if 0 < at < len(self.ink) and self.ink.faces[at - 1] == face:
            self.ink.relate(at, at - 1, ABOVE if node.place == "super" else BELOW)

    def blocks(self, blocks: Blocks, nesting: Nesting, face: str) -> None:
        """Add blocks."""
        for block in blocks:
            match block:
                case Heading():
                    self.inlines(block.title, ANY)
                case Paragraph():
                    self.inlines(trimmed(block.body), face)
                case Display():
                    self._display(block, face)
                case ItemList():
                    inside = nesting.inside(block)
                    for item in block.items:
                        self._item(block, item, inside, face)
                case Theorem():
                    self._theorem(block, nesting)
                case Quote():
                    self.blocks(block.body, nesting.inside(block), face)
                case Table():
                    self._table(block, face)

    def _display(self, display: Display, face: str) -> None:
        formulas = self.formulas(face)
        for number, row in enumerate(display.rows):
            for cell in row:
                formulas.formula(cell, MathStyle.DISPLAY)
            label, own = row_label(display, number, self.slots)
            if label:
                self.ink.add(fold(f"({label})") if own else label, ANY)

    def _item(self, parent: ItemList, item: Item, inside: Nesting, face: str) -> None:
        label = item_slot(parent, item, inside, self.slots)
        if label:
            self.ink.add(label, ANY)
        else:
            own = _styled("bold", face) if parent.kind == "description" else face
            self.inlines(item.label or (), own)
        self.blocks(item.body, inside, face)

    def _theorem(self, theorem: Theorem, nesting: Nesting) -> None:
        self.ink.add(fold(theorem.name.translate(_COMPOSED)), ANY)
        if theorem.numbered:
            self.ink.add(self.slots.take("theorem"), ANY)
        if theorem.note:
            self.ink.add("(", ANY)
            self.inlines(theorem.note, ANY)
            self.ink.add(")", ANY)
        self.blocks(theorem.body, nesting.inside(theorem), LIGHT)
        if is_proof(theorem):
            self.ink.add(fold(QED), ANY)

    def _table(self, table: Table, face: str) -> None:
        # Imported late: tables are written from the forms of their cells, which this module makes.
        from pipelines.latex_pages.forms.table_cells import table_forms
        from pipelines.latex_pages.forms.tables import render_table

        form = render_table(table_forms(table))
        start = len(self.ink)
        self.ink.add(self.slots.place(form.glyphs.chars, form.slots), ANY)
        faces = form.glyphs.faces
        self.ink.faces[start:] = faces.translate(_MAYBE_ITALIC) if face == LIGHT else faces
        for one, other, which in form.glyphs.relations:
            self.ink.relate(start + one, start + other, which)


def _styled(style: str, face: str) -> str:
    """Return the face of text in a style inside text of a face."""
    if face == ANY or style == "underline":
        return face
    if style == "mono":
        return MONO
    if style in ("italic", "slanted"):
        return _SLANTED.get(face, face)
    return _BOLDER.get(face, face) if style == "bold" else face
