"""Glyphs of formulas in TeX's box order, with what must stand above and below.

The order depends on the style: limits of an operator are shipped above, operator, below in a
display and as scripts behind it in a line. The rules are TeX's (Appendix G) and amsmath's, and
were checked against set pages.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from pipelines.latex_pages.content.nodes import (
    Accent,
    Alphabet,
    Atom,
    Big,
    Delimited,
    Formula,
    Fraction,
    Group,
    Matrix,
    Negated,
    Operator,
    Root,
    Scripts,
    Space,
    Stack,
    Style,
    Symbol,
    Words,
)
from pipelines.latex_pages.content.symbols import SYMBOLS, fold, look_up
from pipelines.latex_pages.forms.form import ABOVE, ANY, BELOW, Glyphs

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.latex_pages.content.nodes import Inlines

LIGHT, HEAVY = "l", "h"
"""Faces of formulas: anything but bold; bold, upright or slanted."""
SLASH = "\u0338"
_HEADS = "←→↔⇐⇒⇔↦↪↩"
_SHAFTS = str.maketrans("", "", "-=")
_NO_LIMITS = frozenset(("\\int", "\\oint", "\\smallint", "\\iint", "\\iiint", "\\iiiint"))
_BRACES = {"\\overbrace": ABOVE, "\\underbrace": BELOW}
_BELOW_BODY = frozenset(
    ("\\underbrace", "\\underrightarrow", "\\underleftarrow", "\\underleftrightarrow")
)
_FENCES = {
    "pmatrix": "()",
    "bmatrix": "[]",
    "Bmatrix": "{}",
    "vmatrix": "||",
    "Vmatrix": "‖‖",
    "cases": "{",
    "dcases": "{",
    "rcases": " }",
}
_DELIMITERS = {"<": "⟨", ">": "⟩", ".": "", "\\|": "‖"}
_ALL_HEAVY = "H"  # inside \boldsymbol; never a face of a glyph
_GREEK = ("Α", "ω")
_CHARACTERS = {'"': "”", "`": "‘"}  # as the fonts of formulas show them
_SPACE_COMMANDS = ("\\,", "\\;", "\\:", "\\!", "\\ ", "~", "\\quad", "\\qquad")


class MathStyle(IntEnum):
    """TeX's styles, as far as they decide the order."""

    DISPLAY = 0
    TEXT = 1
    SCRIPT = 2


_STYLES = {
    "\\displaystyle": MathStyle.DISPLAY,
    "\\textstyle": MathStyle.TEXT,
    "\\scriptstyle": MathStyle.SCRIPT,
    "\\scriptscriptstyle": MathStyle.SCRIPT,
}
_DISPLAYED = frozenset(("aligned", "alignedat", "gathered", "split", "dcases"))


class Ink:
    """Glyphs while they are collected."""

    def __init__(self) -> None:
        self.chars: list[str] = []
        self.faces: list[str] = []
        self.relations: list[tuple[int, int, str]] = []

    def __len__(self) -> int:
        return len(self.chars)

    def add(self, chars: str, face: str) -> None:
        """Add glyphs of one face."""
        self.chars.extend(chars)
        self.faces.extend(face * len(chars))

    def relate(self, one: int | None, other: int | None, which: str) -> None:
        """Demand that glyph `one` stands above or below glyph `other`; None demands nothing."""
        if one is not None and other is not None:
            self.relations.append((one, other, which))

    def glyphs(self) -> Glyphs:
        """Return what was collected."""
        return Glyphs("".join(self.chars), "".join(self.faces), tuple(self.relations))


