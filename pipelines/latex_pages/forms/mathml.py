"""Formulas as presentation MathML, or None where it would not show the same."""

from __future__ import annotations

from html import escape

from pipelines.latex_pages.content.nodes import (
    Accent,
    Alphabet,
    Atom,
    Big,
    Delimited,
    Formula,
    Fraction,
    Group,
    Math,
    Matrix,
    Negated,
    Operator,
    Root,
    Scripts,
    Space,
    Stack,
    Style,
    Symbol,
    Text,
    Words,
)
from pipelines.latex_pages.content.symbols import look_up
from pipelines.latex_pages.forms.alphabets import letter
from pipelines.latex_pages.forms.text import ARROWS

_SPACES = {
    "\\,": "0.167em",
    "\\:": "0.222em",
    "\\;": "0.278em",
    "\\!": "-0.167em",
    "~": "0.333em",
    "\\ ": "0.333em",
    "\\enspace": "0.5em",
    "\\quad": "1em",
    "\\qquad": "2em",
}
_STYLES = {
    "\\displaystyle": ("true", "0"),
    "\\textstyle": ("false", "0"),
    "\\scriptstyle": ("false", "1"),
    "\\scriptscriptstyle": ("false", "2"),
}
_SIZES = {"big": "1.2em", "Big": "1.8em", "bigg": "2.4em", "Bigg": "3em"}
_FENCES = {
    "matrix": ("", ""),
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "Bmatrix": ("{", "}"),
    "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"),
    "cases": ("{", ""),
    "array": ("", ""),
    "aligned": ("", ""),
    "alignedat": ("", ""),
    "split": ("", ""),
    "gathered": ("", ""),
    "substack": ("", ""),
}
_PAIRED = frozenset({"aligned", "alignedat", "split"})
_ALIGNS = {"l": "left", "c": "center", "r": "right"}
_SIDE_SCRIPTS = frozenset("∫∬∭∮∯∰⨌")
_BRACES = frozenset({"\\overbrace", "\\underbrace"})
_WIDE = ("\\wide", "\\over", "\\under")
_PLAIN_WORDS = frozenset({"\\text", "\\mbox", "\\textrm", "\\textnormal", "\\mathrm"})
_UPRIGHT = "\\mathrm"


class _InexactError(Exception):
    """The formula has no MathML that shows the same."""


def formula_mathml(formula: Formula, *, block: bool = False) -> str | None:
    """Return a `<math>` element, or None where MathML cannot show exactly the same.

    Args:
        block: a displayed formula.
    """
    try:
        content = _row(formula, "")
    except _InexactError:
        return None
    attribute = ' display="block"' if block else ""
    return f"<math{attribute}>{content}</math>"


def rows_mathml(rows: tuple[tuple[Formula, ...], ...], *, paired: bool) -> str | None:
    """Return a display of several rows as one `<math>` element, or None.

    Args:
        paired: columns are aligned in pairs, right and left; else every row is centred.
    """
    return formula_mathml((Matrix("aligned" if paired else "gathered", rows),), block=True)


def _row(formula: Formula, face: str) -> str:
    parts: list[str] = []
    run = ""  # digits of one number, or letters of one upright name
    for number, atom in enumerate(formula):
        char = atom.name if isinstance(atom, Symbol) else ""
        joins = "0" <= char <= "9" or (face == _UPRIGHT and len(char) == 1 and char.isalpha())
        if run and (not joins or run[-1].isdigit() != char.isdigit()):
            parts.append(_run(run, face))
            run = ""
        if joins:
            run += char
        elif isinstance(atom, Style):
            display, level = _STYLES[atom.command]
            rest = _row(formula[number + 1 :], face)
            parts.append(f'<mstyle displaystyle="{display}" scriptlevel="{level}">{rest}</mstyle>')
            return "".join(parts)
        else:
            parts.append(_atom(atom, face))
    if run:
        parts.append(_run(run, face))
    return "".join(parts)


