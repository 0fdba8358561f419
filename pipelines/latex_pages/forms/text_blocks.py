"""Blocks as plain text: what the page shows, words with blanks, parted by blank lines."""

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
from pipelines.latex_pages.forms.layout import (
    QED,
    TOP,
    Nesting,
    is_proof,
    item_slot,
    row_label,
    sign_joins,
    trimmed,
)
from pipelines.latex_pages.forms.table_cells import table_forms
from pipelines.latex_pages.forms.tables import render_table
from pipelines.latex_pages.forms.text import formula_text, inlines_text

if TYPE_CHECKING:
    from pipelines.latex_pages.forms.slots import Slots


def blocks_text(blocks: Blocks, slots: Slots, nesting: Nesting = TOP) -> str:
    """Return blocks as plain text, parted by blank lines."""
    return "\n\n".join(block_text(block, slots, nesting) for block in blocks)


def block_text(block: Block, slots: Slots, nesting: Nesting = TOP) -> str:
    """Return one block as plain text; of a heading, its title."""
    match block:
        case Heading():
            return inlines_text(block.title, slots)
        case Paragraph():
            return inlines_text(trimmed(block.body), slots).strip(" ")
        case Display():
            return _display(block, slots)
        case ItemList():
            inside = nesting.inside(block)
            return "\n".join(_item(block, item, slots, inside) for item in block.items)
        case Theorem():
            return _theorem(block, slots, nesting)
        case Quote():
            return blocks_text(block.body, slots, nesting.inside(block))
        case Table():
            form = render_table(table_forms(block))
            return slots.place(form.text, form.slots)


def _display(display: Display, slots: Slots) -> str:
    rows = []
    for number, cells in enumerate(display.rows):
        row = " ".join(filter(None, map(formula_text, cells)))
        label, own = row_label(display, number, slots)
        if label:
            row = f"{row} ({label})" if own else f"{row} {label}"
        rows.append(row)
    return "\n".join(rows)


def _item(parent: ItemList, item: Item, slots: Slots, inside: Nesting) -> str:
    label = item_slot(parent, item, inside, slots) or inlines_text(item.label or (), slots)
    body = blocks_text(item.body, slots, inside)
    return f"{label} {body}".strip(" ")


def _theorem(theorem: Theorem, slots: Slots, nesting: Nesting) -> str:
    head = theorem.name
    if theorem.numbered:
        head += " " + slots.take("theorem")
    if theorem.note:
        head += f" ({inlines_text(theorem.note, slots)})"
    body = blocks_text(theorem.body, slots, nesting.inside(theorem))
    if is_proof(theorem):
        body += (" " if sign_joins(theorem.body) else "\n\n") + QED
    return f"{head} {body}".rstrip(" ")
