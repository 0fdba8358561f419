"""Untrusted text inside Markdown: as prose, as code, or as a block, never as markup."""

from __future__ import annotations

import re
import unicodedata

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$#@]|&(?=[#\w]))")
_SPAN = re.compile(r"(`[^`]+`)")
_SCHEME = re.compile(r"(?<=\w):(?=//)|(?<=www)\.", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(?:(\d+)(?=[.)](?:\s|$))|(?=[-+=]))")


def one_line(text: str) -> str:
    """Return text on one line without control, format and surrogate characters."""
    spaced = re.sub(r"\s+", " ", str(text)).strip()
    return "".join(char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))


def escape(text: str) -> str:
    """Return text that Markdown shows as it is: no markup, HTML, table cell, or automatic link."""
    escaped = _SPECIAL.sub(r"\\\1", one_line(text))
    escaped = _SCHEME.sub(lambda match: f"\\{match[0]}", escaped)
    # Only punctuation can be escaped: the dash of "- a", the dot of "1. a".
    return _LIST_MARK.sub(lambda match: f"{match[1] or ''}\\", escaped)


def prose(text: str) -> str:
    """Return escaped text in which plain `code spans` stay code."""
    parts = _SPAN.split(one_line(text))
    return "".join(code(part[1:-1]) if _SPAN.fullmatch(part) else _inner(part) for part in parts)


def code(text: str) -> str:
    """Return a code span that holds in prose and in a table cell."""
    line = one_line(text).replace("|", "\\|")
    if not line:
        return ""
    ticks = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def fence(text: str, language: str = "") -> str:
    """Return a fenced block, its fence longer than any in the text."""
    body = "".join(
        char
        for char in str(text).replace("\r\n", "\n").replace("\r", "\n")
        if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")
    )
    ticks = "`" * max(3, _longest_run(body) + 1)
    return f"{ticks}{language}\n{body.rstrip()}\n{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _inner(part: str) -> str:
    """Escape a part of a line, with the spaces around it kept."""
    lead, tail = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return f"{lead}{escape(part)}{tail}" if part.strip() else part
