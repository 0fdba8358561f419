"""Where sentences end: what must not be parted from the piece before it or after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.latex_pages.page.pieces import Piece

_FINAL = frozenset(".!?…。！？；．")
_CLOSING = frozenset(")]}\"'”’»）」』】□∎")
_PROOFS = ("Proof", "证", "證")
_SLOTS = range(0xE000, 0xF900)
"""Characters that stand for labels: of a footnote, at the end of a sentence."""


def is_open(piece: Piece) -> bool:
    """Whether a paragraph ends before its sentence does: with a colon, a comma, a word."""
    if piece.kind != "paragraph":
        return False
    text = piece.form.text.rstrip()
    while text and (text[-1] in _CLOSING or text[-1].isspace() or ord(text[-1]) in _SLOTS):
        text = text[:-1]
    return not text or text[-1] not in _FINAL


def goes_on(before: Piece, piece: Piece) -> bool:
    """Whether a piece goes on with the one before it: with its sentence, or as its proof."""
    if piece.kind == "theorem" and before.kind in ("theorem", "display"):
        return piece.form.text.lstrip().startswith(_PROOFS)
    return piece.continued or (piece.kind != "heading" and is_open(before))
