"""Formulas and running text as LaTeX: what stands in a line."""

from __future__ import annotations

from dataclasses import dataclass
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
from pipelines.latex_pages.forms.escapes import escape

if TYPE_CHECKING:
    from pipelines.latex_pages.forms.slots import Slots


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the page's LaTeX and the tables inside the markdown differ.

    Attributes:
        mark: the footnote's mark, around its number.
        signs: whether signs that text fonts lack are written as formulas.
    """

    mark: tuple[str, str]
    signs: bool


PAGE = Spelling((r"\DEmark{", "}"), signs=True)
MARKDOWN = Spelling(("[^", "]"), signs=False)

FACES = {
    "bold": r"\textbf",
    "italic": r"\textit",
    "mono": r"\texttt",
    "sans": r"\textsf",
    "slanted": r"\textsl",
    "underline": r"\underline",
}
_SCRIPTS = {"super": r"\textsuperscript", "sub": r"\textsubscript"}

# ---------------------------------------------------------------- running text


def inlines_latex(body: Inlines, slots: Slots, spelling: Spelling = PAGE) -> str:
    """Return running text as LaTeX; the footnotes' marks are slots."""
    parts = []
    for node in body:
        match node:
            case Text():
                parts.append(escape(node.text, signs=spelling.signs))
            case Styled():
                parts.append(f"{FACES[node.face]}{{{inlines_latex(node.body, slots, spelling)}}}")
            case Math():
                parts.append(inline_math(formula_latex(node.body, spelling)))
            case Footnote():
                parts.append(slots.take("footnote").join(spelling.mark))
            case Script():
                inner = inlines_latex(node.body, slots, spelling)
                parts.append(f"{_SCRIPTS[node.place]}{{{inner}}}")
            case Break():
                parts.append("\\newline\n")
    return "".join(parts)


def inline_math(formula: str) -> str:
    """Return a spelled formula as it stands in running text."""
    return f"\\( {formula} \\)" if formula else ""


def _words(body: Inlines, spelling: Spelling) -> str:
    """Text inside a formula; its formulas stand in `$`, so that no `\\)` is met before its time."""
    parts = []
    for node in body:
        match node:
            case Text():
                parts.append(escape(node.text, signs=spelling.signs))
            case Styled():
                parts.append(f"{FACES[node.face]}{{{_words(node.body, spelling)}}}")
            case Script():
                parts.append(f"{_SCRIPTS[node.place]}{{{_words(node.body, spelling)}}}")
            case Math():
                parts.append(f"${formula_latex(node.body, spelling)}$" if node.body else "")
            case Footnote() | Break():
                raise ValueError(f"{type(node).__name__} inside a formula's text")
    return "".join(parts)


# ---------------------------------------------------------------- formulas


def formula_latex(formula: Formula, spelling: Spelling = PAGE, *, tight: bool = False) -> str:
    """Return a formula as LaTeX on one line, in one spelling.

    Args:
        tight: without blanks around relations and binary signs, as in scripts.
    """
    parts: list[str] = []
    last = ""  # the last part's text
    before = "open"  # kind of the last atom; at the start, as after a parenthesis
    blank = False
    for atom in formula:
        text = atom_latex(atom, spelling, tight=tight)
        if not text:
            continue
        kind = atom_kind(atom)
        signed = kind == "rel" or (kind == "bin" and before not in _UNARY_AFTER)
        joined = kind == before == "rel"  # `:=` and its kin are one sign
        if joined:
            blank = False
        elif not tight and signed and parts and not last.endswith(" "):
            blank = True
        if blank or (_ends_in_word(last) and text[0].isalpha()):
            parts.append(" ")
        parts.append(text)
        blank = not tight and (signed or kind == "punct") and not text.endswith(" ")
        last = text
        before = kind
    return "".join(parts)


_UNARY_AFTER = frozenset({"open", "bin", "rel", "punct", "op"})


def _ends_in_word(text: str) -> bool:
    stem = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if stem == text or not stem.endswith("\\"):
        return False
    return (len(stem) - len(stem.rstrip("\\"))) % 2 == 1


def atom_kind(atom: Atom) -> str:
    """Return TeX's class of an atom, as far as the writers' blanks need it."""
    match atom:
        case Symbol(name):
            return look_up(name).kind
        case Scripts(base=base):
            return atom_kind(base)
        case Negated():
            return "rel"
        case Stack(command=command, base=base):
            if command.startswith("\\x"):
                return "rel"
            return atom_kind(base[0]) if len(base) == 1 else "ord"
        case Big(command=command):
            return {"l": "open", "r": "close", "m": "rel"}.get(command[-1], "ord")
        case Space() | Style() | Group(body=()):  # an empty group leads rows: see `guarded`
            return "open"
        case _:
            return "ord"


