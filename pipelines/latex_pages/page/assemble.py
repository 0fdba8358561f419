"""Targets and expected glyphs of a page: exactly what TeX put, in the order in which it put it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.latex_pages.forms.form import Form, Glyphs, join_glyphs
from pipelines.latex_pages.page.target_latex import clean_latex, note_latex

if TYPE_CHECKING:
    from pipelines.latex_pages.page.blocks import Block
    from pipelines.latex_pages.page.compose import ComposedPage
    from pipelines.latex_pages.page.furniture import Furniture

HEADER, FOOTER = "header", "footer"
NOTES = "/notes"
"""Ending of the span of a block's notes: "b3/notes"."""

_PUT = re.compile(r"@@PUT (\S+) (\d)")


@dataclass(frozen=True, slots=True)
class Assembled:
    """What a set page shows.

    The targets hold the body alone; header and footer are furniture, in the glyphs and spans only.

    Attributes:
        markdown, latex, text: of the blocks put, then of their notes.
        html: None where one of the blocks has none.
        glyphs: all ink, in the order in which TeX ships it: header, what spans the columns, the
            blocks column by column, the notes column by column, footer.
        spans: (first, end, id) of what the glyphs belong to, in order: "header", a block's id, a
            block's id with `NOTES`, "footer".
        blocks: those put, in reading order.
        header, footer: what they show.
        header_trace, footer_trace: their traces (`forms.trace`).
    """

    markdown: str
    latex: str
    text: str
    html: str | None
    glyphs: Glyphs
    spans: tuple[tuple[int, int, str], ...]
    blocks: tuple[Block, ...]
    header: str = ""
    footer: str = ""
    header_trace: str = ""
    footer_trace: str = ""


def read_put(log: Iterable[str]) -> list[tuple[str, int]]:
    """Return (block id, column) of the lines `@@PUT id column` of a piece's log, in order."""
    matches = (_PUT.fullmatch(line.strip()) for line in log)
    return [(match[1], int(match[2])) for match in matches if match]


def assemble(page: ComposedPage, put: Sequence[tuple[str, int]]) -> Assembled:
    """Return the targets and glyphs of what was put.

    Args:
        put: (block id, column) in the order in which TeX put them; a paragraph that goes on in the
            next column comes twice, column 0 spans all.

    Raises:
        ValueError: a block that the page does not have.
    """
    known = {block.id: block for block in page.blocks}
    columns: dict[int, list[Block]] = {}
    seen: set[str] = set()
    for name, column in put:
        if name not in known:
            raise ValueError(f"TeX put {name!r}, which this page does not have")
        if name not in seen:
            seen.add(name)
            columns.setdefault(column, []).append(known[name])
    parts: list[tuple[str, Glyphs]] = [(HEADER, _furniture(page.header))]
    blocks: list[Block] = []
    for _, here in sorted(columns.items()):
        blocks.extend(here)
        parts.extend((block.id, block.form.glyphs) for block in here)
    parts.extend((block.id + NOTES, _note_glyphs(block)) for block in blocks if block.notes)
    parts.append((FOOTER, _furniture(page.footer)))
    notes = [note for block in blocks for note in block.notes]
    return Assembled(
        markdown="\n\n".join(
            [block.form.markdown for block in blocks]
            + [f"[^{label.markdown}]: {text.markdown}" for label, text in notes]
        ),
        latex="\n\n".join(
            [clean_latex(block.form.latex) for block in blocks]
            + [note_latex(label.latex, text.latex) for label, text in notes]
        ),
        text="\n\n".join(
            [block.form.text for block in blocks]
            + [f"{label.text} {text.text}" for label, text in notes]
        ),
        html=_html(blocks, notes),
        glyphs=join_glyphs(glyphs for _, glyphs in parts),
        spans=_spans(parts),
        blocks=tuple(blocks),
        header=_shown(page.header),
        footer=_shown(page.footer),
        header_trace=_traced(page.header),
        footer_trace=_traced(page.footer),
    )


def _furniture(furniture: Furniture) -> Glyphs:
    return join_glyphs(form.glyphs for form in furniture)


def _shown(furniture: Furniture) -> str:
    return " ".join(form.text for form in furniture if form.text)


def _traced(furniture: Furniture) -> str:
    return " ".join(form.traced for form in furniture if form.text)


def _note_glyphs(block: Block) -> Glyphs:
    return join_glyphs(part.glyphs for note in block.notes for part in note)


def _html(blocks: Sequence[Block], notes: Sequence[tuple[Form, Form]]) -> str | None:
    parts = [block.form.html for block in blocks]
    parts += [
        None if text.html is None else f"<p>{label.html} {text.html}</p>" for label, text in notes
    ]
    known = [part for part in parts if part is not None]
    return "\n".join(known) if len(known) == len(parts) else None


def _spans(parts: Sequence[tuple[str, Glyphs]]) -> tuple[tuple[int, int, str], ...]:
    spans, count = [], 0
    for name, glyphs in parts:
        if glyphs.chars:
            spans.append((count, count + len(glyphs.chars), name))
        count += len(glyphs.chars)
    return tuple(spans)
