"""Cuts long paragraphs at the ends of sentences: a block stands whole on its page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.latex_pages.content.nodes import Footnote, Inline, Inlines, Paragraph, Styled, Text

MOST = 1400
"""Characters of a paragraph in Latin script; Chinese ones count for two and a half."""
_WANTED = 800
_HAN_WIDTH = 2.5

# Two letters or more before the full stop: initials and abbreviations of one letter end nothing.
_END = re.compile(r"(?<=[^\W\d_]{2})[.?!][”’)]? (?=[A-Z“‘])|[。？！][”’）]?")


def split_long(paragraph: Paragraph) -> tuple[Paragraph, ...]:
    """Return a paragraph, or several of whole sentences where it is too long for a page.

    Sentences end in plain text only, so a paragraph of one long formula stays as it is.
    """
    if _length(paragraph.body) <= MOST:
        return (paragraph,)
    parts: list[list[Inline]] = [[]]
    length = 0.0
    for piece in _sentences(paragraph.body):
        if length >= _WANTED and _ends(parts[-1]):
            parts.append([])
            length = 0.0
            piece = _without_leading_blank(piece)
        parts[-1].append(piece)
        length += _length((piece,))
    bodies = [tuple(part) for part in parts if part]
    return tuple(
        Paragraph(body, continued=paragraph.continued and not number)
        for number, body in enumerate(bodies)
    )


def _sentences(body: Inlines) -> Iterator[Inline]:
    """Yield the inlines, plain text cut after each sentence."""
    for inline in body:
        if not isinstance(inline, Text):
            yield inline
            continue
        start = 0
        for match in _END.finditer(inline.text):
            yield Text(inline.text[start : match.end()].rstrip(" "))
            start = match.end()
            if match[0].endswith(" "):
                start -= 1
        if start < len(inline.text):
            yield Text(inline.text[start:])


def _ends(body: list[Inline]) -> bool:
    if not body or not isinstance(body[-1], Text):
        return False
    return body[-1].text.rstrip("”’)）").endswith((".", "?", "!", "。", "？", "！"))


def _without_leading_blank(inline: Inline) -> Inline:
    return Text(inline.text.lstrip(" ")) if isinstance(inline, Text) else inline


def _length(body: Inlines) -> float:
    length = 0.0
    for inline in body:
        if isinstance(inline, Text):
            length += sum(_HAN_WIDTH if char > "\u2e80" else 1 for char in inline.text)
        elif isinstance(inline, Styled | Footnote):
            length += _length(inline.body)
        else:
            length += 8  # about what a formula takes
    return length