class FormulaGlyphs:
    """Walks formulas and collects their glyphs.

    Args:
        ink: what they are added to.
        words: adds running text inside a formula to the ink, in the face given.
    """

    def __init__(self, ink: Ink, words: Callable[[Inlines, str], None]) -> None:
        self.ink = ink
        self.words = words

    def formula(self, formula: Formula, style: MathStyle, face: str = LIGHT) -> tuple[Spot, Spot]:
        """Add a formula; return a glyph near its start and its last one, if on its baseline."""
        first: Spot = None
        last: Spot = None
        for atom in formula:
            if isinstance(atom, Style):
                style = _STYLES.get(atom.command, style)
                continue
            before = len(self.ink)
            head, tail = self._atom(atom, style, face)
            if len(self.ink) > before:
                first = head if first is None else first
                last = tail
        return first, last

    def _atom(self, atom: Atom, style: MathStyle, face: str) -> tuple[Spot, Spot]:
        match atom:
            case Symbol():
                return self._symbol(atom, face)
            case Negated():
                self.ink.add(SLASH, ANY)
                return self._symbol(atom.symbol, face)
            case Group():
                return self.formula(atom.body, style, face)
            case Scripts():
                return self._scripts(atom, style, face)
            case Fraction():
                return self._fraction(atom, style, face)
            case Root():
                if atom.index is not None:
                    self.formula(atom.index, MathStyle.SCRIPT, face)
                self.ink.add("√", ANY)
                _, last = self.formula(atom.body, style, face)
                return None, last
            case Accent():
                return self._accent(atom, style, face)
            case Stack():
                return self._stack(atom, style, face)
            case Delimited():
                return self._delimited(atom, style, face)
            case Big():
                return self._delimiter(atom.delimiter)
            case Alphabet():
                return self.formula(atom.body, style, _alphabet_face(atom.command, face))
            case Words():
                start = len(self.ink)
                self.words(atom.body, atom.command)
                return _ends(start, len(self.ink))
            case Operator():
                name = atom.name
                for command in _SPACE_COMMANDS:
                    name = name.replace(command, "")
                start = len(self.ink)
                self.ink.add(fold(name), LIGHT if face == LIGHT else ANY)
                return _ends(start, len(self.ink))
            case Matrix():
                return self._matrix(atom, style, face)
            case Space() | Style():
                return None, None

    def _symbol(self, symbol: Symbol, face: str) -> tuple[Spot, Spot]:
        start = len(self.ink)
        self.ink.add(symbol_glyphs(symbol.name), _symbol_face(symbol.name, face))
        return _ends(start, len(self.ink))

    def _scripts(self, atom: Scripts, style: MathStyle, face: str) -> tuple[Spot, Spot]:
        if _takes_limits(atom, style):
            return self._limits(atom, style, face)
        start = len(self.ink)
        first, base = self._atom(atom.base, style, face)
        if len(self.ink) == start:
            base = None
        upper = self._upper(atom, face)
        lower, _ = self.formula(atom.sub or (), MathStyle.SCRIPT, face)
        self.ink.relate(upper, base, ABOVE)
        self.ink.relate(lower, base, BELOW)
        self.ink.relate(upper, lower, ABOVE)
        return first, base

    def _upper(self, atom: Scripts, face: str) -> Spot:
        start = len(self.ink)
        self.ink.add("′" * atom.primes, ANY)
        upper, _ = self.formula(atom.sup or (), MathStyle.SCRIPT, face)
        return start if atom.primes else upper

    def _limits(self, atom: Scripts, style: MathStyle, face: str) -> tuple[Spot, Spot]:
        upper = self._upper(atom, face)
        first, last = self._atom(atom.base, style, face)
        middle = last if first is None else first
        lower, _ = self.formula(atom.sub or (), MathStyle.SCRIPT, face)
        self.ink.relate(upper, middle, ABOVE)
        self.ink.relate(lower, middle, BELOW)
        self.ink.relate(upper, lower, ABOVE)
        return first, last

    def _fraction(self, atom: Fraction, style: MathStyle, face: str) -> tuple[Spot, Spot]:
        kind = atom.command[1:]
        inner = MathStyle.TEXT if style is MathStyle.DISPLAY else MathStyle.SCRIPT
        if kind in ("dfrac", "cfrac", "dbinom"):
            inner = MathStyle.TEXT
        elif kind in ("tfrac", "tbinom"):
            inner = MathStyle.SCRIPT
        fenced = kind.endswith("binom")
        start = len(self.ink)
        self.ink.add("(" * fenced, ANY)
        upper, _ = self.formula(atom.upper, inner, face)
        lower, _ = self.formula(atom.lower, inner, face)
        self.ink.relate(upper, lower, ABOVE)
        self.ink.add(")" * fenced, ANY)
        return _ends(start, len(self.ink)) if fenced else (None, None)

    def _accent(self, atom: Accent, style: MathStyle, face: str) -> tuple[Spot, Spot]:
        mark = symbol_glyphs(atom.command)
        if atom.command in _BRACES:
            style = MathStyle.DISPLAY
        if atom.command in _BELOW_BODY:
            first, last = self.formula(atom.body, style, face)
            self.ink.add(mark, ANY)
        else:
            self.ink.add(mark, ANY)
            first, last = self.formula(atom.body, style, face)
        return first, last

    def _stack(self, atom: Stack, style: MathStyle, face: str) -> tuple[Spot, Spot]:
        if atom.command.startswith("\\x"):
            upper, _ = self.formula(atom.mark, MathStyle.SCRIPT, face)
            middle = len(self.ink)
            self.ink.add("←" if "left" in atom.command else "→", ANY)
            lower, _ = self.formula(atom.under or (), MathStyle.SCRIPT, face)
            self.ink.relate(upper, middle, ABOVE)
            self.ink.relate(lower, middle, BELOW)
            return middle, middle
        if atom.command == "\\underset":
            first, last = self.formula(atom.base, style, face)
            lower, _ = self.formula(atom.mark, MathStyle.SCRIPT, face)
            self.ink.relate(lower, first, BELOW)
            return first, last
        upper, _ = self.formula(atom.mark, MathStyle.SCRIPT, face)
        first, last = self.formula(atom.base, style, face)
        self.ink.relate(upper, first, ABOVE)
        return first, last

    def _delimiter(self, name: str) -> tuple[Spot, Spot]:
        start = len(self.ink)
        glyphs = _DELIMITERS.get(name)
        self.ink.add(symbol_glyphs(name) if glyphs is None else glyphs, ANY)
        return _ends(start, len(self.ink))

    def _delimited(self, atom: Delimited, style: MathStyle, face: str) -> tuple[Spot, Spot]:
        first, _ = self._delimiter(atom.left)
        last: Spot = None
        for part, right in zip(atom.parts, (*atom.middles, atom.right), strict=True):
            self.formula(part, style, face)
            _, last = self._delimiter(right)
        return first, last

    def _matrix(self, atom: Matrix, style: MathStyle, face: str) -> tuple[Spot, Spot]:
        inner = MathStyle.TEXT
        name = atom.environment.rstrip("*")
        if name in _DISPLAYED:
            inner = MathStyle.DISPLAY
        elif name in ("smallmatrix", "substack", "subarray"):
            inner = MathStyle.SCRIPT
        fences = _FENCES.get(name, "")
        start = len(self.ink)
        self.ink.add(fences[:1].strip(), ANY)
        first = start if len(self.ink) > start else None
        for row in atom.rows:
            for cell in row:
                spot, _ = self.formula(cell, inner, face)
                if name == "substack" and first is None:
                    first = spot
        close = fences[1:]
        self.ink.add(close, ANY)
        return first, len(self.ink) - 1 if close else None


