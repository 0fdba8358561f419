"""Drawn strings as one line: line feeds of wrapping taken out again."""

from __future__ import annotations

import unicodedata


def flat(text: str) -> str:
    """Return a text without any blanks, for comparison of wrapped ones."""
    return "".join(text.split())


def same(drawn: str, wanted: str) -> bool:
    """Say whether a drawn string is a wanted one, wrapped or not."""
    return drawn == wanted or ("\n" in drawn and flat(drawn) == flat(wanted))


def unwrap(drawn: str, meant: str = "") -> str:
    """Return a drawn string in one line; wide characters are joined without a blank.

    Args:
        drawn: as drawn, lines parted by line feeds.
        meant: what it is believed to say. It decides one thing only, whether a line feed stands
            for a blank: where the two differ in anything else, it is not heeded.
    """
    if "\n" not in drawn:
        return drawn
    if meant and flat(drawn) == flat(meant):
        return meant
    lines = [line for line in drawn.split("\n") if line]
    text = lines[0] if lines else ""
    for line in lines[1:]:
        text += line if is_wide(text[-1]) or is_wide(line[0]) else f" {line}"
    return text


def leading(drawn: str, name: str) -> str | None:
    """Return what follows a name that leads a (wrapped) string; None if it does not lead it."""
    lead = flat(name)
    if not lead or not flat(drawn).startswith(lead):
        return None
    seen = 0
    for at, char in enumerate(drawn):
        if seen == len(lead):
            return drawn[at:]
        seen += not char.isspace()
    return ""


def is_wide(char: str) -> bool:
    """Say whether a character is as wide as it is high, so that no blanks part its words."""
    return unicodedata.east_asian_width(char) in "WF"


def is_han(char: str) -> bool:
    """Say whether a character is a Chinese one."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"
