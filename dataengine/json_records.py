"""Finds the records of a large JSON file without parsing it whole: where each begins and ends.

A file of a gigabyte becomes a flat array of positions; each record is parsed when it is wanted, so
one that is malformed costs itself only. JSON: RFC 8259.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

# A string that never ends is one token up to the end: looked for again at each of its quotes, it
# would take quadratic time.
_TOKEN = re.compile(rb'"(?:[^"\\]+|\\.)*+"?|[{}\[\],:]', re.DOTALL)
_OPENING, _CLOSING = b"{[", b"}]"


class NotRecords(ValueError):
    """The text holds no array of records where one is looked for."""


class RecordSpans:
    """The elements of an array in a JSON text: its top level, or the value of a top-level key.

    Args:
        data: the text, UTF-8, with or without byte order mark.
        key: name of the array in a top-level object; "" where the array is the top level.

    Raises:
        NotRecords: there is no such array, or it does not end.
    """

    def __init__(self, data: bytes, key: str = "") -> None:
        self._data = data
        self._ends = array("q")
        self._starts = array("q")
        tokens = _TOKEN.finditer(data)
        start = _top_level(tokens) if not key else _value_of(tokens, key.encode())
        self._scan(tokens, start)

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, number: int) -> bytes:
        """Return an element's text."""
        return self._data[self._starts[number] : self._ends[number]].strip()

    def _scan(self, tokens: Iterator[re.Match[bytes]], start: int) -> None:
        depth = 0
        for token in tokens:
            text = token.group()
            if text in (b"{", b"["):
                depth += 1
            elif text in (b"}", b"]"):
                depth -= 1
                if depth < 0:
                    if self._data[start : token.start()].strip() or len(self._starts):
                        self._keep(start, token.start())
                    return
            elif depth == 0 and text == b",":
                self._keep(start, token.start())
                start = token.end()
        raise NotRecords(f"the array ends nowhere; it breaks off after {len(self)} records")

    def _keep(self, start: int, end: int) -> None:
        self._starts.append(start)
        self._ends.append(end)


def _top_level(tokens: Iterator[re.Match[bytes]]) -> int:
    first = next(tokens, None)
    if first is None or first.group() != b"[":
        raise NotRecords("it does not begin with an array")
    return first.end()


def _value_of(tokens: Iterator[re.Match[bytes]], key: bytes) -> int:
    first = next(tokens, None)
    if first is None or first.group() != b"{":
        raise NotRecords("it does not begin with an object")
    depth, named, due = 0, False, False
    for token in tokens:
        text = token.group()
        if named and due:
            if text != b"[":
                raise NotRecords(f"{key.decode()!r} is not an array")
            return token.end()
        if text in (b"{", b"["):
            depth += 1
        elif text in (b"}", b"]"):
            depth -= 1
        elif depth == 0 and text == b":":
            due = named
        elif depth == 0:
            named = text == b'"' + key + b'"'
    raise NotRecords(f"it has no array called {key.decode()!r}")
