"""Tables without the columns that nothing stands in."""

from __future__ import annotations

from dataclasses import replace

from pipelines.latex_pages.content.nodes import Cell, Rule, Table
from pipelines.latex_pages.content.reading import Refusal


def without_empty_columns(table: Table) -> Table:
    """Return the table without columns that are empty in every row.

    Raises:
        Refusal: a cell spans such a column, or fewer than two columns are left.
    """
    empty = _empty_columns(table)
    if len(table.columns) - len(empty) < 2:
        raise Refusal("layout", "a single column")
    if not empty:
        return table
    if any(_spans(row, empty) for row in table.rows):
        raise Refusal("span", "an empty column inside a cell")
    columns, bars = [], 0
    for at, column in enumerate(table.columns):
        bars = max(bars, column.bars)
        if at not in empty:
            columns.append(replace(column, bars=bars))
            bars = 0
    return replace(
        table,
        columns=tuple(columns),
        bars_after=max(bars, table.bars_after),
        rows=tuple(_kept(row, empty) for row in table.rows),
        rules=tuple(tuple(_moved(rules, empty)) for rules in table.rules),
    )


def _starts(row: tuple[Cell, ...]) -> list[tuple[int, Cell]]:
    at, found = 0, []
    for cell in row:
        found.append((at, cell))
        at += cell.columns
    return found


def _empty_columns(table: Table) -> set[int]:
    filled = {at for row in table.rows for at, cell in _starts(row) if cell.body}
    return set(range(len(table.columns))) - filled


def _spans(row: tuple[Cell, ...], empty: set[int]) -> bool:
    return any(
        cell.columns > 1 and cell.body and empty & set(range(at, at + cell.columns))
        for at, cell in _starts(row)
    )


def _kept(row: tuple[Cell, ...], empty: set[int]) -> tuple[Cell, ...]:
    kept = []
    for at, cell in _starts(row):
        if width := len(set(range(at, at + cell.columns)) - empty):
            kept.append(replace(cell, columns=width))
    return tuple(kept)


def _moved(rules: tuple[Rule, ...], empty: set[int]) -> list[Rule]:
    """Return rules with the numbers of the columns that are left."""
    moved = []
    for rule in rules:
        if not rule.first:
            moved.append(rule)
            continue
        left = [at for at in range(rule.first, rule.last + 1) if at - 1 not in empty]
        if left:
            first = left[0] - sum(at < left[0] - 1 for at in empty)
            moved.append(replace(rule, first=first, last=first + len(left) - 1))
    return moved
