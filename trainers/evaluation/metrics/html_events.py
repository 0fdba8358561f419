"""Tags and texts of HTML as it comes, in time linear in its length.

The standard library's parser takes minutes for 200 kB of "<a " (before CVE-2025-6069 was mended),
and a model may well write that. Of attributes only spans are kept.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field

_SPANS = frozenset({"colspan", "rowspan"})
_VALUE_MAX = 20


@dataclass(frozen=True, slots=True)
class Start:
    """An opening tag with its spans as they are written."""

    tag: str
    spans: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """A closing tag."""

    tag: str


Event = Start | End | str


def html_events(text: str) -> Iterator[Event]:
    """Yield opening tags, closing tags and the texts between, entities resolved.

    Comments and declarations are passed over. What begins as a tag or comment and does not end is
    dropped with all that follows, as browsers do. A "<" before anything but a letter is text.
    """
    position = 0
    while position < len(text):
        opening = _tag_start(text, position)
        if opening > position:
            yield _resolved(text[position:opening])
        if opening == len(text):
            return
        if text[opening + 1] in "!?":
            comment = text.startswith("<!--", opening)
            end = text.find("-->" if comment else ">", opening + (4 if comment else 2))
            if end < 0:
                return
            position = end + (3 if comment else 1)
            continue
        closing = text[opening + 1] == "/"
        name_end = opening + 2
        while name_end < len(text) and not (text[name_end] in "/>" or text[name_end].isspace()):
            name_end += 1
        tag = text[opening + 1 + closing : name_end].lower()
        spans, after = _attributes(text, name_end)
        if after is None:
            return
        yield End(tag) if closing else Start(tag, spans)
        position = after


def _tag_start(text: str, position: int) -> int:
    """Return the place of the next "<" that begins a tag, comment or declaration, or the end."""
    while True:
        position = text.find("<", position)
        if position < 0:
            return len(text)
        following = text[position + 1 : position + 2]
        if following == "/":
            following = text[position + 2 : position + 3]
        elif following and following in "!?":
            return position
        if following.isascii() and following.isalpha():
            return position
        position += 1


def _attributes(text: str, position: int) -> tuple[dict[str, str], int | None]:
    """Read up to the tag's ">"; return the spans and the place after it, None if it has none."""
    spans: dict[str, str] = {}
    while position < len(text):
        if text[position] == ">":
            return spans, position + 1
        if text[position] in "/=" or text[position].isspace():
            position += 1
            continue
        start = position
        while position < len(text) and text[position] not in "/=>" and not text[position].isspace():
            position += 1
        name = text[start:position].lower()
        position = _past_space(text, position)
        if text[position : position + 1] != "=":
            continue
        position = _past_space(text, position + 1)
        value, after = _value(text, position)
        if after is None:
            return spans, None
        if name in _SPANS:
            spans[name] = value[:_VALUE_MAX]
        position = after
    return spans, None


def _value(text: str, position: int) -> tuple[str, int | None]:
    quote = text[position : position + 1]
    if quote and quote in "\"'":
        end = text.find(quote, position + 1)
        return ("", None) if end < 0 else (text[position + 1 : end], end + 1)
    end = position
    while end < len(text) and text[end] != ">" and not text[end].isspace():
        end += 1
    return text[position:end], end


def _past_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _resolved(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a reference of more digits than Python makes a number of
        return text
