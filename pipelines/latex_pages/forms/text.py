"""Formulas and running text as plain text, in one line: `x²`, `x^(n+α)`, `(a+b)/2`."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pipelines.latex_pages.content.nodes import (
    Accent,
    Alphabet,
    Atom,
    Big,
    Break,
    Delimited,
    Footnote,
    Formula,
    Fraction,
    Group,
    Inlines,
    Math,
    Matrix,
    Negated,
    Operator,
    Root,
    Script,
    Scripts,
    Space,
    Stack,
    Style,
    Styled,
    Symbol,
    Text,
    Words,
)
from pipelines.latex_pages.content.symbols import look_up
from pipelines.latex_pages.forms.latex import atom_kind

if TYPE_CHECKING:
    from pipelines.latex_pages.forms.slots import Slots

_RAISED = str.maketrans(
    "0123456789+−-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
)
_LOWERED = str.maketrans("0123456789+−-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_STANDING = frozenset("*∗†‡′°")
_UNARY_AFTER = frozenset({"open", "bin", "rel", "punct", "op"})
_FENCES = {
    "pmatrix": "()",
    "bmatrix": "[]",
    "Bmatrix": "{}",
    "vmatrix": "||",
    "Vmatrix": "‖‖",
    "cases": "{",
    "dcases": "{",
}
ARROWS = {"\\xrightarrow": "→", "\\xleftarrow": "←"}
_ROOTS = {"": "√", "3": "∛", "4": "∜"}


def inlines_text(body: Inlines, slots: Slots | None = None) -> str:
    """Return running text; footnotes' marks are slots.

    Raises:
        ValueError: a footnote where no slots are given.
    """
    parts = []
    for node in body:
        match node:
            case Text():
                parts.append(node.text)
            case Styled():
                parts.append(inlines_text(node.body, slots))
            case Math():
                parts.append(formula_text(node.body))
            case Footnote():
                if slots is None:
                    raise ValueError("a footnote inside a formula")
                parts.append(slots.take("footnote"))
            case Script():
                parts.append(script_text(inlines_text(node.body, slots), node.place))
            case Break():
                parts.append("\n")
    return "".join(parts)


def script_text(text: str, place: str) -> str:
    """Return text raised or lowered ("super" or "sub"): `²`, or `^(…)` where Unicode has no such.

    Signs that already stand high (primes, stars, daggers) stay as they are when raised.
    """
    if not text:
        return ""
    if place == "super" and all(char in _STANDING for char in text):
        return text
    table = _RAISED if place == "super" else _LOWERED
    if all(ord(char) in table for char in text):
        return text.translate(table)
    sign = "^" if place == "super" else "_"
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})"


def formula_text(formula: Formula, *, tight: bool = False) -> str:
    """Return a formula as plain text in reading order."""
    parts: list[str] = []
    before = "open"
    for number, atom in enumerate(formula):
        text = _atom_text(atom, tight)
        kind = atom_kind(atom)
        if isinstance(atom, Space):
            parts.append(text)
            continue
        if not text:
            continue
        signed = kind == "rel" or (kind == "bin" and before not in _UNARY_AFTER)
        if tight:
            parts.append(text)
        elif signed and number + 1 < len(formula):
            parts.append(f" {text} ")
        elif signed:
            parts.append(f" {text}")
        elif kind == "punct":
            parts.append(text + " ")
        elif kind in ("function", "limit", "op") and len(text) > 1:
            parts.append(f" {text} ")
        else:
            parts.append(text)
        before = kind
    return " ".join("".join(parts).split())


def _atom_text(atom: Atom, tight: bool) -> str:
    match atom:
        case Symbol():
            return look_up(atom.name).text
        case Group() | Alphabet():
            return formula_text(atom.body, tight=tight)
        case Scripts():
            sub = script_text(formula_text(atom.sub or (), tight=True), "sub")
            sup = script_text(formula_text(atom.sup or (), tight=True), "super")
            return _atom_text(atom.base, tight) + "′" * atom.primes + sub + sup
        case Fraction():
            return _fraction(atom)
        case Root():
            index = formula_text(atom.index or (), tight=True)
            body = _wrapped(formula_text(atom.body, tight=True))
            root = _ROOTS.get(index)
            return f"{script_text(index, 'super')}√{body}" if root is None else root + body
        case Accent():
            return _accent(atom)
        case Stack():
            return _stack(atom)
        case Delimited():
            text = _delimiter(atom.left)
            for part, sign in zip(atom.parts, (*atom.middles, atom.right), strict=True):
                text += formula_text(part, tight=tight) + _delimiter(sign)
            return text
        case Big():
            return _delimiter(atom.delimiter)
        case Words():
            return inlines_text(atom.body)
        case Operator():
            return atom.name.replace("\\,", " ")
        case Negated():
            return look_up(atom.symbol.name).text + "\u0338"
        case Space():
            return " "
        case Style():
            return ""
        case Matrix():
            return _matrix(atom)


def _delimiter(name: str) -> str:
    return "" if name == "." else look_up(name).text


def _wrapped(text: str) -> str:
    """A part of a fraction: in parentheses, unless it reads as one thing."""
    return text if len(text) <= 1 or text.isdecimal() else f"({text})"


def _fraction(atom: Fraction) -> str:
    upper, lower = formula_text(atom.upper), formula_text(atom.lower)
    if atom.command.endswith("binom"):
        return f"({upper} {lower})"
    return f"{_wrapped(upper)}/{_wrapped(lower)}"


def _accent(atom: Accent) -> str:
    body = formula_text(atom.body)
    mark = look_up(atom.command).text
    return unicodedata.normalize("NFC", body + mark) if len(body) == len(mark) == 1 else body


def _stack(atom: Stack) -> str:
    mark = formula_text(atom.mark, tight=True)
    if atom.command.startswith("\\x"):
        under = script_text(formula_text(atom.under or (), tight=True), "sub")
        return f"{ARROWS[atom.command]}{under}{script_text(mark, 'super')}"
    place = "sub" if atom.command == "\\underset" else "super"
    return formula_text(atom.base) + script_text(mark, place)


def _matrix(atom: Matrix) -> str:
    rows = ["  ".join(formula_text(cell) for cell in row).strip() for row in atom.rows]
    fences = _FENCES.get(atom.environment.rstrip("*"), "")
    left, right = fences[:1], fences[1:]
    return f"{left}{'; '.join(rows)}{right}"
