"""Content in every form at once: what the harvest stores."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.latex_pages.content.nodes import (
    Block,
    Blocks,
    Heading,
    Inlines,
    ItemList,
    Paragraph,
    Quote,
    Table,
    Theorem,
)
from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.forms.form import Form, Glyphs
from pipelines.latex_pages.forms.glyphs import glyphs_of_block
from pipelines.latex_pages.forms.html_blocks import block_html
from pipelines.latex_pages.forms.latex_blocks import block_latex
from pipelines.latex_pages.forms.lines import notes_of, write_formula, write_inlines
from pipelines.latex_pages.forms.markdown_blocks import block_markdown
from pipelines.latex_pages.forms.marking import marked_block
from pipelines.latex_pages.forms.slots import Slots
from pipelines.latex_pages.forms.table_cells import table_forms
from pipelines.latex_pages.forms.tables import render_table
from pipelines.latex_pages.forms.text_blocks import block_text
from pipelines.latex_pages.forms.trace import trace

__all__ = ["table_forms", "write_block", "write_formula", "write_inlines"]


def write_block(block: Block) -> Form:
    """Return a block in every form; of a heading, its title; of a table, the tabular alone.

    Raises:
        ValueError: something that no form shows: nested too deep, a footnote in a footnote.
    """
    if isinstance(block, Table):
        return render_table(table_forms(block))
    slots = Slots()
    latex = block_latex(block, slots)
    text, glyphs = block_text(block, Slots()), glyphs_of_block(block, Slots())
    return Form(
        latex,
        block_markdown(block, Slots()),
        text,
        block_html(block, Slots()),
        glyphs,
        tuple(slots.kinds),
        tuple(note for body in _running_text((block,)) for note in notes_of(body)),
        _trace(block, text, glyphs),
    )


def _trace(block: Block, text: str, glyphs: Glyphs) -> str:
    if fold(text) == glyphs.chars:
        return ""
    marked = marked_block(block)
    shown = glyphs_of_block(marked, Slots())
    return trace(text, glyphs.chars, block_text(marked, Slots()), shown.chars)


def _running_text(blocks: Blocks) -> Iterator[Inlines]:
    """Every stretch of running text in reading order."""
    for block in blocks:
        match block:
            case Heading():
                yield block.title
            case Paragraph():
                yield block.body
            case ItemList():
                for item in block.items:
                    yield item.label or ()
                    yield from _running_text(item.body)
            case Theorem():
                yield block.note or ()
                yield from _running_text(block.body)
            case Quote():
                yield from _running_text(block.body)
            case Table():
                yield from (cell.body for row in block.rows for cell in row)
