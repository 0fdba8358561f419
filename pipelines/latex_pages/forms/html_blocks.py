"""Blocks as HTML with MathML; None where something has no exact markup."""

from __future__ import annotations

from html import escape
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
from pipelines.latex_pages.forms.html import inlines_html, joined
from pipelines.latex_pages.forms.layout import (
    QED,
    TOP,
    Nesting,
    is_labelled,
    is_proof,
    item_slot,
    row_label,
    trimmed,
)
from pipelines.latex_pages.forms.mathml import formula_mathml, rows_mathml
from pipelines.latex_pages.forms.table_cells import table_forms
from pipelines.latex_pages.forms.tables import render_table

if TYPE_CHECKING:
    from pipelines.latex_pages.forms.slots import Slots


def blocks_html(blocks: Blocks, slots: Slots, nesting: Nesting = TOP) -> str | None:
    """Return blocks as HTML, one after another; headings as `h2` and lower."""
    parts: list[str | None] = []
    for block in blocks:
        text = block_html(block, slots, nesting)
        if isinstance(block, Heading):
            parts += f"<h{block.level + 1}>", text, f"</h{block.level + 1}>"
        else:
            parts.append(text)
    return joined(parts)


def block_html(block: Block, slots: Slots, nesting: Nesting = TOP) -> str | None:
    """Return one block as HTML; of a heading, what stands inside its element."""
    match block:
        case Heading():
            return inlines_html(block.title, slots)
        case Paragraph():
            return joined(["<p>", inlines_html(trimmed(block.body), slots), "</p>"])
        case Display():
            return _display(block, slots)
        case ItemList():
            inside = nesting.inside(block)
            name = "ol" if block.kind == "enumerate" else "ul"
            items = [_item(block, item, slots, inside) for item in block.items]
            return joined([f"<{name}>", *items, f"</{name}>"])
        case Theorem():
            return _theorem(block, slots, nesting)
        case Quote():
            body = blocks_html(block.body, slots, nesting.inside(block))
            return joined(["<blockquote>", body, "</blockquote>"])
        case Table():
            form = render_table(table_forms(block))
            text = slots.place(form.html or "", form.slots)
            return None if form.html is None else text


def _display(display: Display, slots: Slots) -> str | None:
    labels = [row_label(display, number, slots) for number in range(len(display.rows))]
    if display.environment == "equation":
        math = formula_mathml(display.rows[0][0], block=True)
    elif display.environment in ("align", "alignat", "gather"):
        math = rows_mathml(display.rows, paired=display.environment != "gather")
    else:
        return None  # no element sets rows as multline and flalign do
    if not is_labelled(display):
        return math
    if len(labels) > 1:
        return None  # MathML has no numbers beside single rows
    label, own = labels[0]
    shown = f"({escape(label)})" if own else label
    start = '<div class="equation">'
    return joined([start, math, f'<span class="number">{shown}</span></div>'])


def _item(parent: ItemList, item: Item, slots: Slots, inside: Nesting) -> str | None:
    label: str | None = item_slot(parent, item, inside, slots)
    if not label and item.label:
        label = inlines_html(item.label, slots)
        if parent.kind == "description":
            label = joined(["<strong>", label, "</strong>"])
    body = blocks_html(item.body, slots, inside)
    return joined(['<li><span class="label">', label, "</span> ", body, "</li>"])


def _theorem(theorem: Theorem, slots: Slots, nesting: Nesting) -> str | None:
    head = escape(theorem.name)
    if theorem.numbered:
        head += " " + slots.take("theorem")
    parts: list[str | None] = [f'<div class="theorem"><p><strong>{head}</strong>']
    if theorem.note:
        parts += " (", inlines_html(theorem.note, slots), ")"
    parts += "</p>", blocks_html(theorem.body, slots, nesting.inside(theorem))
    if is_proof(theorem):
        parts.append(f"<p>{QED}</p>")
    return joined([*parts, "</div>"])
