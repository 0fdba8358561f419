"""The content model: what a LaTeX source says, in the few forms that every writer knows exactly.

The parser makes these nodes from expanded, allow-listed tokens and from nothing else; the page's
LaTeX, the Mathpix markdown, the plain text, the HTML and the glyph sequence that the proof demands
are all written from the same nodes. A thing that has no node cannot be set, so it cannot be wrong.

Numbers (of headings, equations, captions, footnotes, list items) are `Slot`s: the page decides
them, in one place, and every form shows the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# ---------------------------------------------------------------- formulas


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol: a command of `symbols.SYMBOLS` ("\\alpha"), or one character ("x", "+", "7")."""

    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """`{...}`: a sub-formula."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Scripts:
    """`base_{sub}^{sup}` with primes; an empty base is `Group(())`.

    Attributes:
        limits: "" (as TeX decides), "\\limits" or "\\nolimits".
    """

    base: Atom
    sub: Formula | None = None
    sup: Formula | None = None
    primes: int = 0
    limits: str = ""


@dataclass(frozen=True, slots=True)
class Fraction:
    """`\\frac`, `\\dfrac`, `\\tfrac`, `\\cfrac`, `\\binom`, `\\dbinom`, `\\tbinom`."""

    command: str
    upper: Formula
    lower: Formula


@dataclass(frozen=True, slots=True)
class Root:
    """`\\sqrt[index]{body}`."""

    body: Formula
    index: Formula | None = None


@dataclass(frozen=True, slots=True)
class Accent:
    """An accent, a bar, a brace, an arrow over or under: `\\hat`, `\\overline`, `\\underbrace`."""

    command: str
    body: Formula


@dataclass(frozen=True, slots=True)
class Stack:
    """`\\overset{upper}{base}`, `\\underset`, `\\stackrel`; `\\xrightarrow[under]{over}` too."""

    command: str
    mark: Formula
    base: Formula
    under: Formula | None = None


@dataclass(frozen=True, slots=True)
class Delimited:
    """`\\left( … \\middle| … \\right)`: one part more than middles; a delimiter may be "."."""

    left: str
    right: str
    parts: tuple[Formula, ...]
    middles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Big:
    """`\\big`, `\\Bigl`, `\\biggr` … with its delimiter."""

    command: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class Alphabet:
    """`\\mathbf{…}`, `\\mathcal`, `\\mathbb`, `\\mathfrak`, `\\mathrm`, `\\boldsymbol` …"""

    command: str
    body: Formula


@dataclass(frozen=True, slots=True)
class Words:
    """`\\text{…}` and its kin inside a formula."""

    command: str
    body: Inlines


@dataclass(frozen=True, slots=True)
class Operator:
    """`\\operatorname{name}`, starred if limits go above and below.

    The name is letters, digits, `-*/'.:` and, between words, `\\,`.
    """

    name: str
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Negated:
    """`\\not` before a symbol."""

    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Space:
    """`\\,`, `\\quad`, `~`, `\\ ` …: room without ink."""

    command: str


@dataclass(frozen=True, slots=True)
class Style:
    """`\\displaystyle` and its kin; holds to the end of the group."""

    command: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """`matrix` and its kin, `cases`, `array`, `aligned`, `gathered`, `split`, `substack`.

    Attributes:
        columns: the column argument of `array` ("c|c"), else "".
        rules: indices of rows with `\\hline` above them; `len(rows)` is the one below the last.
    """

    environment: str
    rows: tuple[tuple[Formula, ...], ...]
    columns: str = ""
    rules: tuple[int, ...] = ()


Atom = (
    Symbol
    | Group
    | Scripts
    | Fraction
    | Root
    | Accent
    | Stack
    | Delimited
    | Big
    | Alphabet
    | Words
    | Operator
    | Negated
    | Space
    | Style
    | Matrix
)
Formula = tuple[Atom, ...]

# ---------------------------------------------------------------- running text


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as the page shows them (“ ” – — é, no TeX ligatures); blanks are one " "."""

    text: str


Face = Literal["bold", "italic", "mono", "sans", "slanted", "underline"]


@dataclass(frozen=True, slots=True)
class Styled:
    """Text in another face; no face stands twice, nor blanks at the ends of one."""

    face: Face
    body: Inlines


@dataclass(frozen=True, slots=True)
class Math:
    """A formula in its sentence."""

    body: Formula


@dataclass(frozen=True, slots=True)
class Footnote:
    """A mark here, its text at the foot of the column; the number is a slot."""

    body: Inlines


@dataclass(frozen=True, slots=True)
class Script:
    """`\\textsuperscript` or `\\textsubscript`."""

    place: Literal["super", "sub"]
    body: Inlines


@dataclass(frozen=True, slots=True)
class Break:
    """`\\\\` in text or in a cell."""


Inline = Text | Styled | Math | Footnote | Script | Break
Inlines = tuple[Inline, ...]

# ---------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the section. Whether and how it is numbered, the page decides."""

    level: Literal[1, 2, 3, 4]
    title: Inlines


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or what follows a display inside one (`continued`: no indentation)."""

    body: Inlines
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Display:
    """A displayed formula.

    Attributes:
        environment: "equation", "align", "gather", "multline", "flalign", "alignat", without star;
            `\\[ \\]`, `$$`, `displaymath` and `eqnarray` come as the one that sets the same.
        rows: rows of cells (`&`); one row of one cell for "equation".
        numbered: per row, whether the source numbers it.
        tags: per row, the author's `\\tag`, or "".
    """

    environment: str
    rows: tuple[tuple[Formula, ...], ...]
    numbered: tuple[bool, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list; `label` is the author's own `\\item[label]`, or the described term."""

    body: Blocks
    label: Inlines | None = None


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list; bullets and numbers are slots."""

    kind: Literal["itemize", "enumerate", "description"]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Theorem:
    """A theorem-like block or a proof: its printed name ("Theorem", "引理", "Proof"), its note."""

    name: str
    body: Blocks
    note: Inlines | None = None
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Quote:
    """`quote`, `quotation`, `center`ed text."""

    body: Blocks


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell.

    Attributes:
        body: what stands in it; `Break` parts its lines.
        columns: how many columns it spans (`\\multicolumn`).
        rows: how many rows it spans (`\\multirow`); the cells that it covers are empty.
        spec: the column argument of its `\\multicolumn` ("|c|"), or "".
    """

    body: Inlines
    columns: int = 1
    rows: int = 1
    spec: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between rows: over all columns, or from `first` to `last` (from 1, inclusive).

    Attributes:
        kind: "hline", "cline", "toprule", "midrule", "bottomrule", "cmidrule".
        trim: "", "l", "r" or "lr", of `\\cmidrule`.
    """

    kind: str
    first: int = 0
    last: int = 0
    trim: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: alignment, width (a share of the text's width) if it breaks lines, bars before."""

    align: Literal["l", "c", "r", "p", "m", "b", "X"]
    width: float = 0.0
    bars: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        columns: as given; `bars_after` counts the bars after the last.
        rows: cells of each row, spans counted once.
        rules: rules above row i; `rules[len(rows)]` are below the last.
        caption: of the float around it, or None.
        origin: the environment that it came from ("tabular", "longtable", …).
    """

    columns: tuple[Column, ...]
    bars_after: int
    rows: tuple[tuple[Cell, ...], ...]
    rules: tuple[tuple[Rule, ...], ...]
    caption: Inlines | None = None
    origin: str = "tabular"


Block = Heading | Paragraph | Display | ItemList | Theorem | Quote | Table
Blocks = tuple[Block, ...]
