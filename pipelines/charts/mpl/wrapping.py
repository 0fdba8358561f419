"""Breaks texts into lines that fit a width: at blanks, and anywhere in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.mpl.typeset import Typesetter

_UNIT = re.compile(r"[^\s\u2e80-\uffef]+|[\u2e80-\uffef]|\s+")
_NOT_FIRST = "，。、；：？！）》」』】”’％,.;:?!)"


def wrap(setter: Typesetter, text: str, width: float, lines: int) -> str | None:
    """Return a text with line feeds so that no line is wider, None if it needs more lines.

    Lines are made about as long as each other.
    """
    if setter.width(text) <= width:
        return text
    if lines == 1 or setter.width(text) > width * lines:
        return None
    made = [list[str]()]
    for unit in _units(text):
        if unit.isspace() or setter.width("".join([*made[-1], unit]).rstrip()) <= width:
            made[-1].append(unit)
        else:
            made.append([unit])
    _balance(setter, made)
    texts = [line for units in made if (line := "".join(units).strip())]
    if len(texts) > lines or max(setter.width(line) for line in texts) > width:
        return None
    return "\n".join(texts)


def must_wrap(setter: Typesetter, text: str, width: float, lines: int, what: str) -> str:
    """Return a text wrapped.

    Raises:
        CannotDraw: it does not fit.
    """
    made = wrap(setter, text, width, lines)
    if made is None:
        raise CannotDraw("no-room", f"{what} is too long for {width:.0f} pixels: {text!r}")
    return made


def has_orphan(text: str) -> bool:
    """Return whether the last of several lines is a single character."""
    head, _, last = text.rpartition("\n")
    return bool(head) and len(last) == 1


def _balance(setter: Typesetter, lines: list[list[str]]) -> None:
    """Move units down from the end of a line while the next one stays the shorter of the two."""
    for upper, lower in reversed(list(pairwise(lines))):
        while len(upper) > 1:
            after = setter.width("".join([upper[-1], *lower]).strip())
            if not upper[-1].isspace() and after >= setter.width("".join(upper).strip()):
                break
            lower.insert(0, upper.pop())


def _units(text: str) -> Iterator[str]:
    held = ""
    for unit in _UNIT.findall(text):
        if held and unit not in _NOT_FIRST:
            yield held
            held = ""
        held += unit
    if held:
        yield held
