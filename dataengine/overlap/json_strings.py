"""The strings of a JSON text by record, found without parsing it: no nesting is too deep.

Records are the elements of the array at the top or, where an object is at the top, the elements of
every array and every object that is a value of it, numbered on from 1; what stands beside them has
the number 0. Keys are no strings of a record. Of what is not JSON the strings are found all the
same.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterator

# The closing quote may be missing: a string that never ends is one token, not a search per quote.
_TOKEN = re.compile(rb'"(?:[^"\\]+|\\.)*+"?|[{}\[\],:]', re.DOTALL)

Text = bytes | mmap.mmap


def json_strings(data: Text) -> Iterator[tuple[int, str]]:
    """Yield (number of the record, string) in order."""
    place = _Place()
    held: tuple[int, bytes] | None = None
    for match in _TOKEN.finditer(data):
        token = match.group()
        if held is not None and token != b":":
            yield held[0], _string(held[1])
        held = None
        if token[:1] == b'"':
            held = place.record, token
            place.is_filled = True
        else:
            place.move(token)
    if held is not None:
        yield held[0], _string(held[1])


class _Place:
    """Where in the text we are: how deep, and in which record."""

    def __init__(self) -> None:
        self.is_filled = False
        self._depth = self._base = 0
        self._number = 1
        self._is_array = False

    @property
    def record(self) -> int:
        """Number of the record, or 0 outside of records."""
        return self._number if self._base else 0

    def move(self, token: bytes) -> None:
        """Go past a bracket, comma or colon."""
        if token in (b"[", b"{"):
            self._depth += 1
            if not self._base and (self._depth == 2 or (self._depth == 1 and token == b"[")):
                self._base, self._is_array, self.is_filled = self._depth, token == b"[", False
            else:
                self.is_filled = True
        elif token in (b"]", b"}") and self._depth:
            if self._depth == self._base:
                self._base = 0
                self._number += self.is_filled
            self._depth -= 1
        elif token == b"," and self._is_array and self._depth == self._base:
            self._number += 1


def _string(token: bytes) -> str:
    text = token.decode("utf-8", "replace")
    try:
        decoded: str = json.loads(text)
    except ValueError:
        return text.strip('"')
    return decoded
