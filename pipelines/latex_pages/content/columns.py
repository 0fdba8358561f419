"""Column arguments of tables: `|l|*{3}{c}p{3cm}|`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.latex_pages.content.commands import INKLESS
from pipelines.latex_pages.content.nodes import Column
from pipelines.latex_pages.content.reading import Reader, Refusal, raw_text

if TYPE_CHECKING:
    from typing import Literal

    from pipelines.latex_pages.content.reading import Tokens

MAX_COLUMNS = 30
_SIMPLE: dict[str, Literal["l", "c", "r", "X"]] = {
    "l": "l",
    "c": "c",
    "r": "r",
    "L": "l",
    "C": "c",
    "R": "r",
    "X": "X",
    "Y": "X",
    "J": "X",
    "Z": "X",
}
_TEXT_WIDTH_PT = 390.0
_POINTS = {"pt": 1.0, "cm": 28.45, "mm": 2.845, "in": 72.27, "em": 10.0, "ex": 4.3, "pc": 12.0}
_LENGTH = re.compile(r"\s*(\d*\.?\d+)\s*(?:(pt|cm|mm|in|em|ex|pc)|\\(?:text|line|column|h)[a-z]+)")
_PLAIN_BEFORE = frozenset(INKLESS) - {"title", "author"}


@dataclass
class Columns:
    """Columns of a table, and the tokens that `>{…}` and `<{…}` put around their cells."""

    columns: list[Column] = field(default_factory=list)
    before: list[Tokens] = field(default_factory=list)
    after: list[Tokens] = field(default_factory=list)
    bars_after: int = 0

    @property
    def spec(self) -> str:
        """The columns as an argument for `\\multicolumn`: l, c, r and bars."""
        parts = ["|" * column.bars + alignment(column) for column in self.columns]
        return "".join(parts) + "|" * self.bars_after


def alignment(column: Column) -> str:
    """Return l, c or r: how the lines of a column are aligned, roughly."""
    return column.align if column.align in ("l", "c", "r") else "l"


def read_columns(tokens: Tokens, depth: int = 0) -> Columns:
    """Return a table's columns.

    Raises:
        Refusal: a column type that is not known, ink between columns, more than `MAX_COLUMNS`.
    """
    result = Columns()
    reader = Reader(tokens)
    pending: Tokens = []
    while (token := reader.peek()) is not None:
        if token.kind == "space":
            reader.at += 1
            continue
        if depth > 3:
            raise Refusal("column-spec", "nested too deep", token.place)
        char = raw_text(reader.argument())
        if char == "|":
            result.bars_after += 1
        elif char in ("@", "!"):
            _check_inkless(reader.argument())
        elif char == ">":
            pending = [*pending, *reader.argument()]
        elif char == "<":
            if not result.after:
                raise Refusal("column-spec", "<", token.place)
            result.after[-1] = [*reader.argument(), *result.after[-1]]
        elif char == "*":
            _repeat(result, reader, depth)
        else:
            _add(result, _column(char, reader), pending)
            pending = []
        if len(result.columns) > MAX_COLUMNS or result.bars_after > 4:
            raise Refusal("column-spec", "too many columns", token.place)
    if not result.columns:
        raise Refusal("column-spec", "no column", reader.place)
    return result


def _add(result: Columns, column: Column, before: Tokens) -> None:
    bars, result.bars_after = result.bars_after, 0
    result.columns.append(Column(column.align, column.width, bars + column.bars))
    result.before.append(before)
    result.after.append([])


def _repeat(result: Columns, reader: Reader, depth: int) -> None:
    count = raw_text(reader.argument()).strip()
    part = read_columns(reader.argument(), depth + 1)
    if not count.isdecimal() or not 0 < int(count) * len(part.columns) <= MAX_COLUMNS:
        raise Refusal("column-spec", f"*{{{count[:10]}}}", reader.place)
    for _ in range(int(count)):
        for at, column in enumerate(part.columns):
            _add(result, column, part.before[at])
            result.after[-1] = part.after[at]
        result.bars_after = part.bars_after


def _column(char: str, reader: Reader) -> Column:
    place = reader.place
    if char in _SIMPLE:
        return Column(_SIMPLE[char])
    if char in ("p", "m", "b", "P", "M", "B"):
        align: dict[str, Literal["p", "m", "b"]] = {"p": "p", "m": "m", "b": "b"}
        return Column(align[char.lower()], share(raw_text(reader.argument())))
    if char in ("w", "W"):
        side = raw_text(reader.argument()).strip()
        reader.argument()
        return Column(_SIMPLE.get(side, "c"))
    if char == "S":
        reader.option()
        return Column("c")
    if char in ("D", "d"):
        for _ in range(3 if char == "D" else 1):
            reader.argument()
        return Column("c")
    raise Refusal("column-spec", char[:20], place)


def share(length: str) -> float:
    """Return a width as a share of the text's width, between 0.05 and 1; 0.2 if not known."""
    found = _LENGTH.match(length)
    if found is None:
        known = re.fullmatch(r"\s*\\(?:text|line|column|h)[a-z]+\s*", length)
        return 1.0 if known else 0.2
    number = float(found[1])
    value = number * _POINTS[found[2]] / _TEXT_WIDTH_PT if found[2] else number
    return round(min(1.0, max(0.05, value)), 3)


def _check_inkless(tokens: Tokens) -> None:
    """Raise `Refusal` unless what `@{…}` puts between columns leaves no ink."""
    text = raw_text(tokens)
    text = re.sub(
        r"\\(?:hspace|hskip|extracolsep|kern|color)\s*\*?\s*(\{[^{}]*\}|[-\d.a-z]*)", "", text
    )
    text = re.sub(
        r"\\(?:quad|qquad|enspace|enskip|fill|tabcolsep|arraycolsep)\s?|\\[,:; ]|[\s~{}$]", "", text
    )
    if text:
        raise Refusal("column-spec", f"@{{{text[:20]}}}", tokens[0].place)
