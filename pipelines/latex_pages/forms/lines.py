"""Forms of what stands in a line: running text with its footnotes, and formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.latex_pages.content.nodes import (
    Break,
    Footnote,
    Formula,
    Inlines,
    Script,
    Styled,
    Text,
)
from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.forms.form import Form, Glyphs
from pipelines.latex_pages.forms.glyphs import glyphs_of_formula, glyphs_of_inlines
from pipelines.latex_pages.forms.html import inlines_html
from pipelines.latex_pages.forms.latex import MARKDOWN, formula_latex, inline_math, inlines_latex
from pipelines.latex_pages.forms.markdown import inlines_markdown
from pipelines.latex_pages.forms.marking import marked_inlines
from pipelines.latex_pages.forms.mathml import formula_mathml
from pipelines.latex_pages.forms.slots import Slots
from pipelines.latex_pages.forms.text import formula_text, inlines_text
from pipelines.latex_pages.forms.trace import trace


def write_inlines(body: Inlines) -> Form:
    """Return running text in every form.

    Raises:
        ValueError: something that no form shows, as a footnote inside a footnote.
    """
    slots = Slots()
    text, glyphs = inlines_text(body, Slots()), glyphs_of_inlines(body, Slots())
    return Form(
        inlines_latex(body, slots),
        inlines_markdown(body, Slots()),
        text,
        inlines_html(body, Slots()),
        glyphs,
        tuple(slots.kinds),
        notes_of(body),
        _trace(body, text, glyphs),
    )


def _trace(body: Inlines, text: str, glyphs: Glyphs) -> str:
    if fold(text) == glyphs.chars:
        return ""
    marked = marked_inlines(body)
    shown = glyphs_of_inlines(marked, Slots())
    return trace(text, glyphs.chars, inlines_text(marked, Slots()), shown.chars)


def write_formula(formula: Formula) -> Form:
    """Return a formula in running text in every form."""
    return Form(
        inline_math(formula_latex(formula)),
        inline_math(formula_latex(formula, MARKDOWN)),
        formula_text(formula),
        formula_mathml(formula),
        glyphs_of_formula(formula),
    )


def notes_of(body: Inlines) -> tuple[Form, ...]:
    """Return the forms of the footnotes of running text, in reading order.

    Raises:
        ValueError: a footnote inside a footnote.
    """
    return tuple(_note(node) for node in footnotes(body))


def _note(footnote: Footnote) -> Form:
    form = write_inlines(_unbroken(footnote.body))
    if form.slots:
        raise ValueError("a footnote inside a footnote")
    return form


def _unbroken(body: Inlines) -> Inlines:
    """A note is one line of the markdown: its line breaks are blanks."""
    return tuple(
        Text(" ")
        if isinstance(node, Break)
        else replace(node, body=_unbroken(node.body))
        if isinstance(node, Styled)
        else node
        for node in body
    )


def footnotes(body: Inlines) -> Iterator[Footnote]:
    """Yield the footnotes of running text in reading order."""
    for node in body:
        if isinstance(node, Footnote):
            yield node
        elif isinstance(node, Styled | Script):
            yield from footnotes(node.body)
