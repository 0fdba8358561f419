"""Puts strings into JavaScript source so that none of them can become code."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote


def packed(texts: Sequence[str]) -> str:
    """Return a JavaScript expression of an array of strings.

    pyecharts cannot carry quotation marks and backslashes in code: none are in what is returned.
    """
    lines = quote("\x1f".join(texts), safe="").replace("'", "%27")
    return f"decodeURIComponent('{lines}').split(String.fromCharCode(31))"
