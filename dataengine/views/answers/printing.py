"""Targets as texts: strings as they are, mappings as JSON or as Python prints them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

Columns = Sequence[Sequence[str]]


def printed(value: Any, form: str) -> str | None:
    """Return a target as text; None where the form does not fit it.

    Args:
        form: "text" (a string as it is), "json" (on one line, as Vary's figure 10 and OneChart
            have it) or "python" (as `repr` prints it).
    """
    if form == "text":
        return value if isinstance(value, str) else None
    if not isinstance(value, dict | list):
        return None
    return json.dumps(value, ensure_ascii=False) if form == "json" else repr(value)


def arranged(value: Any, keys: Sequence[str], columns: Columns) -> Any:
    """Return a mapping with its keys in the order in which people read them.

    Datasets store mappings with sorted keys. The outer keys come as `keys` lists them, the inner
    ones as the first column that has them all; other mappings stay as they are.
    """
    if not isinstance(value, Mapping):
        return value
    ranks = {key: number for number, key in enumerate(keys)}
    outer = sorted(value, key=lambda key: ranks.get(key, len(ranks)))
    return {key: _inner(value[key], columns) for key in outer}


def _inner(value: Any, columns: Columns) -> Any:
    if not isinstance(value, Mapping):
        return value
    order = next((one for one in columns if value.keys() <= set(one)), list(value))
    return {key: _inner(value[key], columns) for key in dict.fromkeys(order) if key in value}


def columns_of(table: Any) -> Columns:
    """Return the header and then the columns of a CSV text; nothing where it is none."""
    if not isinstance(table, str):
        return []
    try:
        rows = list(csv.reader(io.StringIO(table, newline="")))
    except csv.Error:
        return []
    if not rows:
        return []
    width = len(rows[0])
    body = [row for row in rows[1:] if len(row) == width]
    return [rows[0], *([row[number] for row in body] for number in range(width))]
