"""The numbers of a page: python owns them all, TeX counts nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.forms.labels import (
    bullet_label,
    equation_label,
    footnote_label,
    item_label,
    theorem_label,
)
from pipelines.latex_pages.page.literal import literal

if TYPE_CHECKING:
    import numpy as np

    from pipelines.latex_pages.page.style import Style

_FIELD = re.compile(r"\{(\w)(?::(.))?\}")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_DIGITS = "零一二三四五六七八九"
_NOTE_SIGNS = ("*", "†", "‡", "§", "¶")


def roman(number: int) -> str:
    """Return a number from 1 in lower-case Roman numerals."""
    parts = []
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)


def chinese(number: int) -> str:
    """Return a number from 1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def spell(number: int, style: str = "1") -> str:
    """Return a number in a style: 1 i I a A 一 ① *; one beyond a style's reach is Arabic."""
    if style in "iI":
        return roman(number) if style == "i" else roman(number).upper()
    if style in "aA" and number <= 26:
        return chr(ord(style) + number - 1)
    if style == "一" and number <= 99:
        return chinese(number)
    if style == "①" and number <= 10:
        return chr(ord("①") + number - 1)
    if style == "*" and number <= len(_NOTE_SIGNS):
        return _NOTE_SIGNS[number - 1]
    return str(number)


def expand(pattern: str, counters: dict[str, int]) -> str:
    """Return a pattern ("{1}.{e:a}") with its counters spelled out."""
    return _FIELD.sub(lambda match: spell(counters[match[1]], match[2] or "1"), pattern)


class Numbering:
    """Counters of one page, begun at drawn numbers, asked in reading order."""

    def __init__(self, style: Style, rng: np.random.Generator) -> None:
        self._style = style
        first = bool(style["title_page"])
        # What stood on the pages before this one.
        tops = {"1": 9, "2": 6, "3": 4, "4": 3, "e": 30, "t": 9, "h": 12, "n": 12}
        drawn = {name: int(rng.integers(top)) for name, top in tops.items()}
        self._counters = {name: 0 if first else drawn[name] for name in tops} | {"i": 0}
        if "*" in style["note_number"]:
            self._counters["n"] = 0
        self._items = [0, 0, 0, 0]

    def heading(self, level: int) -> Form:
        """Return the number of the next heading of a level, or an empty form."""
        for upper in range(1, level):
            # A section that never began is called 1 from now on.
            self._counters[str(upper)] = max(self._counters[str(upper)], 1)
        self._count(str(level))
        for deeper in range(level + 1, 5):
            self._counters[str(deeper)] = 0
        if level == 1:
            for name, draw in (("e", "equation_number"), ("h", "theorem_number")):
                if "{1}" in self._style[draw]:
                    self._counters[name] = 0
        return self._literal(self._style["heading_numbers"][level - 1])

    def table(self) -> Form:
        """Return the label of the next caption: "Table 3:"."""
        self._count("t")
        return self._literal(self._style["caption_label"])

    def label(self, slot: str) -> Form:
        """Return the label of the next slot of a kind: "equation", "enumerate:2" …"""
        kind, _, depth = slot.partition(":")
        if kind == "equation":
            return equation_label(self._next("e", "equation_number"))
        if kind == "footnote":
            return footnote_label(self._next("n", "note_number"))
        if kind == "theorem":
            return theorem_label(self._next("h", "theorem_number"))
        level = min(int(depth or 1), 4) - 1
        if kind == "itemize":
            bullet = self._style["bullets"][level]
            return bullet_label(bullet, literal(bullet).latex)
        if kind == "enumerate":
            self._items[level] += 1
            self._items[level + 1 :] = [0] * (3 - level)
            self._counters["i"] = self._items[level]
            return item_label(self._spelled(self._style["items"][level]))
        raise ValueError(f"no number for a slot of kind {slot!r}")

    def begin_list(self) -> None:
        """Start the items of a new list at one."""
        self._items = [0, 0, 0, 0]

    def _next(self, counter: str, draw: str) -> str:
        self._count(counter)
        return self._spelled(self._style[draw])

    def _literal(self, pattern: str) -> Form:
        return literal(self._spelled(pattern))

    def _spelled(self, pattern: str) -> str:
        # Before the first heading of a text its sections are called 1.
        counters = {name: max(number, 1) for name, number in self._counters.items()}
        return expand(pattern, counters)

    def _count(self, counter: str) -> None:
        self._counters[counter] += 1
