"""What a record says of its picture besides: kept in `source`, as far as it is plain and short."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

_MAX_FACTS = 40
_MAX_NAME_CHARS = 100
_MAX_TEXT_CHARS = 500
_LICENCE = ("license", "licence")
_INT64 = 1 << 63


def plain_facts(record: Mapping[Any, Any], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the numbers and short texts of a record, and none of the rest."""
    facts = {
        name: value
        for name, value in record.items()
        if name not in without
        and isinstance(name, str)
        and len(name) <= _MAX_NAME_CHARS
        and _is_plain(value)
    }
    return dict(list(facts.items())[:_MAX_FACTS])


def note_origin(record: Mapping[Any, Any], source: dict[str, Any]) -> None:
    """Take address and licence of a picture from its record, where it names them."""
    named = {str(name).lower(): value for name, value in record.items()}
    address = named.get("url")
    if isinstance(address, str) and 0 < len(address) <= 4 * _MAX_TEXT_CHARS:
        source["url"] = address
    for name in _LICENCE:
        licence = named.get(name)
        if isinstance(licence, str) and 0 < len(licence.strip()) <= _MAX_TEXT_CHARS:
            source["licence"] = licence.strip()


def _is_plain(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return -_INT64 <= value < _INT64
    return isinstance(value, str) and 0 < len(value) <= _MAX_TEXT_CHARS