def atom_latex(atom: Atom, spelling: Spelling = PAGE, *, tight: bool = False) -> str:
    """Return one atom as LaTeX."""

    def inner(formula: Formula) -> str:
        return formula_latex(formula, spelling, tight=tight)

    match atom:
        case Symbol():
            return atom.name
        case Group():
            return f"{{{inner(atom.body)}}}"
        case Scripts():
            return _scripts(atom, spelling, tight)
        case Fraction():
            return f"{atom.command}{{{inner(atom.upper)}}}{{{inner(atom.lower)}}}"
        case Root():
            return f"\\sqrt{_option(atom.index, spelling)}{{{inner(atom.body)}}}"
        case Accent() | Alphabet():
            return f"{atom.command}{{{inner(atom.body)}}}"
        case Stack():
            mark = formula_latex(atom.mark, spelling, tight=True)
            if atom.command.startswith("\\x"):
                return f"{atom.command}{_option(atom.under, spelling)}{{{mark}}}"
            return f"{atom.command}{{{mark}}}{{{inner(atom.base)}}}"
        case Delimited():
            return _delimited(atom, spelling, tight)
        case Big():
            return _glued(atom.command, atom.delimiter)
        case Words():
            return f"{atom.command}{{{_words(atom.body, spelling)}}}"
        case Operator():
            return f"\\operatorname{'*' * atom.starred}{{{atom.name}}}"
        case Negated():
            return _glued("\\not", atom.symbol.name)
        case Space() | Style():
            return atom.command
        case Matrix():
            return _matrix(atom, spelling, tight)


def _glued(left: str, right: str) -> str:
    return f"{left} {right}" if right[:1].isalpha() and _ends_in_word(left) else left + right


def _option(formula: Formula | None, spelling: Spelling) -> str:
    if formula is None:
        return ""
    text = formula_latex(formula, spelling, tight=True)
    return f"[{{{text}}}]" if "]" in text else f"[{text}]"


def _scripts(atom: Scripts, spelling: Spelling, tight: bool) -> str:
    base = atom_latex(atom.base, spelling, tight=tight)
    if isinstance(atom.base, Scripts | Style | Space):
        base = f"{{{base}}}"
    sub = sup = ""
    if atom.sub:  # empty ones show nothing
        sub = f"_{{{formula_latex(atom.sub, spelling, tight=True)}}}"
    if atom.sup:
        sup = f"^{{{formula_latex(atom.sup, spelling, tight=True)}}}"
    return base + atom.limits + sub + "'" * atom.primes + sup


def _delimited(atom: Delimited, spelling: Spelling, tight: bool) -> str:
    text = _glued("\\left", atom.left)
    signs = (*(("\\middle", middle) for middle in atom.middles), ("\\right", atom.right))
    for part, (command, delimiter) in zip(atom.parts, signs, strict=True):
        text = _glued(text, formula_latex(part, spelling, tight=tight))
        text += _glued(command, delimiter)
    return text


def _matrix(atom: Matrix, spelling: Spelling, tight: bool) -> str:
    rows = rows_latex(atom.rows, spelling, tight=tight)
    if atom.environment == "substack":
        return f"\\substack{{{rows_joined(rows)}}}"
    lines = ["\\hline " * atom.rules.count(number) + row for number, row in enumerate(rows)]
    end = " \\\\ \\hline" + " \\hline" * (atom.rules.count(len(rows)) - 1)
    columns = f"{{{atom.columns}}}" if atom.columns else ""
    body = rows_joined(lines) + (end if len(rows) in atom.rules else "")
    return f"\\begin{{{atom.environment}}}{columns} {body} \\end{{{atom.environment}}}"


def rows_latex(
    rows: tuple[tuple[Formula, ...], ...], spelling: Spelling = PAGE, *, tight: bool = False
) -> list[str]:
    """Return each row of an alignment, without the signs that end it."""
    texts = []
    for row in rows:
        cells = [formula_latex(cell, spelling, tight=tight) for cell in row]
        texts.append(guarded(" & ".join(cells).strip(" ")))
    return texts


def rows_joined(rows: list[str]) -> str:
    """Return rows on one line, parted by `\\\\`."""
    return " \\\\ ".join(rows)


def guarded(row: str) -> str:
    """Return a row that `\\\\` or `\\begin` before it cannot take for an option of its own."""
    return "{}" + row if row.startswith(("[", "*")) else row
