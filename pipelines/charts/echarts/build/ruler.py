"""Measures and breaks texts in a chart's fonts."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from pipelines.charts.fonts import FontSet, font_set, odd_advances

# Closing punctuation does not begin a line, opening does not end one.
_NO_START = frozenset("，。、：；！？）】》」』’”％%),.;:!?]}")
_NO_END = frozenset("（《“‘「【")
_WIDE = 0x2E80


class Ruler:
    """Widths of texts in one font set."""

    def __init__(self, made: FontSet) -> None:
        self.fonts = made
        self._em = (odd_advances(made, False), odd_advances(made, True))

    def width(self, text: str, px: float, bold: bool = False) -> float:
        """Return the width of a text's widest line in pixels."""
        if "\n" in text:
            return max(self.width(line, px, bold) for line in text.split("\n"))
        get = self._em[bold].get
        return px * sum([get(ord(character), 1.0) for character in text])

    def widest(self, texts: Iterable[str], px: float, bold: bool = False) -> float:
        """Return the width of the widest of some texts, 0 for none."""
        return max((self.width(text, px, bold) for text in texts), default=0.0)

    def wrap(self, text: str, px: float, room: float, bold: bool = False) -> list[str]:
        """Return a text's lines, none wider than `room` where breaks allow it."""
        if self.width(text, px, bold) <= room:
            return [text]
        lines, line = [], ""
        for piece in breakable(text):
            if line and self.width((line + piece).rstrip(), px, bold) > room:
                lines.append(line.rstrip())
                line = piece
            else:
                line += piece
        return [*lines, line.rstrip()] if line.strip() else lines


def breakable(text: str) -> list[str]:
    """Return the stretches of a text between which lines may break: words, and CJK characters."""
    pieces: list[str] = []
    in_word = opened = False
    for character in text:
        wide = ord(character) >= _WIDE
        trails = character in _NO_START or character == " "
        if pieces and (opened or trails or (in_word and not wide)):
            pieces[-1] += character
        else:
            pieces.append(character)
        opened = character in _NO_END
        in_word = not wide and character not in " -/"
    return pieces


def wrap_by_count(text: str, count: int) -> str:
    """Return a text broken into lines of at most `count` characters where breaks allow it."""
    lines, line = [], ""
    for piece in breakable(text):
        if line and len((line + piece).rstrip()) > count:
            lines.append(line.rstrip())
            line = piece
        else:
            line += piece
    return "\n".join([*lines, line.rstrip()])


@functools.lru_cache(maxsize=32)
def ruler(name: str) -> Ruler:
    """Return the ruler of a font set by name; raises `ToolMissing` where it is not installed."""
    return Ruler(font_set(name))
