"""What a model writes about a chart, read as JSON or a Python literal, never run."""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dataengine.errors import ConfigError
from trainers.evaluation.metrics.modes import Mode
from trainers.evaluation.metrics.scores import TOO_LARGE, UNPARSABLE

TITLES = ("title", "source", "x_title", "y_title")

MAX_CHARS = 100_000
MAX_DEPTH = 30
"""Levels of brackets; a chart has two or three."""

_PAIRS = {"{": "}", "[": "]", "(": ")"}
_WORDS = frozenset({"true", "false", "null", "NaN", "Infinity", "True", "False", "None"})
_PLAIN = frozenset("0123456789.,:")
_BEFORE_SIGN = frozenset("{[(:,eE")

_FAILURES = (ValueError, SyntaxError, TypeError, MemoryError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as data: values by name (and by series), and the texts around it."""

    values: Mapping[str, Any]
    titles: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A chart, or the reason why there is none."""

    chart: Chart | None
    note: str = ""


def parse_chart(answer: str, mode: Mode = "correct") -> Parsed:
    r"""Read a model's answer as a chart.

    `paper` (OneChart `eval_ChartSE.py`): as many "}" as "{" outnumber it are added to the whole
    answer, which must then be JSON with `values` or `data` and all four of `TITLES`. `correct`:

    * Text and code fences before the first "{" and after its closing bracket are passed over.
    * Missing brackets are added in the right order, those within strings not being counted.
    * A Python literal ('single quotes', None) is read too, by `ast.literal_eval`.
    * Titles may be missing. An object without `values` or `data` is itself the values, its titles
      apart.

    Both refuse answers beyond `MAX_CHARS` or `MAX_DEPTH`, and values that are not named.
    """
    if len(answer) > MAX_CHARS:
        return Parsed(None, TOO_LARGE)
    text = (
        answer + "}" * max(0, answer.count("{") - answer.count("}"))
        if mode == "paper"
        else _first_object(answer)
    )
    if text is None or _depth(text) > MAX_DEPTH:
        return Parsed(None, UNPARSABLE)
    found = _load(text, literal=mode == "correct")
    return Parsed(None, UNPARSABLE) if not isinstance(found, dict) else _chart(found, mode)


def chart_of(record: Mapping[str, Any]) -> Chart:
    """Return a target that is already data, with the same names as in `parse_chart`.

    Raises:
        ConfigError: its values are not named.
    """
    chart = _chart(dict(record), "correct").chart
    if chart is None:
        raise ConfigError("a chart's target has `values` that are no dictionary")
    return chart


def _chart(found: dict[Any, Any], mode: Mode) -> Parsed:
    if mode == "paper" and any(name not in found for name in TITLES):
        return Parsed(None, UNPARSABLE)
    titles = {name: found[name] for name in TITLES if name in found}
    # Values that are a list end the reference's whole run; here the chart just cannot be read.
    values = found.get("values", found.get("data"))
    if isinstance(values, dict):
        return Parsed(Chart(values, titles))
    if mode == "paper" or "values" in found or "data" in found:
        return Parsed(None, UNPARSABLE)
    return Parsed(Chart({key: one for key, one in found.items() if key not in TITLES}, titles))


def _load(text: str, literal: bool) -> object:
    try:
        return json.loads(text)
    except _FAILURES:
        if not literal:
            return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes such as "\d"
            return ast.literal_eval(text)
    except _FAILURES:
        return None


def _first_object(answer: str) -> str | None:
    """Cut out the first "{…}", with the brackets added that it lacks.

    None if there is none, or if anything but brackets, commas, colons, numbers and the words of
    JSON and Python stands outside of strings: no operator ever reaches the parser, whose stack a
    long chain of them would fill.
    """
    start = answer.find("{")
    if start < 0:
        return None
    waiting: list[str] = []
    position, before = start, ""
    while position < len(answer):
        here = answer[position]
        if here in "\"'":
            end = _string_end(answer, position)
            if end is None:
                return answer[start:] + here + "".join(reversed(waiting))
            position, before = end, here
            continue
        if here.isalpha():
            end = position + 1
            while end < len(answer) and answer[end].isalpha():
                end += 1
            exponent = answer[position:end] in "eE" and answer[position - 1] in "0123456789."
            if not exponent and answer[position:end] not in _WORDS:
                return None
            position, before = end, here
            continue
        if here in _PAIRS:
            waiting.append(_PAIRS[here])
        elif here in "}])":
            waiting.pop()
            if not waiting:
                return answer[start : position + 1]
        elif not _may_follow(here, before):
            return None
        before = before if here.isspace() else here
        position += 1
    return answer[start:] + "".join(reversed(waiting))


def _may_follow(here: str, before: str) -> bool:
    """Say whether a character outside of strings is none of an operator's."""
    if here in "+-":
        return before in _BEFORE_SIGN
    return here in _PLAIN or here.isspace()


def _string_end(answer: str, start: int) -> int | None:
    """Return the place after a string, or None if it does not end."""
    position = start + 1
    while position < len(answer):
        if answer[position] == "\\":
            position += 1
        elif answer[position] == answer[start]:
            return position + 1
        position += 1
    return None


def _depth(text: str) -> int:
    """Return the deepest nesting of brackets, those in strings counted too."""
    deepest = depth = 0
    for here in text:
        if here in _PAIRS:
            depth += 1
            deepest = max(deepest, depth)
        elif here in "}])":
            depth -= 1
    return deepest
