"""`literal`: a short string that the page itself puts (a number, a label), as a `Form`."""

from __future__ import annotations

import functools
import html

from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.forms.escapes import escape
from pipelines.latex_pages.forms.form import ANY, Form, Glyphs
from pipelines.latex_pages.forms.markdown import escape_text


@functools.lru_cache(maxsize=8192)
def literal(text: str, face: str = ANY) -> Form:
    """Return plain text in every form.

    Args:
        text: no line breaks; blanks are single.
        face: of its glyphs, see `forms.form`; by default whatever the template gives them.
    """
    chars = fold(text)
    return Form(
        latex=escape(text),
        markdown=escape_text(text),
        text=text,
        html=html.escape(text, quote=False),
        glyphs=Glyphs(chars, face * len(chars)),
    )


def any_face(glyphs: Glyphs) -> Glyphs:
    """Return the glyphs for text whose face the template decides (titles, captions)."""
    return Glyphs(glyphs.chars, ANY * len(glyphs.chars), glyphs.relations)
