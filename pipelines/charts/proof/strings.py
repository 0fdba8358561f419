"""Every string of the chart is in the picture, once and in its place, and no other string is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from pipelines.charts.drawing import Text
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.model import (
    Boxes,
    Candles,
    Flow,
    Panels,
    Points,
    Spec,
    Table,
    Tree,
)  # fmt: skip
from pipelines.charts.truth.names import same
from pipelines.charts.truth.naming import BY_ITEM, meant_items, meant_series
from pipelines.charts.truth.reading import Truth

_HEADS = ("title", "subtitle", "source")
_TITLES = ("x_title", "y_title", "y2_title")


def check_strings(spec: Spec, truth: Truth) -> None:
    """Check all strings but printed values.

    Raises:
        Fault: text-missing, text-extra, text-repeated, category-missing, legend-missing.
    """
    by_role = truth.findings.sheet.by_role
    for role in _HEADS:
        _once(role, by_role.get(role, ()), getattr(spec, role))
    _in_order("note", by_role.get("note", ()), [note for note in spec.notes if note])
    titles = [panel.title for panel in spec.data.panels] if isinstance(spec.data, Panels) else []
    _in_order("panel_title", by_role.get("panel_title", ()), titles)
    _check_axis_titles(spec, by_role)
    _check_others(spec, truth, by_role.get("other", ()))
    _check_names(spec, by_role)


def _check_others(spec: Spec, truth: Truth, drawn: Sequence[Text]) -> None:
    """Check that all other texts are ticks of a scale of colours."""
    scales = [axis for axis in truth.drawing.axes if axis.which == "colour"]
    form = spec.value.format
    for one in drawn:
        value = form.parse(one.string)
        if one.value is None or value is None or not scales:
            raise Fault("text-extra", f"{one.string!r} belongs to nothing in the chart")
        low, high = sorted(scales[0].values)
        slack = 1e-6 * max(abs(low), abs(high))
        if abs(value - one.value) > slack or not low - slack <= value <= high + slack:
            raise Fault("tick-mismatch", f"{one.string!r} stands at {one.value:g}")


def _once(role: str, drawn: Sequence[Text], wanted: str) -> None:
    _in_order(role, drawn, [wanted] if wanted else [])


def _in_order(role: str, drawn: Sequence[Text], wanted: Sequence[str]) -> None:
    what = role.replace("_", " ")
    if len(drawn) < len(wanted):
        raise Fault("text-missing", f"{len(drawn)} of {len(wanted)} {what}s are drawn")
    for one, text in zip(drawn, wanted, strict=False):
        if not same(one.string, text):
            raise Fault("text-missing", f"the {what} {text!r} is drawn as {one.string!r}")
    if len(drawn) > len(wanted):
        extra = drawn[len(wanted)].string
        again = any(same(extra, text) for text in wanted)
        raise Fault("text-repeated" if again else "text-extra", f"a {what} {extra!r} too much")


def _check_axis_titles(spec: Spec, by_role: Mapping[str, Sequence[Text]]) -> None:
    wanted = _axis_titles(spec)
    panels = len(spec.data.panels) if isinstance(spec.data, Panels) else 1
    optional = {spec.value.title, spec.category_title}
    if isinstance(spec.data, Points) and spec.data.size is not None:
        optional.add(spec.data.size.title)
    for role in (*_TITLES, "legend_title"):
        drawn, text = by_role.get(role, ()), wanted.get(role, "")
        if text and not drawn:
            raise Fault("text-missing", f"the axis title {text!r} is not drawn")
        allowed = {text} if text else optional if not spec.about.axes or role[0] == "l" else set()
        for one in drawn:
            if not any(same(one.string, each) for each in allowed if each):
                reason = "text-missing" if text else "text-extra"
                raise Fault(reason, f"the axis title {text!r} is drawn as {one.string!r}")
        if len(drawn) > panels:
            raise Fault("text-repeated", f"the axis title {drawn[0].string!r} is drawn again")
    measure = spec.value.title
    every = [one.string for role in (*_TITLES, "legend_title") for one in by_role.get(role, ())]
    if measure and not any(same(one, measure) for one in every):
        raise Fault("text-missing", f"what values measure, {measure!r}, is not drawn")


def _axis_titles(spec: Spec) -> dict[str, str]:
    """Return the titles that must be drawn, by role."""
    if spec.kind == "heatmap":
        return {"x_title": spec.category_title}
    if not spec.about.axes:
        return {}
    x, y = spec.category_title, spec.value.title
    if spec.about.horizontal:
        x, y = y, x
    if spec.x is not None:
        x = spec.x.title
    return {"x_title": x, "y_title": y, "y2_title": spec.second.title if spec.second else ""}


def _check_names(spec: Spec, by_role: Mapping[str, Sequence[Text]]) -> None:
    items, series = meant_items(spec), meant_series(spec)
    numbers = {"x_tick", "y_tick"}
    match spec.data:
        case Table() if spec.kind in (*BY_ITEM, "radar"):
            pass
        case Table() | Boxes() | Candles() | Panels():
            role = "y_tick" if spec.about.horizontal else "x_tick"
            numbers.discard(role)
            panels = len(spec.data.panels) if isinstance(spec.data, Panels) else 1
            dated = isinstance(spec.data, Table) and bool(spec.data.dates)
            ticks = [one for one in by_role.get(role, ()) if one.value is None]
            if dated:
                _check_dates(ticks, items)
            else:
                _check_indexed("category", ticks, items, panels=panels, complete=True)
    if spec.kind == "heatmap":
        numbers.discard("y_tick")
        rows = by_role.get("y_tick", ())
        by = "series" if any(one.series >= 0 for one in rows) else "item"
        _check_indexed("row", rows, series, complete=True, by=by)
    for role in (*sorted(numbers), "y2_tick"):
        for one in by_role.get(role, ()):
            if one.value is None:
                raise Fault("text-extra", f"{one.string!r} stands among the ticks of numbers")
    if spec.kind == "gauge":
        _check_dial(spec, by_role)
    _check_legend(spec, by_role.get("legend", ()), items, series)
    named = spec.kind in (*BY_ITEM, "radar") or isinstance(spec.data, Tree | Flow)
    names = by_role.get("name", ())
    if names and not named and spec.labels != "name":
        raise Fault("text-extra", f"the name {names[0].string!r} belongs to nothing")
    if named:
        _check_indexed("name", names, items, complete=spec.kind == "radar")


def _check_dial(spec: Spec, by_role: Mapping[str, Sequence[Text]]) -> None:
    """Check that a gauge's ticks print the values that they stand at; no axis is drawn for it."""
    for one in (*by_role.get("x_tick", ()), *by_role.get("y_tick", ())):
        value = spec.value.format.parse(one.string)
        if value is None or not math.isclose(value, one.value or 0.0, rel_tol=1e-6, abs_tol=1e-9):
            raise Fault("tick-mismatch", f"{one.string!r} stands at {one.value} on the dial")


