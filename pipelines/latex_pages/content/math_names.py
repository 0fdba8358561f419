"""Names of operators and lengths of room in formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content.nodes import (
    Alphabet,
    Formula,
    Group,
    Operator,
    Space,
    Symbol,
    Text,
    Words,
)
from pipelines.latex_pages.content.reading import Refusal, is_control, raw_text

if TYPE_CHECKING:
    from pipelines.latex_pages.content.reading import Tokens


def plain_name(formula: Formula) -> str:
    """Return the letters of an upright or an unmarked formula that is nothing else, or ""."""
    name = ""
    for atom in formula:
        match atom:
            case Symbol(name=char) if len(char) == 1 and (char.isalnum() or char in "-*/"):
                name += char
            case Alphabet(command="\\mathrm", body=body) | Group(body=body):
                name += plain_name(body)
            case Operator(name=inner):
                name += inner
            case Words(body=(Text(text=text),)) if text.isalpha():
                name += text
            case Space():
                name += "\\,"
            case _:
                return ""
    return name


_NAME_CHARACTERS = frozenset("-*/'.:")


def operator_name(tokens: Tokens) -> str:
    """Return the name of an operator: letters, digits, some signs, and `\\,`.

    Raises:
        Refusal: anything else.
    """
    name = ""
    for token in tokens:
        if token.kind == "letter" and all(
            char.isascii() and (char.isalnum() or char in _NAME_CHARACTERS) for char in token.text
        ):
            name += token.text
        elif is_control(token, ",", " ", "thinspace", ";", ":") or token.kind == "active":
            name += "\\,"
        elif token.kind in ("begin", "end", "space") or is_control(
            token, "rm", "mathrm", "textrm", "text", "relax", "kern", "nolimits", "mathsf", "!"
        ):
            continue
        else:
            raise Refusal("operator-name", raw_text(tokens)[:30], token.place)
    name = name.strip("\\,") if name.strip("\\,") else ""
    if not name:
        raise Refusal("operator-name", "empty", tokens[0].place if tokens else (0, 0))
    return name


def is_wide(length: str) -> bool:
    """Return whether a length parts words: half an em or more."""
    number = "".join(char for char in length.partition("plus")[0] if char in "-.0123456789")
    unit = length.partition("plus")[0].strip(" =-+.0123456789")[:2]
    scale = {"em": 10.0, "ex": 4.3, "pt": 1.0, "cm": 28.5, "mm": 2.85, "in": 72.0, "mu": 0.55}
    try:
        return float(number) * scale.get(unit, 0.0) >= 4.0
    except ValueError:
        return "\\fill" in length or "stretch" in length
