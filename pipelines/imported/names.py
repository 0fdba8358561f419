"""Finds the picture that a record names: only below the corpus, never by following an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from pipelines.imported.records import Problem

MAX_NAME_CHARS = 1000
_SHOWN_CHARS = 120
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|data:)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def find_image(name: str, beside: Callable[[str], bytes | None]) -> bytes:
    """Return the bytes of a named picture.

    The name is tried as it stands, then with backslashes for slashes, then without percent signs.

    Raises:
        Problem: "bad-name", or "missing-image".
    """
    shown = ascii(name[:_SHOWN_CHARS])
    if not name.strip() or len(name) > MAX_NAME_CHARS or _CONTROL.search(name):
        raise Problem("bad-name", f"{shown} ({len(name)} characters) is no name of a file")
    if _ADDRESS.match(name):
        raise Problem("missing-image", f"{shown} is an address; nothing is fetched")
    for reading in _readings(name):
        if (data := beside(reading)) is not None:
            return data
    raise Problem(
        "missing-image",
        f"no file {shown} beside it nor in the corpus's `files` (or it leads out of them, or has "
        "more bytes than limits.item_mb)",
    )


def _readings(name: str) -> Iterator[str]:
    slashed = name.replace("\\", "/")
    decoded = unquote(slashed, errors="strict") if _is_encoded(slashed) else slashed
    for reading in dict.fromkeys((name, slashed, decoded)):
        if not _CONTROL.search(reading):
            yield reading


def _is_encoded(name: str) -> bool:
    try:
        unquote(name, errors="strict")
    except UnicodeDecodeError:
        return False
    return "%" in name
