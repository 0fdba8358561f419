"""Names in messages: the first few, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

SHOWN = 6


def some(names: Sequence[str], separator: str = ", ") -> str:
    """Return the first names, and how many more there are."""
    more = f"{separator}and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return separator.join(names[:SHOWN]) + more
