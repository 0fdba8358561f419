"""Records of a JSON array or of JSON lines, each parsed when it is wanted, in flat memory."""

from __future__ import annotations

from array import array
from typing import Any

import orjson

from dataengine.json_records import NotRecords, RecordSpans
from pipelines.imported.records import Problem

MAX_RECORD_BYTES = 16 << 20
_BOM = b"\xef\xbb\xbf"
_SHOWN_CHARS = 160


class RecordFile:
    """A file of records.

    Args:
        data: a JSON array, JSON lines, or an object with the array under `key`.
        key: "" where there is none.
        lines: it is known to be lines; an object without a key is taken for the first of them.

    Raises:
        Problem: it holds no array, or breaks off.
    """

    def __init__(self, data: bytes, key: str = "", *, lines: bool = False) -> None:
        start = data[:4096].removeprefix(_BOM).lstrip()[:1]
        lines = lines or (start == b"{" and not key)
        self._spans: RecordSpans | _Lines
        try:
            self._spans = _Lines(data) if lines else RecordSpans(data, key)
        except NotRecords as error:
            raise Problem("broken-file", str(error)) from error

    def __len__(self) -> int:
        return len(self._spans)

    def __getitem__(self, number: int) -> dict[str, Any]:
        """Return a record.

        Raises:
            Problem: it is no JSON (RFC 8259: no NaN, no lone surrogates), or no object.
        """
        text = self._spans[number]
        if len(text) > MAX_RECORD_BYTES:
            raise Problem("malformed-record", f"a record of {len(text):,} bytes")
        try:
            record = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise Problem("malformed-record", f"no JSON: {str(error)[:_SHOWN_CHARS]}") from error
        if not isinstance(record, dict):
            raise Problem("malformed-record", f"a {type(record).__name__}, not an object")
        return record


class _Lines:
    """Lines that are not blank, by position."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts, self._ends = array("q"), array("q")
        start = len(_BOM) if data.startswith(_BOM) else 0
        while start < len(data):
            end = data.find(b"\n", start)
            end = len(data) if end < 0 else end
            if data[start : min(end, start + 64)].strip() or data[start:end].strip():
                self._starts.append(start)
                self._ends.append(end)
            start = end + 1

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, number: int) -> bytes:
        return self._data[self._starts[number] : self._ends[number]].strip()


def text_field(record: dict[str, Any], name: str) -> str:
    """Return a field that must be a text.

    Raises:
        Problem: it is missing or something else.
    """
    value = record.get(name)
    if not isinstance(value, str):
        found = "missing" if name not in record else f"a {type(value).__name__}"
        raise Problem("malformed-record", f"{name} is {found}, not a text")
    return value


def record_id(value: object) -> str | int | None:
    """Return a record's own name where it has a plain one."""
    if isinstance(value, str) and 0 < len(value) <= _SHOWN_CHARS:
        return value
    return value if isinstance(value, int) and abs(value) < 1 << 63 else None
