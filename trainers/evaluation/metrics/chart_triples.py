"""Charts as triples (name, series, number), and how many of them two charts share."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from trainers.evaluation.metrics.amounts import parse_answer
from trainers.evaluation.metrics.matching import maximum_matching
from trainers.evaluation.metrics.text import levenshtein

Tolerance = Literal["strict", "slight", "high"]


@dataclass(frozen=True, slots=True)
class Allowed:
    """How far a triple may be off: edits in its names, and relative error of its number."""

    edits: int
    error: float


TOLERANCES: dict[Tolerance, Allowed] = {
    "strict": Allowed(0, 0.0),
    "slight": Allowed(2, 0.05),
    "high": Allowed(5, 0.1),
}
"""SCRM (arXiv 2309.11268) as OneChart runs it, `easy=1`."""

MAX_TRIPLES = 1000
"""Most triples of a chart; two charts of that many are a million comparisons, a second or two."""

_SHORT = 4
"""In `correct` mode one edit per so many characters at most: "Q1" is not "Q4"."""


class Triple(NamedTuple):
    """A number (or a text, where it is none) with the two names that it has."""

    name: str
    series: str
    value: float | str


class TooManyTriples(ValueError):
    """A chart has more than `MAX_TRIPLES`."""


def triples_of(values: Mapping[str, Any]) -> list[Triple]:
    """Return the triples of {name: number} or {series: {name: number}}, names folded.

    Members of a list are named by their place. Deeper levels are joined to the second name.
    Numbers are read by `parse_answer`: "1.2M" is 1,200,000 and "(5)" is -5; a percent sign is
    passed over, since "12%" on a chart and 12 on an axis in per cent are one number.

    Raises:
        TooManyTriples: there are more than `MAX_TRIPLES`.
    """
    triples: list[Triple] = []
    for path, value in _leaves(values):
        if len(triples) == MAX_TRIPLES:
            raise TooManyTriples
        triples.append(Triple(_folded(path[0]), _folded(" ".join(path[1:])), _number(value)))
    return triples


def _leaves(values: Mapping[str, Any]) -> Iterator[tuple[list[str], Any]]:
    waiting: list[tuple[list[str], Any]] = [([], values)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Mapping):
            members = [([*path, str(key)], one) for key, one in value.items()]
        elif isinstance(value, list | tuple):
            members = [([*path, str(number)], one) for number, one in enumerate(value)]
        else:
            yield path, value
            continue
        waiting.extend(reversed(members))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _number(value: object) -> float | str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        return number if math.isfinite(number) else str(number)
    parsed = parse_answer(str(value)[:200])
    return _folded(str(value)[:200]) if parsed is None else parsed.value


def similarity(
    prediction: Mapping[str, Any], target: Mapping[str, Any], tolerance: Tolerance
) -> Fraction:
    """Return |matched| / |union| of two charts' triples, exactly; 0 to 1.

    Pairs are one to one, as many as can be. A pair has both names and the number within
    `TOLERANCES`; digits in names must be equal, and of a name's characters one in four may be
    edited at most. The whole chart may be transposed ({series: {name}} for {name: {series}}), and
    one series around a chart whose target has none is taken off. Two empty charts are equal.

    Raises:
        TooManyTriples: one of them is too large; told of the target first.
    """
    expected = triples_of(target)
    inner = next(iter(prediction.values())) if len(prediction) == 1 else None
    if isinstance(inner, Mapping) and not any(one.series for one in expected):
        prediction = inner
    given = triples_of(prediction)
    turned = [Triple(one.series, one.name, one.value) for one in given]
    best = max(_matched(one, expected, TOLERANCES[tolerance]) for one in (given, turned))
    union = len(given) + len(expected) - best
    return Fraction(best, union) if union else Fraction(1)


def _matched(given: Sequence[Triple], expected: Sequence[Triple], allowed: Allowed) -> int:
    by_names: dict[tuple[str, str, str, str], bool] = {}
    partners = []
    for one in given:
        options = 0
        for number, other in enumerate(expected):
            if not _near_value(one.value, other.value, allowed):
                continue
            names = one.name, one.series, other.name, other.series
            if names not in by_names:
                by_names[names] = _near_names(names, allowed.edits)
            if by_names[names]:
                options |= 1 << number
        partners.append(options)
    return maximum_matching(partners)


def _near_value(given: float | str, expected: float | str, allowed: Allowed) -> bool:
    if isinstance(given, str) or isinstance(expected, str):
        return given == expected
    return abs(given - expected) <= (allowed.error + 1e-9) * abs(expected)


def _near_names(names: tuple[str, str, str, str], edits: int) -> bool:
    spent = 0
    for given, expected in (names[0::2], names[1::2]):
        if given == expected:
            continue
        if not edits or _digits(given) != _digits(expected):
            return False
        distance = levenshtein(given, expected)
        if distance > len(expected) // _SHORT:
            return False
        spent += distance
    return spent <= edits


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def similarity_as_scrm(
    prediction: Mapping[str, Any], target: Mapping[str, Any], tolerance: Tolerance
) -> float | None:
    """Return the similarity as OneChart's `SCRM.py` computes it, or None where it divides by 0.

    What it does, and `similarity` does not:

    * All but digits, "." and "-" is cut from a value: "1.2M" is 1.2, "1,234" is 1234, "(5)" is 5.
    * A flat chart's second name is "value"; a target of that kind renames the prediction's second
      name to it, place by place. Names of a triple are sorted, but only at places which both
      charts have, so that a transposed chart is equal as long as it is not longer.
    * Names match if one is part of the other: with sorted names a **prefix** is enough where the
      name sorts after "value", which all Chinese ones do ("value北" in "value北京"), under
      "strict" too.
    * Several predicted triples may match one of the target, and the union shrinks by each: the
      value can be above 1.
    * Two empty charts divide by zero.

    Raises:
        TooManyTriples: one of them is too large.
    """
    given, expected = _scrm_triples(prediction), _scrm_triples(target)
    for place in range(min(len(given), len(expected))):
        if expected[place].series == "value" and "value" not in given[place][:2]:
            given[place] = given[place]._replace(series="value")
        for side in (given, expected):
            name, series = sorted(side[place][:2])
            side[place] = Triple(name, series, side[place].value)
    first, second = set(given), set(expected)
    allowed = TOLERANCES[tolerance]
    matched = {one for one in first if any(_scrm_match(one, other, allowed) for other in second)}
    union = (first | second) - (matched - (first & second))
    return len(matched) / len(union) if union else None


def _scrm_triples(values: Mapping[str, Any]) -> list[Triple]:
    triples: list[Triple] = []
    for key, value in values.items():
        inner = value if isinstance(value, Mapping) else {"value": value}
        for subkey, one in inner.items():
            if len(triples) == MAX_TRIPLES:
                raise TooManyTriples
            number = re.sub(r"[^\d.-]", "", str(one))
            triples.append(Triple(str(key).lower(), str(subkey).lower(), _scrm_number(number)))
    return triples


def _scrm_number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _scrm_match(given: Triple, expected: Triple, allowed: Allowed) -> bool:
    first, second = given.name + given.series, expected.name + expected.series
    if isinstance(given.value, float) and isinstance(expected.value, float):
        error = abs(given.value - expected.value) / (abs(expected.value) + 1e-6)
        if not error <= allowed.error:
            return False
        return first in second or second in first or levenshtein(first, second) <= allowed.edits
    return levenshtein(first + str(given.value), second + str(expected.value)) <= allowed.edits
