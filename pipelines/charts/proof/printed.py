"""Printed values are the chart's, at their marks; the ground truth as written is its data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pipelines.charts.drawing import Mark, Text
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.labels import JOINS, compose
from pipelines.charts.spec.model import Flow, Histogram, Panels, Points, Spec, Tree
from pipelines.charts.truth.bins import DASH
from pipelines.charts.truth.entries import Entry
from pipelines.charts.truth.names import flat
from pipelines.charts.truth.naming import BY_ITEM, meant_items, meant_series
from pipelines.charts.truth.places import Key, Place, nodes
from pipelines.charts.truth.reading import Truth
from pipelines.charts.truth.values import drawn_labels, in_percent, labelled_part

_FAR_EM = 2.5
_CLOSE = 1e-9
_BIN_PX = 3.0
_NAMED_BY_LABELS = ("pie", "donut", "rose", "funnel", "treemap", "sunburst")
"""Kinds whose labels have to name what they stand at; those of others may print values alone."""
_AT_MARK = frozenset(("bar", "point", "cell", "rectangle"))


def check_labels(spec: Spec, truth: Truth) -> None:
    """Check every label against the specification.

    Raises:
        Fault: label-missing, label-mismatch, label-misplaced, text-extra, text-repeated.
    """
    found = truth.findings
    labels = found.sheet.texts("label")
    wanted = drawn_labels(spec)
    if wanted == "none":
        for one in labels:
            raise Fault("text-extra", f"the label {one.string!r} was not asked for")
        return
    wholes = totals(spec, found.places)
    items, series = meant_items(spec), meant_series(spec)
    part = max(labelled_part(spec), 0)
    seen: set[Key] = set()
    for one in labels:
        key = (one.panel, max(one.series, 0), one.item)
        place = found.places.get(key)
        if place is None:
            if isinstance(spec.data, Tree) and _names_branch(spec.data, one):
                continue
            raise Fault("text-extra", f"the label {one.string!r} belongs to no value")
        if key in seen:
            raise Fault("text-repeated", f"{one.string!r} is a second label of a value")
        seen.add(key)
        names = {""} if isinstance(spec.data, Flow) else {*items[key[2] : key[2] + 1], ""}
        names.add(series[key[1]])
        _check_text(spec, one, place, part, names, wholes)
        _check_near(one, found.marks.get(key))
    if wanted == "name":
        return
    for key, place in found.places.items():
        if key not in seen:
            raise Fault("label-missing", f"{place.numbers[part]:g} has no label")


def totals(spec: Spec, there: Mapping[Key, Place]) -> float:
    """Return the sum of all values, of which shares are taken."""
    return sum(place.numbers[0] for place in there.values()) if not spec.about.axes else 0.0


def _names_branch(tree: Tree, one: Text) -> bool:
    listed = nodes(tree.roots)
    if not 0 <= one.item < len(listed):
        return False
    node = listed[one.item][1]
    return bool(node.children) and flat(one.string).startswith(flat(node.name))


def _check_text(
    spec: Spec, one: Text, place: Place, part: int, names: set[str], whole: float
) -> None:
    value = place.numbers[part]
    text = place.axes[part].format.text(value)
    share = spec.percent_format.text(100 * value / whole) if in_percent(spec) and whole else ""
    form = drawn_labels(spec)
    if form == "value" and one.string == text:
        return
    drawn = flat(one.string)
    if drawn == flat(text) and form == "name_value" and spec.kind not in _NAMED_BY_LABELS:
        return
    for name in sorted(names):
        for join in JOINS:
            if drawn == flat(compose(form, name, text, share, join)):
                return
    wanted = compose(form, sorted(names)[-1], text, share)
    raise Fault("label-mismatch", f"the label {wanted!r} is drawn as {one.string!r}")


def _check_near(one: Text, mark: Mark | None) -> None:
    if mark is None or mark.role not in _AT_MARK:
        return
    dx = max(mark.box[0] - one.box[2], one.box[0] - mark.box[2], 0.0)
    dy = max(mark.box[1] - one.box[3], one.box[1] - mark.box[3], 0.0)
    if math.hypot(dx, dy) > _FAR_EM * one.size_px:
        raise Fault("label-misplaced", f"the label {one.string!r} is far from its mark")


def check_truth(spec: Spec, truth: Truth) -> None:
    """Check the ground truth as written against the specification.

    Raises:
        Fault: truth-mismatch.
    """
    for name, text, wanted in (
        ("title", truth.title, spec.title),
        ("subtitle", truth.subtitle, spec.subtitle),
        ("source", truth.source, spec.source),
    ):
        if text != wanted:
            raise Fault("truth-mismatch", f"the {name} {wanted!r} is written as {text!r}")
    there = truth.findings.places
    items, series = meant_items(spec), meant_series(spec)
    several = len(series) > 1 or _shows_series(spec, truth, series)
    whole = totals(spec, there)
    for entry in truth.entries:
        place = there.get(entry.key)
        if place is None:
            raise Fault("truth-mismatch", f"{entry.names} has no value in the chart")
        if isinstance(spec.data, Histogram):
            _check_bin(spec, truth, entry.names[0], spec.data.edges[entry.key[2] :][:2])
        else:
            wanted_names = _names(spec, entry.key, items, series if several else ())
            if entry.names != wanted_names:
                raise Fault("truth-mismatch", f"{wanted_names} is written as {entry.names}")
        _check_entry(spec, truth, entry, place, whole)
    dated = getattr(spec.data, "dates", ())
    if not dated and len(truth.entries) != len(there):
        raise Fault("truth-mismatch", f"{len(truth.entries)} of {len(there)} values are written")


def _shows_series(spec: Spec, truth: Truth, series: Sequence[str]) -> bool:
    """Say whether the picture names series, though there be but one."""
    drawn = truth.findings.sheet.texts("legend")
    return spec.kind == "heatmap" or (spec.kind not in BY_ITEM and any(series) and bool(drawn))


def _check_bin(spec: Spec, truth: Truth, name: str, edges: Sequence[float]) -> None:
    scale = truth.findings.scales["x", 0]
    assert spec.x is not None
    read = [spec.x.format.parse(one) for one in name.split(DASH)]
    for one, edge in zip(read, edges, strict=False):
        if one is None or abs(one - edge) > _BIN_PX * scale.per_pixel(edge):
            raise Fault("truth-mismatch", f"the bin from {edges[0]:g} is called {name!r}")


def _names(spec: Spec, key: Key, items: Sequence[str], series: Sequence[str]) -> tuple[str, ...]:
    panel, at, item = key
    names = (series[at],) if series else ()
    match spec.data:
        case Points():
            return names
        case Panels():
            return (spec.data.panels[panel].title, *names, items[item])
        case Tree():
            listed = nodes(spec.data.roots)
            root = listed[item][0]
            return (*((listed[root][1].name,) if root >= 0 else ()), items[item])
        case Flow():
            link = spec.data.links[item]
            return link.source, link.target
    return (*names, items[item])


def _check_entry(spec: Spec, truth: Truth, entry: Entry, place: Place, whole: float) -> None:
    for at, (part, one) in enumerate(zip(entry.parts, entry.readings, strict=True)):
        form, wanted, room = place.axes[at].format, place.numbers[at], one.step * (0.5 + _CLOSE)
        if truth.percent:
            form, wanted = spec.percent_format, 100 * wanted / whole
            room += 0.5 * float(form.quantum) if not one.step else 0.0
        if one.step:
            numbers = truth.findings.measured.get(entry.key)
            measured = numbers[at] if numbers else None
            room += measured.per_pixel if measured else 0.0
        if not abs(one.number - wanted) <= room + _CLOSE * abs(wanted):
            raise Fault(
                "truth-mismatch", f"{entry.names} {part}: {wanted:g} is written as {one.number:g}"
            )
        printed = form.parse(one.text)
        if printed is None or not _near(printed, one.number):
            raise Fault("truth-mismatch", f"{one.number:g} is printed as {one.text!r}")


def _near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
