"""Blocks as Mathpix markdown, in one normal form (docs/latex_pages.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content.nodes import (
    Block,
    Blocks,
    Display,
    Heading,
    Inlines,
    Item,
    ItemList,
    Paragraph,
    Quote,
    Styled,
    Table,
    Text,
    Theorem,
)
from pipelines.latex_pages.forms.displays import display_markdown
from pipelines.latex_pages.forms.form import MAX_SLOTS, SLOT_BASE
from pipelines.latex_pages.forms.layout import (
    QED,
    TOP,
    Nesting,
    is_proof,
    item_slot,
    sign_joins,
    trimmed,
)
from pipelines.latex_pages.forms.markdown import (
    BULLET,
    ITEM_LABEL,
    LINE_BREAK,
    escape_start,
    inlines_markdown,
)
from pipelines.latex_pages.forms.table_cells import table_forms
from pipelines.latex_pages.forms.tables import render_table

if TYPE_CHECKING:
    from pipelines.latex_pages.forms.slots import Slots

HEADINGS = {1: "section", 2: "subsection", 3: "subsubsection", 4: "paragraph"}
INDENT = "  "


def blocks_markdown(blocks: Blocks, slots: Slots, nesting: Nesting = TOP) -> str:
    """Return blocks parted by blank lines; headings as `\\section*{…}`."""
    parts = []
    for block in blocks:
        text = block_markdown(block, slots, nesting)
        if isinstance(block, Heading):
            text = heading_markdown(block.level, text)
        parts.append(text)
    return "\n\n".join(part for part in parts if part)


def heading_markdown(level: int, title: str) -> str:
    """Return a heading whose title, with its number, is markdown already."""
    return f"\\{HEADINGS[level]}*{{{title}}}"


def block_markdown(block: Block, slots: Slots, nesting: Nesting = TOP) -> str:
    """Return one block as markdown; of a heading, its title."""
    match block:
        case Heading():
            return inlines_markdown(block.title, slots).replace(LINE_BREAK, " ").strip(" ")
        case Paragraph():
            return paragraph_markdown(block.body, slots)
        case Display():
            return display_markdown(block, slots)
        case ItemList():
            return _list(block, slots, nesting.inside(block))
        case Theorem():
            return _theorem(block, slots, nesting)
        case Quote():
            body = blocks_markdown(block.body, slots, nesting.inside(block))
            return "\n".join(f"> {line}".rstrip(" ") for line in body.split("\n"))
        case Table():
            form = render_table(table_forms(block))
            return slots.place(form.markdown, form.slots)


def paragraph_markdown(body: Inlines, slots: Slots) -> str:
    """Return a paragraph, safe from being read as anything else."""
    text = inlines_markdown(trimmed(body), slots).strip(" ")
    return LINE_BREAK.join(escape_start(line.lstrip(" ")) for line in text.split(LINE_BREAK))


def _list(block: ItemList, slots: Slots, inside: Nesting) -> str:
    parts: list[str] = []
    after_item = False
    for item in block.items:
        label = item_slot(block, item, inside, slots) or _own_label(block, item)
        if label:
            text = f"{label} {_item_body(item.body, slots, inside)}".rstrip(" ")
            text = text.replace("\n", "\n" + INDENT).replace(f"\n{INDENT}\n", "\n\n")
        else:
            text = _flat_item(block, item, slots, inside)
        if text and parts:
            parts.append("\n" if label and after_item else "\n\n")
        if text:
            parts.append(text)
            after_item = bool(label)
    return "".join(parts)


def _own_label(block: ItemList, item: Item) -> str:
    """The author's label if it reads as an enumerated item's, else ""."""
    if block.kind == "description" or item.label is None or len(item.label) != 1:
        return ""
    node = item.label[0]
    if isinstance(node, Text) and ITEM_LABEL.fullmatch(node.text):
        return node.text
    return ""


def _item_body(body: Blocks, slots: Slots, inside: Nesting) -> str:
    """An item's blocks; a list follows a paragraph without a blank line."""
    lines = blocks_markdown(body, slots, inside).split("\n")
    kept = [
        line
        for number, line in enumerate(lines)
        if line or not (_ends_paragraph(lines[number - 1]) and _starts_item(lines[number + 1]))
    ]
    return "\n".join(kept)


_NO_PARAGRAPH = (" ", ">", "\\]", "\\end{", *(f"\\{name}*{{" for name in HEADINGS.values()))


def _ends_paragraph(line: str) -> bool:
    return bool(line) and not line.startswith(_NO_PARAGRAPH) and not _starts_item(line)


def _starts_item(line: str) -> bool:
    """Whether a label or its slot begins the line; no other slot stands there."""
    if SLOT_BASE <= ord(line[0]) < SLOT_BASE + MAX_SLOTS or line == BULLET:
        return True
    return line.startswith(f"{BULLET} ") or ITEM_LABEL.match(line) is not None


def _flat_item(block: ItemList, item: Item, slots: Slots, inside: Nesting) -> str:
    """An item with a label of words: paragraphs, the first of them begun by the label."""
    label = item.label or ()
    if label and block.kind == "description":
        label = (Styled("bold", label),)
    return _headed(label, item.body, slots, inside)


def _headed(head: Inlines, body: Blocks, slots: Slots, inside: Nesting) -> str:
    """Blocks, the first begun by a head, in whose line a paragraph goes on."""
    if body and isinstance(body[0], Paragraph):
        first = trimmed(body[0].body)
        head = (*head, Text(" "), *first) if head and first else head + first
        body = body[1:]
    text = paragraph_markdown(head, slots)
    return "\n\n".join(filter(None, (text, blocks_markdown(body, slots, inside))))


def _theorem(theorem: Theorem, slots: Slots, nesting: Nesting) -> str:
    name = theorem.name
    if theorem.numbered:
        name += " " + slots.take("theorem")
    head: Inlines = (Styled("bold", (Text(name),)),)
    if theorem.note:
        head = (*head, Text(" ("), *theorem.note, Text(")"))
    text = _headed(head, theorem.body, slots, nesting.inside(theorem))
    if is_proof(theorem):
        text += (" " if sign_joins(theorem.body) else "\n\n") + QED
    return text