def _one(formula: Formula, face: str) -> str:
    """A formula as exactly one element."""
    if len(formula) == 1 and not isinstance(formula[0], Style | Group):
        return _atom(formula[0], face)
    return f"<mrow>{_row(formula, face)}</mrow>"


def _run(run: str, face: str) -> str:
    if run[0].isdigit():
        if face not in ("", _UPRIGHT):
            run = "".join(_letter(char, face) for char in run)
        return f"<mn>{run}</mn>"
    return f'<mi mathvariant="normal">{escape(run)}</mi>'


def _letter(char: str, face: str) -> str:
    found = letter(char, face)
    if found is None:
        raise _InexactError
    return found


def _mo(text: str, attributes: str = "") -> str:
    return f"<mo{attributes}>{escape(text, quote=False)}</mo>"


def _fence(name: str, attributes: str = "") -> str:
    return _mo(look_up(name).mathml, attributes) if name not in ("", ".") else ""


def _symbol(name: str, face: str) -> str:
    info = look_up(name)
    text = info.mathml
    match info.kind:
        case "ord" if len(text) == 1 and (text.isalpha() or text.isdigit()):
            if face and face != _UPRIGHT:
                return f"<mi>{_letter(text, face)}</mi>"
            if text.isdigit():
                return f"<mn>{text}</mn>"
            upright = face == _UPRIGHT or "Α" <= text <= "Ω"
            return f'<mi mathvariant="normal">{text}</mi>' if upright else f"<mi>{text}</mi>"
        case "function":
            return f"<mi>{text}</mi>"
        case "limit":
            return _mo(text, ' movablelimits="true"')
        case "open" | "close" | "ord":
            attributes = ' stretchy="false"'
        case "accent":
            raise _InexactError
        case _:
            attributes = ""
    if face in ("\\boldsymbol", "\\bm"):
        raise _InexactError
    return _mo(text, attributes)


def _atom(atom: Atom, face: str) -> str:
    match atom:
        case Symbol():
            return _symbol(atom.name, face)
        case Group():
            return f"<mrow>{_row(atom.body, face)}</mrow>"
        case Scripts():
            return _scripts(atom, face)
        case Fraction():
            return _fraction(atom, face)
        case Root(body, None):
            return f"<msqrt>{_row(body, face)}</msqrt>"
        case Root():
            return f"<mroot>{_one(atom.body, face)}{_one(atom.index or (), face)}</mroot>"
        case Accent():
            return _accent(atom, face)
        case Stack():
            return _stack(atom, face)
        case Delimited():
            text = _fence(atom.left, ' stretchy="true"')
            for part, sign in zip(atom.parts, (*atom.middles, atom.right), strict=True):
                text += _row(part, face) + _fence(sign, ' stretchy="true"')
            return f"<mrow>{text}</mrow>"
        case Big():
            size = _SIZES[atom.command.strip("\\lrm")]
            attributes = f' stretchy="true" symmetric="true" minsize="{size}" maxsize="{size}"'
            return _fence(atom.delimiter, attributes)
        case Alphabet():
            return f"<mrow>{_row(atom.body, atom.command)}</mrow>"
        case Words():
            return _words(atom)
        case Operator():
            if not atom.name.isalnum():
                raise _InexactError
            if atom.starred:
                return _mo(atom.name, ' movablelimits="true"')
            return f'<mi mathvariant="normal">{atom.name}</mi>'
        case Negated():
            return _mo(look_up(atom.symbol.name).mathml + "\u0338")
        case Space():
            if atom.command not in _SPACES:
                raise _InexactError
            return f'<mspace width="{_SPACES[atom.command]}"/>'
        case Style():
            raise _InexactError
        case Matrix():
            return _matrix(atom, face)