def _check_legend(
    spec: Spec, drawn: Sequence[Text], items: Sequence[str], series: Sequence[str]
) -> None:
    if spec.kind in BY_ITEM:
        _check_indexed("legend entry", drawn, items, complete=bool(drawn))
        return
    if isinstance(spec.data, Candles):
        series = (spec.data.rising, spec.data.falling)
        _check_indexed("legend entry", drawn, series, complete=True, by="series")
        return
    several = len(series) > 1 and spec.kind != "heatmap"
    if several and len(drawn) < len(series):
        raise Fault("legend-missing", f"the legend names {len(drawn)} of {len(series)} series")
    if not any(series) and drawn:
        raise Fault("text-extra", f"a legend entry {drawn[0].string!r} of no series")
    _check_indexed("legend entry", drawn, series, complete=several, by="series")


def _check_indexed(
    what: str, drawn: Sequence[Text], wanted: Sequence[str], *,
    panels: int = 1, complete: bool = False, by: str = "item",
) -> None:  # fmt: skip
    """Check that texts name what their indices say, each once (in each panel)."""
    lacking = "legend-missing" if what == "legend entry" else "category-missing"
    seen: Counter[tuple[int, int]] = Counter()
    for one in drawn:
        index = one.item if by == "item" else max(one.series, 0)
        if not 0 <= index < len(wanted):
            raise Fault("text-extra", f"the {what} {one.string!r} belongs to nothing")
        if not same(one.string, wanted[index]):
            raise Fault(lacking, f"the {what} {wanted[index]!r} is drawn as {one.string!r}")
        seen[one.panel, index] += 1
    for (_, index), count in seen.items():
        if count > 1:
            raise Fault("text-repeated", f"the {what} {wanted[index]!r} is drawn {count} times")
    there: Collection[int] = {index for _, index in seen}
    if complete and len(seen) < len(wanted) * panels and not _shared(seen, wanted, panels):
        missing = [text for at, text in enumerate(wanted) if at not in there] or list(wanted)
        raise Fault(lacking, f"the {what} {missing[0]!r} is not drawn")


def _shared(seen: Collection[tuple[int, int]], wanted: Sequence[str], panels: int) -> bool:
    """Say whether panels that have names have all, so that those above can share them."""
    if panels == 1:
        return False
    count = Counter(panel for panel, _ in seen)
    return bool(count) and all(number == len(wanted) for number in count.values())


def _check_dates(ticks: Sequence[Text], names: Sequence[str]) -> None:
    """Check that every n-th date is named, from the first or so on."""
    _check_indexed("date", ticks, names)
    drawn = sorted(one.item for one in ticks)
    gaps = {b - a for a, b in pairwise(drawn)}
    if len(drawn) < 2 or len(gaps) > 1:
        raise Fault("category-missing", f"of {len(names)} dates those at {drawn} are named")
