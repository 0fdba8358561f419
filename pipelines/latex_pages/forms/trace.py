"""Text and ink in step: which characters of a form's text each of its glyphs shows.

Outside formulas a text's characters are its glyphs, folded. A trace is the text with the glyphs
written in where that is not so: `OPEN text SEAM glyphs CLOSE` around the shortest stretch that is
known to hold the same on both sides. Traces are joined and filled like texts.
"""

from __future__ import annotations

import re

from pipelines.latex_pages.content.symbols import fold

OPEN, SEAM, CLOSE, MARK = map(chr, range(0xF000, 0xF004))
"""Private-use characters above those of slots."""
STRETCH = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){SEAM}([^{OPEN}{CLOSE}]*){CLOSE}")
_PRIVATE = re.compile(f"[{OPEN}{SEAM}{CLOSE}{MARK}]")


def pair(text: str, glyphs: str) -> str:
    """Return the trace of a text that holds the same as glyphs, as a whole; "" if they are equal.

    A text that is its own trace needs none.
    """
    return "" if fold(text) == glyphs else f"{OPEN}{text}{SEAM}{glyphs}{CLOSE}"


def trace(text: str, glyphs: str, marked_text: str, marked_glyphs: str) -> str:
    """Return the trace of a text, or "" where none is needed or none can be given.

    Args:
        marked_text, marked_glyphs: the same, written with `MARK` at places that answer to one
            another; marks may have changed the text's blanks.
    """
    told, shown = marked_text.split(MARK), marked_glyphs.split(MARK)
    if (
        len(told) != len(shown)
        or "".join(shown) != glyphs
        or _squeezed("".join(told)) != _squeezed(text)
        or _PRIVATE.search(text + glyphs)
    ):
        return ""
    parts = []
    at, carried = 0, ""
    for piece, ink in zip(told, shown, strict=True):
        end = _skip(text, at, len(_squeezed(piece)))
        stretch, ink = text[at:end], carried + ink
        carried = ink if not stretch else ""  # ink that the text leaves out goes with what follows
        if fold(stretch) == ink or not stretch:
            parts.append(stretch)
        else:
            body = stretch.lstrip()
            blanks = stretch[: len(stretch) - len(body)]
            parts.append(f"{blanks}{OPEN}{body}{SEAM}{ink}{CLOSE}")
        at = end
    return "" if carried else "".join(parts) + text[at:]


def _skip(text: str, at: int, count: int) -> int:
    """Return the place behind so many characters that are not blank."""
    while count:
        count -= not text[at].isspace()
        at += 1
    return at


def _squeezed(text: str) -> str:
    return "".join(text.split())
