"""Braces in formulas: kept where they change what is seen, dropped elsewhere."""

from __future__ import annotations

from pipelines.latex_pages.content.nodes import (
    Alphabet,
    Atom,
    Formula,
    Fraction,
    Group,
    Matrix,
    Root,
    Space,
    Symbol,
    Words,
)
from pipelines.latex_pages.content.symbols import SYMBOLS

EMPTY = Group(())


def trimmed(formula: Formula) -> Formula:
    """Return a formula without room at its ends."""
    start, end = 0, len(formula)
    while start < end and isinstance(formula[start], Space):
        start += 1
    while end > start and isinstance(formula[end - 1], Space):
        end -= 1
    return formula[start:end]


def bare(formula: Formula) -> Formula:
    """Return what is in the braces if the formula is nothing but a group."""
    while len(formula) == 1 and isinstance(formula[0], Group) and formula[0].body:
        formula = formula[0].body
    return formula


def grouped(body: Formula) -> Atom:
    """Return braces, without them where they change nothing: around one ordinary thing."""
    if len(body) == 1:
        atom = body[0]
        if isinstance(atom, Symbol):
            info = SYMBOLS.get(atom.name)
            if info.kind == "ord" if info is not None else atom.name.isalnum():
                return atom
        elif isinstance(atom, Group | Fraction | Root | Alphabet | Words | Matrix):
            return atom
    return Group(body)