Spot = int | None
"""Index of a glyph that stands on its formula's baseline, if there is one that surely does."""


def symbol_glyphs(name: str) -> str:
    """Return the folded glyphs of a symbol or an accent; arrows without their shafts."""
    glyphs = _CHARACTERS.get(name) or look_up(name).glyphs
    if any(head in glyphs for head in _HEADS):
        return glyphs.translate(_SHAFTS)
    return glyphs


def _ends(start: int, end: int) -> tuple[Spot, Spot]:
    return (start, end - 1) if end > start else (None, None)


def _alphabet_face(command: str, face: str) -> str:
    """Return the face that holds inside an alphabet's argument."""
    if command == "\\mathbf":
        return HEAVY
    if command == "\\boldsymbol":
        return _ALL_HEAVY
    return LIGHT if face == LIGHT else ANY


def _symbol_face(name: str, face: str) -> str:
    if face not in (HEAVY, _ALL_HEAVY):
        return face
    if len(name) == 1:
        return HEAVY if name.isalnum() else ANY
    return HEAVY if face == _ALL_HEAVY and _GREEK[0] <= look_up(name).text <= _GREEK[1] else ANY


def _takes_limits(atom: Scripts, style: MathStyle) -> bool:
    if atom.limits:
        return atom.limits == "\\limits"
    base = atom.base
    if isinstance(base, Accent):
        return base.command in _BRACES
    if style is not MathStyle.DISPLAY:
        return False
    if isinstance(base, Symbol):
        info = SYMBOLS.get(base.name)
        return info is not None and (
            info.kind == "limit" or (info.kind == "op" and base.name not in _NO_LIMITS)
        )
    return isinstance(base, Operator) and base.starred
