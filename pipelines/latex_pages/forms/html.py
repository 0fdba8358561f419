"""Running text as HTML, formulas as MathML; None where something has no exact markup."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from pipelines.latex_pages.content.nodes import (
    Break,
    Footnote,
    Inlines,
    Math,
    Script,
    Styled,
    Text,
)
from pipelines.latex_pages.forms.mathml import formula_mathml

if TYPE_CHECKING:
    from pipelines.latex_pages.forms.slots import Slots

_FACES = {
    "bold": ("<strong>", "</strong>"),
    "italic": ("<em>", "</em>"),
    "mono": ("<code>", "</code>"),
    "sans": ('<span style="font-family: sans-serif">', "</span>"),
    "slanted": ('<span style="font-style: oblique">', "</span>"),
    "underline": ("<u>", "</u>"),
}
_SCRIPTS = {"super": "sup", "sub": "sub"}


def inlines_html(body: Inlines, slots: Slots) -> str | None:
    """Return running text as HTML; a footnote's mark is a slot."""
    parts: list[str | None] = []
    for node in body:
        match node:
            case Text():
                parts.append(escape(node.text, quote=False))
            case Styled():
                start, end = _FACES[node.face]
                parts += start, inlines_html(node.body, slots), end
            case Math():
                parts.append(formula_mathml(node.body) if node.body else "")
            case Footnote():
                parts.append(slots.take("footnote"))
            case Script():
                name = _SCRIPTS[node.place]
                parts += f"<{name}>", inlines_html(node.body, slots), f"</{name}>"
            case Break():
                parts.append("<br>")
    return joined(parts)


def joined(parts: list[str | None]) -> str | None:
    """Return the parts one after another; None if any of them is None."""
    return None if None in parts else "".join(part for part in parts if part)
