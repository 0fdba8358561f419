"""Labels that fill slots: the form of a number as each kind of slot shows it."""

from __future__ import annotations

from html import escape as escape_html

from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.forms.escapes import escape
from pipelines.latex_pages.forms.form import ANY, PLAIN, Form, Glyphs
from pipelines.latex_pages.forms.markdown import BULLET, escape_text
from pipelines.latex_pages.forms.text import script_text
from pipelines.latex_pages.forms.trace import pair


def equation_label(number: str) -> Form:
    """Return the form of an equation's number ("3.2"): `\\tag` puts it in parentheses."""
    shown = f"({number})"
    spelled = escape(number)
    return Form(spelled, spelled, shown, escape_html(shown), _glyphs(shown, PLAIN))


def footnote_label(mark: str) -> Form:
    """Return the form of a footnote's mark ("2", "*"), raised on the page."""
    html = f"<sup>{escape_html(mark)}</sup>"
    text, glyphs = script_text(mark, "super"), _glyphs(mark, ANY)
    return Form(escape(mark), escape_mark(mark), text, html, glyphs, trace=pair(text, glyphs.chars))


def item_label(label: str, latex: str = "") -> Form:
    """Return the form of an item's number ("1.", "(a)") as it stands.

    Args:
        latex: how the page sets it, if not as plain text.
    """
    spelled = latex or escape(label)
    spelled = f"{{{spelled}}}" if "]" in spelled else spelled
    return Form(spelled, label, label, escape_html(label), _glyphs(label, ANY))


def bullet_label(char: str, latex: str) -> Form:
    """Return the form of a bullet: its character on the page ("•", "–") and its LaTeX."""
    return Form(latex, BULLET, char, escape_html(char), _glyphs(char, ANY))


def theorem_label(number: str) -> Form:
    """Return the form of a theorem's number ("3.1")."""
    return Form(
        escape(number), escape_text(number), number, escape_html(number), _glyphs(number, ANY)
    )


def escape_mark(mark: str) -> str:
    """Return a footnote's mark as it stands in `[^…]`."""
    return "".join(f"\\{char}" if char in "\\]" else char for char in mark)


def _glyphs(shown: str, face: str) -> Glyphs:
    chars = fold(shown)
    return Glyphs(chars, face * len(chars))
