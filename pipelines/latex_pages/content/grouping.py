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
    Scripts,
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


def ungrouped(atom: Atom) -> Atom:
    """Return scripts without braces around them; to be used where no scripts follow."""
    match atom:
        case Group(body=(Scripts(base=base) as scripts,)) if _is_ordinary(base):
            return scripts
        case _:
            return atom


def _is_ordinary(atom: Atom) -> bool:
    """Return whether TeX gives an atom the room of an ordinary symbol."""
    if isinstance(atom, Symbol):
        info = SYMBOLS.get(atom.name)
        return info.kind == "ord" if info is not None else atom.name.isalnum()
    return isinstance(atom, Fraction | Root | Alphabet | Words | Matrix) or (
        isinstance(atom, Group) and bool(atom.body)
    )


def grouped(body: Formula) -> Atom:
    """Return braces, without them where they change nothing: around one ordinary thing."""
    if len(body) == 1:
        atom = body[0]
        if isinstance(atom, Group) or _is_ordinary(atom):
            return atom
    return Group(body)
