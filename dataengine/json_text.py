"""JSON columns for people: parsed without trust, printed so that it can be read.

Text that is no JSON, or that nests deeper than anything real, comes back as the text it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

LINE_CHARS = 68
MAX_DEPTH = 64


def parse_json(text: str | None) -> Any:
    """Parse a JSON column; an empty one gives None, one that is no JSON its own text."""
    if not text:
        return None
    try:
        value = json.loads(text, parse_constant=str)  # NaN and Infinity are no JSON elsewhere
    except (ValueError, RecursionError):
        return text
    return text if _deeper_than(value, MAX_DEPTH) else value


def pretty(value: Any, indent: int = 0) -> str:
    """Return readable JSON: what fits one line stays on one, plain lists are filled."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= LINE_CHARS or not isinstance(value, dict | list):
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        pairs = (
            f"{pad}{json.dumps(str(key), ensure_ascii=False)}: {pretty(item, indent + 2)}"
            for key, item in value.items()
        )
        return _bracket("{}", pairs, indent)
    items = [pretty(item, indent + 2) for item in value]
    if any(isinstance(item, dict | list) for item in value):
        return _bracket("[]", (pad + item for item in items), indent)
    return _bracket("[]", _fill(items, pad), indent)


def table(value: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Return nested JSON as rows of (dotted name, value as text)."""
    if isinstance(value, dict) and (value or not prefix):
        dotted = f"{prefix}." if prefix else ""
        return [row for key, item in value.items() for row in table(item, f"{dotted}{key}")]
    if value is None and not prefix:
        return []
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return [(prefix or "value", text)]


def _bracket(pair: str, lines: Iterable[str], indent: int) -> str:
    return pair[0] + "\n" + ",\n".join(lines) + "\n" + " " * indent + pair[1]


def _fill(items: Sequence[str], pad: str) -> list[str]:
    """Set short values side by side, as many as fit a line."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + 2 <= LINE_CHARS:
            lines[-1] += f", {item}"
        else:
            lines.append(pad + item)
    return lines


def _deeper_than(value: Any, limit: int) -> bool:
    """Tell whether containers nest deeper than `limit`, without recursion."""
    layer = [value]
    for _ in range(limit):
        layer = [
            child
            for item in layer
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not layer:
            return False
    return True
