"""Blocks as the LaTeX that the page sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content.nodes import (
    Block,
    Blocks,
    Display,
    Heading,
    Item,
    ItemList,
    Paragraph,
    Quote,
    Table,
    Theorem,
)
from pipelines.latex_pages.forms.displays import display_latex
from pipelines.latex_pages.forms.escapes import escape
from pipelines.latex_pages.forms.latex import inlines_latex
from pipelines.latex_pages.forms.layout import (
    TOP,
    Nesting,
    is_proof,
    item_slot,
    sign_joins,
    trimmed,
)
from pipelines.latex_pages.forms.table_cells import table_forms
from pipelines.latex_pages.forms.tables import render_table

if TYPE_CHECKING:
    from pipelines.latex_pages.forms.slots import Slots


def blocks_latex(blocks: Blocks, slots: Slots, nesting: Nesting = TOP) -> str:
    """Return blocks as LaTeX; a display follows its paragraph without a blank line."""
    parts: list[str] = []
    for number, block in enumerate(blocks):
        if number:
            follows = isinstance(block, Display) and isinstance(blocks[number - 1], Paragraph)
            parts.append("\n" if follows else "\n\n")
        parts.append(block_latex(block, slots, nesting))
    return "".join(parts)


def block_latex(block: Block, slots: Slots, nesting: Nesting = TOP) -> str:
    """Return one block as LaTeX; of a heading, its title."""
    match block:
        case Heading():
            return inlines_latex(block.title, slots)
        case Paragraph():
            text = inlines_latex(trimmed(block.body), slots)
            return f"\\noindent {text}" if block.continued else text
        case Display():
            return display_latex(block, slots)
        case ItemList():
            inside = nesting.inside(block)
            items = (_item(block, item, slots, inside) for item in block.items)
            return _environment("itemize", "\n".join(items))
        case Theorem():
            return _theorem(block, slots, nesting)
        case Quote():
            return _environment("quote", blocks_latex(block.body, slots, nesting.inside(block)))
        case Table():
            form = render_table(table_forms(block))
            return _environment("center", slots.place(form.latex, form.slots))


def _environment(name: str, body: str) -> str:
    return f"\\begin{{{name}}}\n{body}\n\\end{{{name}}}"


def _item(parent: ItemList, item: Item, slots: Slots, inside: Nesting) -> str:
    label = item_slot(parent, item, inside, slots)
    if not label and item.label:
        label = inlines_latex(item.label, slots)
        label = f"{{\\textbf{{{label}}}}}" if parent.kind == "description" else f"{{{label}}}"
    return f"\\item[{label}] {blocks_latex(item.body, slots, inside)}".rstrip(" ")


def _theorem(theorem: Theorem, slots: Slots, nesting: Nesting) -> str:
    head = escape(theorem.name)
    if theorem.numbered:
        head += " " + slots.take("theorem")
    note = inlines_latex(theorem.note or (), slots)
    body = blocks_latex(theorem.body, slots, nesting.inside(theorem))
    if is_proof(theorem):
        body += " \\DEqed" if sign_joins(theorem.body) else "\n\n\\DEqed"
    return f"\\DEtheorem{{{head}}}{{{note}}}{{{body}}}"
