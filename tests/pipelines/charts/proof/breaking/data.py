"""Breaks of what the chart or its ground truth says; the picture stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from pipelines.charts.spec.model import Spec
from pipelines.charts.spec.numbers import SCALES
from pipelines.charts.truth.places import places
from pipelines.charts.truth.reading import Truth, read_truth
from tests.pipelines.charts.proof.breaking.pairs import Pair, breaks, pick

_FAR_STEPS = 2.5


def _changed(pair: Pair, change: Callable[[dict[str, Any]], bool]) -> Pair | None:
    """Return the pair with another specification; None if it cannot be changed so."""
    fields = pair.spec.model_dump()
    if not change(fields):
        return None
    try:
        return Pair(Spec.model_validate(fields), pair.style, pair.drawing)
    except ValueError:
        return None


def _number_lists(fields: dict[str, Any]) -> list[tuple[Any, Any, float]]:
    """Return (container, key, value) of every number of a chart that its dict states."""
    data = fields["data"]
    found: list[tuple[Any, Any, float]] = []
    for table in [data, *(one["table"] for one in data.get("panels", ()))]:
        for one in table.get("series", ()):
            rows = one.get("values") or one.get("points") or one.get("boxes") or ()
            rows = list(rows)
            for key in ("values", "points", "boxes"):
                if one.get(key):
                    one[key] = rows
            for at, value in enumerate(rows):
                if isinstance(value, list | tuple):
                    rows[at] = value = list(value)
                    found += [(value, part, number) for part, number in enumerate(value)]
                elif value is not None:
                    found.append((rows, at, value))
    for key in ("counts", "candles"):
        if data.get(key):
            data[key] = [list(one) if isinstance(one, tuple) else one for one in data[key]]
            for at, value in enumerate(data[key]):
                if isinstance(value, list):
                    found += [(value, part, number) for part, number in enumerate(value)]
                else:
                    found.append((data[key], at, value))
    nodes = [child for root in data.get("roots", ()) for child in (root["children"] or (root,))]
    return [*found, *((one, "value", one["value"]) for one in [*nodes, *data.get("links", ())])]


def _resolution(pair: Pair) -> float:
    """Return by how much a value must be off for a reader to see it, of the largest value."""
    truth = read_truth(pair.spec, pair.drawing)
    assert isinstance(truth, Truth)
    steps = [one.step for entry in truth.entries for one in entry.readings]
    largest = max(abs(one.number) for entry in truth.entries for one in entry.readings)
    return _FAR_STEPS * max(steps) / largest if largest else 1.0


@breaks
def wrong_value(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """One value of the chart is another, by more than the picture leaves open."""
    least = max(_resolution(pair), 0.04)

    def change(fields: dict[str, Any]) -> bool:
        found = _number_lists(fields)
        largest = max(abs(value) for *_, value in found)
        if pair.spec.kind == "bubble" and pair.spec.labels == "none":
            found = [one for one in found if one[1] < 2]
        holder, key, value = pick(rng, found)
        sign = 1 if rng.random() < 0.5 else -1
        quantum = float(pair.spec.value.format.quantum)
        off = max(least * largest, 0.04 * abs(value), quantum)
        new = value + sign * quantum * np.ceil(off / quantum)
        holder[key] = int(new) if "counts" in fields["data"] else float(new)
        return True

    for _ in range(6):
        made = _changed(pair, change)
        if made is not None and not _same_shares(pair.spec, made.spec):
            return made
    return None


def _same_shares(one: Spec, other: Spec) -> bool:
    """Say whether two charts cannot be told apart by what their labels print."""
    if one.labels not in ("percent", "name_percent") and one.about.axes:
        return False
    if one.labels not in ("percent", "name_percent", "none", "name"):
        return False
    shares = []
    for spec in (one, other):
        values = [place.numbers[0] for place in places(spec).values()]
        shares.append([value / sum(values) for value in values])
    return all(abs(a - b) < 0.02 for a, b in zip(*shares, strict=True))


@breaks
def values_swapped(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """Two values of the chart have changed places."""
    least = 2 * _resolution(pair)

    def change(fields: dict[str, Any]) -> bool:
        found = _number_lists(fields)
        largest = max(abs(value) for *_, value in found)
        for _ in range(20):
            (one, at, a), (other, to, b) = pick(rng, found), pick(rng, found)
            if abs(a - b) > max(least, 0.03) * largest and type(at) is type(to):
                one[at], other[to] = b, a
                return True
        return False

    for _ in range(6):
        made = _changed(pair, change)
        if made is not None and not _same_shares(pair.spec, made.spec):
            return made
    return None


@breaks
def names_swapped(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """Two categories have changed their names."""

    def change(fields: dict[str, Any]) -> bool:
        names = list(fields["data"].get("categories", ()))
        if len(names) < 2:
            return False
        a, b = rng.choice(len(names), 2, replace=False)
        names[a], names[b] = names[b], names[a]
        fields["data"]["categories"] = names
        return True

    return _changed(pair, change)


@breaks
def series_swapped(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """Two series have changed their names: the legend's entries are the wrong way round."""

    def change(fields: dict[str, Any]) -> bool:
        series = list(fields["data"].get("series", ()))
        if len(series) < 2:
            return False
        a, b = rng.choice(len(series), 2, replace=False)
        series[a]["name"], series[b]["name"] = series[b]["name"], series[a]["name"]
        return True

    return _changed(pair, change)


