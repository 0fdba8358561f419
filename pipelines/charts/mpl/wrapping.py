"""Breaks texts into lines that fit a width: at blanks, and anywhere in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.mpl.typeset import Typesetter

_UNIT = re.compile(r"[^\s\u2e80-\uffef]+|[\u2e80-\uffef]|\s+")
_NOT_FIRST = "，。、；：？！）》」』】”’％,.;:?!)"


def wrap(setter: Typesetter, text: str, width: float, lines: int) -> str | None:
    """Return a text with line feeds so that no line is wider, None if it needs more lines."""
    if setter.width(text) <= width:
        return text
    if lines == 1 or setter.width(text) > width * lines:
        return None
    made = [""]
    for unit in _units(text):
        if setter.width((made[-1] + unit).rstrip()) <= width:
            made[-1] += unit
        elif unit.isspace():
            made[-1] += " "
        else:
            made.append(unit)
    made = [line.strip() for line in made if line.strip()]
    if len(made) > lines or max(setter.width(line) for line in made) > width:
        return None
    return "\n".join(made)


def must_wrap(setter: Typesetter, text: str, width: float, lines: int, what: str) -> str:
    """Return a text wrapped.

    Raises:
        CannotDraw: it does not fit.
    """
    made = wrap(setter, text, width, lines)
    if made is None:
        raise CannotDraw("no-room", f"{what} is too long for {width:.0f} pixels: {text!r}")
    return made


def _units(text: str) -> Iterator[str]:
    held = ""
    for unit in _UNIT.findall(text):
        if held and unit not in _NOT_FIRST:
            yield held
            held = ""
        held += unit
    if held:
        yield held
