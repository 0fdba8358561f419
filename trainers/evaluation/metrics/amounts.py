"""Numbers as people and charts write them: signs, commas, currencies, magnitudes, per cent."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_CURRENCY = "$€£¥₹₩₽元"
_MAGNITUDES = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
    "billions": 1e9,
    "t": 1e12,
    "trillion": 1e12,
    "trillions": 1e12,
    "千": 1e3,
    "万": 1e4,
    "百万": 1e6,
    "亿": 1e8,
    "万亿": 1e12,
}
_JOINED = ("万亿", "百万", "亿", "万", "千")
"""Magnitudes that stand before a unit without a space ("12万人"), the longer ones first."""

_MAX_CHARS = 100

# No two neighbouring repeats share a character: matching is linear.
_NUMBER = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?P<part>\.[0-9]+|\.)?(?P<power>[eE][+-]?[0-9]{1,3})?"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A number with its magnitude applied; `percent` values are as written (12 for "12%")."""

    value: float
    unit: str
    percent: bool


def parse_answer(text: str) -> Answer | None:
    """Read a text that is one number, or return None.

    A sign or accounting brackets, a currency sign before or after, digits with commas at thousands
    ("1,23" is no number), an exponent, then one magnitude, then "%" or a unit of at most two words.
    "2019-2020" and "3 of 5" are texts. Only ASCII digits count.
    """
    text = " ".join(text.split())
    if not text or len(text) > _MAX_CHARS:
        return None
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1].strip()
    text, signed = _sign(text)
    bare = text.lstrip(_CURRENCY).lstrip()
    if bare != text and not signed:
        bare, signed = _sign(bare)
    found = _NUMBER.match(bare)
    if found is None or not (found["whole"] or (found["part"] or "").strip(".")):
        return None
    try:
        value = float(found[0].replace(",", ""))
    except ValueError:
        return None
    read = _suffix(bare[found.end() :])
    if read is None:
        return None
    factor, unit, percent = read
    value *= factor * (-1 if negative != (signed == "-") else 1)
    return Answer(value, unit, percent) if math.isfinite(value) else None


def _sign(text: str) -> tuple[str, str]:
    if text[:1] in ("-", "−", "+"):
        return text[1:].lstrip(), "+" if text[0] == "+" else "-"
    return text, ""


def _suffix(rest: str) -> tuple[float, str, bool] | None:
    """Read magnitude, unit and per cent after a number; None if it is not a number's end."""
    rest = rest.strip().casefold().removesuffix(".")
    percent = rest.endswith("%") or rest in ("percent", "per cent")
    if percent:
        rest = rest.removesuffix("%").removesuffix("percent").removesuffix("per cent").strip()
    rest = rest.strip(_CURRENCY + " ")
    for joined in _JOINED:
        if rest.startswith(joined):
            rest = f"{joined} {rest.removeprefix(joined)}"
            break
    words = rest.split()
    factor = _MAGNITUDES.get(words[0], 1.0) if words else 1.0
    if words and words[0] in _MAGNITUDES:
        words = words[1:]
    unit = " ".join(words)
    if len(words) > 2 or any(not (letter.isalpha() or letter in " ²³/°") for letter in unit):
        return None
    return factor, unit.removesuffix("s"), percent
