"""Finds the JSON object in what a model says, with few and safe repairs, and bounded effort.

Repairs: what leads up to the object (reasoning, code fences, words) and what follows is dropped,
and so are commas before a closing bracket. Anything else is left to the model itself: it is told.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from pipelines.charts.content.llm.reasons import BadAnswer

MAX_DEPTH = 12
MAX_CHARS = 200_000
_STARTS = 8
"""So many opening braces are tried as the beginning of the object."""
_STRING = r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
"""A string, or one that is never closed: it always matches, so no text is searched twice."""
_PIECE = re.compile(rf"{_STRING}|[{{}}\[\]]", re.DOTALL)
_LOOSE = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)
_LONGEST_NUMBER = 40


def find_object(text: str) -> dict[str, Any]:
    """Return the longest JSON object in a text.

    Raises:
        BadAnswer: there is none, or it is malformed, nested too deep, or has a key twice.
    """
    if len(text) > MAX_CHARS:
        raise BadAnswer("bad-json", f"the answer has more than {MAX_CHARS} characters")
    reasoning, mark, rest = text.partition("</think>")
    if mark and (reasoning.lstrip().startswith("<think>") or "{" not in reasoning):
        text = rest
    spans = _spans(text)
    if not spans:
        cut = "{" in text
        raise BadAnswer(
            "cut-off" if cut else "no-json",
            "the JSON object is not closed" if cut else "there is no JSON object in the answer",
        )
    body = _LOOSE.sub(lambda found: found[1] or "", max(spans, key=len))
    try:
        value = json.loads(
            body,
            parse_constant=_no_constant,
            parse_float=_number,
            parse_int=_number,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError) as error:
        raise BadAnswer("bad-json", f"the JSON is malformed: {error}") from None
    assert isinstance(value, dict), "what is in braces is an object"
    return value


def _spans(text: str) -> list[str]:
    """Return the outermost `{…}` of a text; braces in strings do not count."""
    found: list[str] = []
    at = 0
    for _ in range(_STARTS):
        start = text.find("{", at)
        if start < 0:
            break
        end = _end(text, start)
        if end:
            found.append(text[start:end])
        at = end or start + 1
    return found


def _end(text: str, start: int) -> int:
    """Return where the object that begins at `start` ends, 0 if it does not."""
    depth = 0
    for piece in _PIECE.finditer(text, start):
        match piece[0]:
            case "{" | "[":
                depth += 1
                if depth > MAX_DEPTH:
                    raise BadAnswer("bad-json", f"the JSON nests deeper than {MAX_DEPTH}")
            case "}" | "]":
                depth -= 1
                if depth == 0:
                    return piece.end()
    return 0


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _number(text: str) -> float | int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(f"the number {text[:20]}… has {len(text)} digits")
    value = float(text)
    if abs(value) > 1e15:
        raise ValueError(f"the number {text} is too large")
    return int(text) if text.lstrip("-").isdigit() else value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise ValueError(f"the key {key[:40]!r} stands twice")
        made[key] = value
    return made
