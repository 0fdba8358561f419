"""Nested JSON as a table that people read: plain facts, then the numbers in rows and columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_CELLS = 20_000


@dataclass(frozen=True, slots=True)
class Grid:
    """One table.

    Attributes:
        title: the key that it stands under.
        head: titles of the columns, the first being that of the row names; empty for bare rows.
        rows: cells as text, each row as long as the others.
    """

    title: str
    head: Sequence[str] = field(default_factory=list)
    rows: Sequence[Sequence[str]] = field(default_factory=list)


def grids(value: Any) -> tuple[list[tuple[str, str]], list[Grid]]:
    """Return the plain entries of an object and a table for each nested one.

    An object of plain values becomes rows of two cells; an object of objects a table with a column
    for each outer key; a list of lists its rows. Whatever is nested deeper stands as JSON in its
    cell. Anything but an object gives nothing.
    """
    if not isinstance(value, Mapping):
        return [], []
    facts = [(str(key), _text(one)) for key, one in value.items() if _plain(one)]
    nested = [(str(key), one) for key, one in value.items() if not _plain(one)]
    made = [_grid(key, one) for key, one in nested]
    if sum(len(grid.rows) * max(1, len(grid.rows[0])) for grid in made if grid.rows) > MAX_CELLS:
        return facts, []
    return facts, made


def _grid(title: str, value: Any) -> Grid:
    if isinstance(value, Mapping):
        if value and all(isinstance(one, Mapping) for one in value.values()):
            names = list(dict.fromkeys(name for one in value.values() for name in one))
            if len(names) * len(value) <= MAX_CELLS:
                rows = [
                    [
                        str(name),
                        *(_text(one[name]) if name in one else "" for one in value.values()),
                    ]
                    for name in names
                ]
                return Grid(title, ["", *map(str, value)], rows)
        return Grid(title, [], [[str(key), _text(one)] for key, one in value.items()])
    if value and all(isinstance(row, list) for row in value):
        width = max(map(len, value))
        return Grid(title, [], [[*map(_text, row), *[""] * (width - len(row))] for row in value])
    return Grid(title, [], [[_text(one)] for one in value])


def _plain(value: Any) -> bool:
    return not isinstance(value, Mapping | list)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
