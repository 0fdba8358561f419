"""The kind of a page as it was set, which may hold less than it was to hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.latex_pages.page.blocks import Block


def actual_kind(kind: str, blocks: Iterable[Block]) -> str:
    """Return the kind of a page that shows these blocks.

    Text that was to hold a table and holds none is text with formulas, or plain text; text with
    formulas that holds none is plain text. Other kinds are what they are.

    Args:
        kind: as it was drawn.
        blocks: those that TeX put.
    """
    put = list(blocks)
    if kind == "prose_tables" and not any(block.kind == "table" for block in put):
        kind = "prose_formulas"
    if kind == "prose_formulas" and not any(_has_formula(block) for block in put):
        kind = "prose"
    return kind


def _has_formula(block: Block) -> bool:
    return block.kind == "display" or "\\(" in block.form.latex or "$" in block.form.latex