def _scripts(atom: Scripts, face: str) -> str:
    base = _one((atom.base,), face)
    sub = _one(atom.sub, face) if atom.sub else None
    sup = _one(atom.sup, face) if atom.sup else None
    if atom.primes:
        sup = f"<mrow>{_mo('′' * atom.primes)}{sup or ''}</mrow>"
    stacked = atom.limits == "\\limits" or (not atom.limits and _has_limits(atom.base))
    if atom.limits == "\\limits":
        base = base.replace("<mo>", '<mo movablelimits="false">')
        base = base.replace(' movablelimits="true"', ' movablelimits="false"')
    under, over = ("under", "over") if stacked else ("sub", "sup")
    match sub, sup:
        case None, None:
            return base
        case str(), None:
            return f"<m{under}>{base}{sub}</m{under}>"
        case None, str():
            return f"<m{over}>{base}{sup}</m{over}>"
        case _:
            return f"<m{under}{over}>{base}{sub}{sup}</m{under}{over}>"


def _has_limits(base: Atom) -> bool:
    match base:
        case Symbol(name):
            info = look_up(name)
            return info.kind == "limit" or (info.kind == "op" and info.text not in _SIDE_SCRIPTS)
        case Operator():
            return base.starred
        case Accent(command=command):
            return command in _BRACES
        case _:
            return False


def _fraction(atom: Fraction, face: str) -> str:
    line = ' linethickness="0"' if atom.command.endswith("binom") else ""
    text = f"<mfrac{line}>{_one(atom.upper, face)}{_one(atom.lower, face)}</mfrac>"
    if line:
        text = f"<mrow>{_mo('(')}{text}{_mo(')')}</mrow>"
    display = {"d": "true", "c": "true", "t": "false"}.get(atom.command[1])
    if display is None or atom.command == "\\binom":
        return text
    return f'<mstyle displaystyle="{display}" scriptlevel="0">{text}</mstyle>'


def _accent(atom: Accent, face: str) -> str:
    wide = atom.command.startswith(_WIDE)
    mark = _mo(look_up(atom.command).mathml, f' stretchy="{str(wide).lower()}"')
    side, name = ("under", "accentunder") if "under" in atom.command else ("over", "accent")
    return f'<m{side} {name}="true">{_one(atom.body, face)}{mark}</m{side}>'


def _stack(atom: Stack, face: str) -> str:
    mark = _one(atom.mark, face)
    if atom.command.startswith("\\x"):
        arrow = _mo(ARROWS[atom.command], ' stretchy="true"')
        if atom.under is None:
            return f"<mover>{arrow}{mark}</mover>"
        return f"<munderover>{arrow}{_one(atom.under, face)}{mark}</munderover>"
    side = "munder" if atom.command == "\\underset" else "mover"
    return f"<{side}>{_one(atom.base, face)}{mark}</{side}>"


def _words(atom: Words) -> str:
    if atom.command not in _PLAIN_WORDS:
        raise _InexactError
    return f"<mrow>{''.join(_word(node) for node in atom.body)}</mrow>"


def _word(node: object) -> str:
    match node:
        case Text(text):
            shown = escape(text, quote=False).replace(" ", "\u00a0")  # blanks at ends count
            return f"<mtext>{shown}</mtext>"
        case Math(body):
            return f"<mrow>{_row(body, '')}</mrow>"
        case _:
            raise _InexactError


def _matrix(atom: Matrix, face: str) -> str:
    if atom.environment not in _FENCES or atom.rules:
        raise _InexactError
    width = max((len(row) for row in atom.rows), default=0)
    aligns = ["center"] * width
    if atom.environment in _PAIRED:
        aligns = ["left" if number % 2 else "right" for number in range(width)]
    elif atom.environment == "cases":
        aligns = ["left"] * width
    elif atom.environment == "array":
        if set(atom.columns) - set(_ALIGNS) or len(atom.columns) < width:
            raise _InexactError
        aligns = [_ALIGNS[char] for char in atom.columns]
    rows = "".join(
        "<mtr>" + "".join(f"<mtd>{_row(cell, face)}</mtd>" for cell in row) + "</mtr>"
        for row in atom.rows
    )
    table = f'<mtable columnalign="{" ".join(aligns)}">{rows}</mtable>'
    left, right = _FENCES[atom.environment]
    if not left:
        return table
    left, right = (_mo(left, ' stretchy="true"'), _mo(right, ' stretchy="true"') if right else "")
    return f"<mrow>{left}{table}{right}</mrow>"
