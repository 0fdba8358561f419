"""Labels for every slot, as a page would number them."""

from __future__ import annotations

from pipelines.latex_pages.content.nodes import Block, Blocks, Heading
from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.forms.labels import (
    bullet_label,
    equation_label,
    footnote_label,
    item_label,
    theorem_label,
)
from pipelines.latex_pages.forms.markdown_blocks import heading_markdown
from pipelines.latex_pages.forms.write import write_block


def labels_for(form: Form, first_note: int = 1) -> list[Form]:
    """One label per slot: equations and theorems by number, notes from `first_note` on."""
    labels = []
    notes = first_note
    for number, kind in enumerate(form.slots, 1):
        match kind.partition(":")[0]:
            case "equation":
                labels.append(equation_label(f"3.{number}"))
            case "footnote":
                labels.append(footnote_label(str(notes)))
                notes += 1
            case "itemize":
                labels.append(bullet_label("•", "\\textbullet"))
            case "enumerate":
                labels.append(item_label(f"{number}."))
            case _:
                labels.append(theorem_label(f"{number}.1"))
    return labels


def filled(block: Block, first_note: int = 1) -> Form:
    """A block with its numbers."""
    form = write_block(block)
    return form.fill(labels_for(form, first_note))


def filled_page(blocks: Blocks) -> str:
    """The markdown of blocks with their numbers and their notes."""
    parts, notes = [], []
    for block in blocks:
        form = filled(block, len(notes) + 1)
        notes += form.notes
        text = form.markdown
        parts.append(heading_markdown(block.level, text) if isinstance(block, Heading) else text)
    parts += (f"[^{n}]: {note.markdown}".rstrip(" ") for n, note in enumerate(notes, 1))
    return "\n\n".join(filter(None, parts))
