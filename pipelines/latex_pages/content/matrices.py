"""Matrices, cases, arrays and aligned rows inside formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content.grouping import EMPTY
from pipelines.latex_pages.content.math_commands import MATRICES
from pipelines.latex_pages.content.nodes import Formula, Matrix
from pipelines.latex_pages.content.reading import (
    Reader,
    Refusal,
    is_control,
    raw_text,
    split_rows,
    trim_blanks,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.latex_pages.content.reading import Tokens
    from pipelines.latex_pages.source.tokens import Place

MAX_ROWS = 60
MAX_COLUMNS = 30


def read_matrix(
    name: str, tokens: Tokens, read: Callable[[Tokens], Formula], place: Place
) -> Matrix:
    """Return an environment of rows and cells.

    Args:
        name: of the environment, one of `math_commands.MATRICES`.
        tokens: its body.
        read: reads a cell.
        place: for messages.

    Raises:
        Refusal: columns that no node can say, too many cells or rows.
    """
    kind, body = MATRICES[name], Reader(tokens)
    columns = ""
    if name in ("array", "aligned", "gathered", "alignedat", "split") or name.endswith("*"):
        body.option()
    if name == "array":
        columns = array_columns(body.argument())
    elif name in ("alignedat", "subarray"):
        body.argument()
    return read_rows(kind, body.rest(), read, place, columns)


def read_rows(
    kind: str, body: Tokens, read: Callable[[Tokens], Formula], place: Place, columns: str = ""
) -> Matrix:
    """Return rows and cells; arguments and errors as those of `read_matrix`."""
    rows: list[tuple[Formula, ...]] = []
    rules: list[int] = []
    for row in split_rows(body):
        cells = list(row.cells)
        cells[0], count = _leading_rules(cells[0])
        rules.extend([len(rows)] * count)
        if len(cells) == 1 and not cells[0] and count:
            continue
        rows.append(tuple(_filled(read(trim_blanks(cell))) for cell in cells))
    while rows and not any(rows[-1]):
        rows.pop()
    rules = [min(rule, len(rows)) for rule in rules]
    width = max((len(row) for row in rows), default=0)
    if not rows or len(rows) > MAX_ROWS or width > MAX_COLUMNS:
        raise Refusal("too-long" if rows else "empty", kind, place)
    limit = {"cases": 2, "substack": 1, "gathered": 1, "split": 2}.get(kind, MAX_COLUMNS)
    if columns:
        limit = len(columns.replace("|", ""))
    if width > limit:
        raise Refusal("unbalanced", f"more cells than columns in {kind}", place)
    padded = tuple(row + ((),) * (width - len(row)) for row in rows)
    return Matrix(kind, padded, columns, tuple(rules) if kind == "array" else ())


def _filled(formula: Formula) -> Formula:
    return () if formula == (EMPTY,) else formula


def _leading_rules(cell: Tokens) -> tuple[Tokens, int]:
    count, at = 0, 0
    while at < len(cell):
        if is_control(cell[at], "hline"):
            count += 1
        elif cell[at].kind not in ("space", "par"):
            break
        at += 1
    return (cell[at:], count) if count else (cell, 0)


def array_columns(tokens: Tokens) -> str:
    """Return the columns of an `array`: l, c, r and bars.

    Raises:
        Refusal: anything else but room between columns.
    """
    reader = Reader(tokens)
    columns = ""
    while (token := reader.peek()) is not None:
        if token.kind == "space":
            reader.at += 1
            continue
        char = raw_text(reader.argument())
        if char in tuple("lcr|"):
            columns += char
        elif char in ("@", "!") and not (rest := raw_text(reader.argument())).strip(" \\,:;!"):
            del rest
        elif char == "*":
            count, part = raw_text(reader.argument()), reader.argument()
            if not count.isdigit() or not 0 < int(count) <= MAX_COLUMNS:
                raise Refusal("column-spec", count[:20], token.place)
            columns += array_columns(part) * int(count) if char not in raw_text(part) else "?"
        else:
            raise Refusal("column-spec", char[:20], token.place)
        if len(columns) > 2 * MAX_COLUMNS or "?" in columns:
            raise Refusal("column-spec", "too many columns", token.place)
    if not columns.strip("|"):
        raise Refusal("column-spec", "no column", reader.place)
    return columns