@breaks
def value_missing(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """The picture shows a value that the chart does not have."""

    def change(fields: dict[str, Any]) -> bool:
        tables = [fields["data"], *(one["table"] for one in fields["data"].get("panels", ()))]
        series = pick(rng, list(pick(rng, tables).get("series", ())))
        if series is None or len(series.get("values", ())) < 2:
            return False
        values = list(series["values"])
        values[int(rng.integers(len(values)))] = None
        series["values"] = values
        return True

    return _changed(pair, change)


@breaks
def title_other(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A title, axis title or source of the chart has other words than the picture."""

    def change(fields: dict[str, Any]) -> bool:
        holders = [(fields, key) for key in ("title", "subtitle", "source") if fields[key]]
        if pair.spec.about.axes and fields["value"]["title"]:
            holders.append((fields["value"], "title"))
        if not holders:
            return False
        holder, key = pick(rng, holders)
        text = holder[key]
        at = int(rng.integers(len(text)))
        holder[key] = (text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]).strip()
        changed: bool = holder[key] != text
        return changed

    return _changed(pair, change)


@breaks
def wrong_unit(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """The chart counts in another unit than the picture prints: 万 for 亿, other suffixes."""

    def change(fields: dict[str, Any]) -> bool:
        form = fields["value"]["format"]
        if form["scale"] and rng.random() < 0.7:
            old = SCALES[form["scale"]]
            form["scale"] = "亿" if form["scale"] != "亿" else "万"
            factor = SCALES[form["scale"]] / old
            for holder, key, value in _number_lists(fields):
                holder[key] = int(value) if isinstance(value, int) else value * factor
        else:
            form["suffix"] = "kg" if form["suffix"] != "kg" else "%"
        return True

    if pair.spec.labels in ("none", "percent", "name_percent") and not pair.spec.about.axes:
        return None
    if pair.spec.about.shape == "points" and pair.spec.labels == "none":
        return None
    return _changed(pair, change)


@breaks
def other_language(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """The chart claims to be in the other language."""

    def change(fields: dict[str, Any]) -> bool:
        fields["language"] = {"en": "zh", "zh": "en"}[fields["language"]]
        return True

    return _changed(pair, change)


@breaks
def truth_off(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A number of the ground truth is not what the picture shows."""
    far = 1 + max(0.06, _resolution(pair))

    def spoil(truth: Truth) -> None:
        at = int(rng.integers(len(truth.entries)))
        entry = truth.entries[at]
        part = int(rng.integers(len(entry.readings)))
        one = entry.readings[part]
        largest = max(abs(each.readings[part].number) for each in truth.entries)
        number = round(one.number + (far - 1) * max(largest, 1.0) + 1)
        readings = list(entry.readings)
        readings[part] = replace(one, number=float(number))
        entries = list(truth.entries)
        entries[at] = replace(entry, readings=tuple(readings))
        truth.entries = entries

    return Pair(pair.spec, pair.style, pair.drawing, spoil)


@breaks
def truth_name(pair: Pair, rng: np.random.Generator) -> Pair | None:
    """A value of the ground truth is under another's name."""
    if pair.spec.about.shape in ("points", "histogram") or len(places(pair.spec)) < 2:
        return None

    def spoil(truth: Truth) -> None:
        entries = list(truth.entries)
        a, b = rng.choice(len(entries), 2, replace=False)
        entries[a], entries[b] = (
            replace(entries[a], names=entries[b].names),
            replace(entries[b], names=entries[a].names),
        )
        truth.entries = entries

    return Pair(pair.spec, pair.style, pair.drawing, spoil)
