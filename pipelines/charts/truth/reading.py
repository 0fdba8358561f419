"""Reads the ground truth of a chart from its drawing: what a reader of the picture could know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pipelines.charts.drawing import Drawing, Mark
from pipelines.charts.proof.verdict import Disproved, Fault
from pipelines.charts.spec.model import Histogram, Panels, Spec, Table
from pipelines.charts.truth import forms, order
from pipelines.charts.truth.bins import read_bins
from pipelines.charts.truth.entries import Entry
from pipelines.charts.truth.lines import Lines
from pipelines.charts.truth.measures import Numbers, marks_by_key, measure
from pipelines.charts.truth.naming import (
    Naming,
    meant_items,
    meant_series,
    path,
    read_names,
)  # fmt: skip
from pipelines.charts.truth.places import VALUE, Key, Place, places
from pipelines.charts.truth.scales import Scales, read_scales
from pipelines.charts.truth.sheet import Sheet, read_sheet
from pipelines.charts.truth.values import read_values


@dataclass(slots=True)
class Findings:
    """What was found on the way to the truth, for the proof to go on with."""

    places: dict[Key, Place]
    marks: dict[Key, Mark]
    sheet: Sheet
    scales: Scales
    naming: Naming
    measured: dict[Key, Numbers]


@dataclass
class Truth:
    """The ground truth of one chart.

    Attributes:
        kind, language: of the chart.
        title, subtitle, source, notes: as drawn, in one line each; "" or () for none.
        axis_titles: by axis ("x", "y", "y2"), as drawn.
        entries: values in the order of the specification.
        categories: names along the category axis, those without values too.
        labelled: whether values are printed at their marks.
        percent: whether values are shares of the whole, in percent.
        tolerance: by axis, what read values are rounded to, in units of values; nothing where
            values are printed and for logarithmic axes, where each value has its own step.
        tolerance_share: the same as a share of a linear axis; along a logarithmic one the greatest
            step as a share of its value.
        text: all strings of the picture in reading order.
        findings: for the proof.
    """

    kind: str
    language: str
    title: str
    subtitle: str
    source: str
    notes: tuple[str, ...]
    axis_titles: Mapping[str, str]
    entries: Sequence[Entry]
    categories: Sequence[str]
    labelled: bool
    percent: bool
    tolerance: Mapping[str, float]
    tolerance_share: Mapping[str, float]
    drawing: Drawing = field(repr=False)
    spec: Spec = field(repr=False)
    findings: Findings = field(repr=False)

    @cached_property
    def text(self) -> str:
        """All strings of the picture in reading order, a line each."""
        direction: order.Direction = ""
        if self.kind == "heatmap" or self.spec.about.horizontal:
            direction = "rows"
        elif self.spec.about.axes:
            direction = "columns"
        return order.reading_order(self.drawing, self.lines.of, self.findings.marks, direction)

    @cached_property
    def rows(self) -> Sequence[Entry]:
        """Entries, and among them one without readings for each category that has no value."""
        empty = _without_values(self.spec, self.findings.naming, self.findings.places)
        return sorted((*self.entries, *empty), key=lambda one: one.key) if empty else self.entries

    @cached_property
    def lines(self) -> Lines:
        """Writes its texts in one line each."""
        return Lines(self.spec)

    def targets(self, wanted: Sequence[str]) -> dict[str, Any]:
        """Return the forms asked for, JSON-ready; see `docs/charts_truth.md`."""
        return {name: forms.FORMS[name](self) for name in wanted}


def read_truth(spec: Spec, drawing: Drawing) -> Truth | Disproved:
    """Return what the picture says, or why it cannot be read.

    The specification says what there is to look for and decides nothing about strings and numbers,
    except whether a line feed in a wrapped name stands for a blank.
    """
    try:
        return _read(spec, drawing)
    except Fault as fault:
        return Disproved(fault.reason, fault.detail)


def _read(spec: Spec, drawing: Drawing) -> Truth:
    sheet = read_sheet(drawing, spec.data.dates if isinstance(spec.data, Table) else ())
    naming = read_names(spec, sheet)
    there = places(spec)
    marks = marks_by_key(drawing)
    scales = read_scales(spec, drawing, sheet)
    measured = measure(spec, there, marks, scales)
    readings = read_values(spec, there, _leads(spec, there), sheet, measured)
    bins = read_bins(spec, marks, sheet, scales) if isinstance(spec.data, Histogram) else None
    entries = []
    for key, place in there.items():
        names = path(spec, naming, key) if bins is None else _bin(bins, key[2])
        if names or spec.about.shape == "points":
            got = readings[key]
            entries.append(Entry(key, names, place.parts[: len(got)], got))
    tolerance, share = _tolerances(entries, there, scales)
    return Truth(
        kind=spec.kind,
        language=spec.language,
        title=sheet.line("title", spec.title),
        subtitle=sheet.line("subtitle", spec.subtitle),
        source=sheet.line("source", spec.source),
        notes=tuple(sheet.lines("note", [note for note in spec.notes if note])),
        axis_titles=_axis_titles(spec, sheet),
        entries=entries,
        categories=[naming.items[at] for at in sorted(naming.items)],
        labelled=all(one.step == 0 for entry in entries for one in entry.readings),
        percent=_in_percent(spec, entries),
        tolerance=tolerance,
        tolerance_share=share,
        drawing=drawing,
        spec=spec,
        findings=Findings(there, marks, sheet, scales, naming, measured),
    )


def _without_values(spec: Spec, naming: Naming, there: Mapping[Key, Place]) -> list[Entry]:
    data = spec.data
    if isinstance(data, Table):
        tables = [data]
    elif isinstance(data, Panels):
        tables = [panel.table for panel in data.panels]
    else:
        return []
    keys = (
        (panel, series, item)
        for panel, table in enumerate(tables)
        for series, one in enumerate(table.series)
        for item, value in enumerate(one.values)
        if value is None
    )
    return [
        Entry(key, names, VALUE, ())
        for key in keys
        if key not in there and (names := path(spec, naming, key))
    ]


def _leads(spec: Spec, there: Mapping[Key, Place]) -> dict[Key, tuple[str, ...]]:
    """Return what labels may name before their values."""
    items, series = meant_items(spec), meant_series(spec)
    flow = spec.about.shape == "flow"
    return {
        key: (items[key[2]] if key[2] < len(items) and not flow else "", series[key[1]])
        for key in there
    }


def _bin(bins: Mapping[int, str], item: int) -> tuple[str]:
    if item not in bins:
        raise Fault("mark-missing", f"bin {item} is not drawn")
    return (bins[item],)


def _axis_titles(spec: Spec, sheet: Sheet) -> dict[str, str]:
    category, value = spec.category_title, spec.value.title
    if spec.about.horizontal:
        category, value = value, category
    if spec.x is not None:
        category = spec.x.title
    meant = {"x": category, "y": value, "y2": spec.second.title if spec.second else ""}
    return {which: sheet.line(f"{which}_title", meant[which]) for which in meant}


def _in_percent(spec: Spec, entries: Sequence[Entry]) -> bool:
    if spec.labels in ("percent", "name_percent"):
        return True
    return spec.kind in ("pie", "donut", "sunburst") and any(
        one.step for entry in entries for one in entry.readings
    )


def _tolerances(
    entries: Sequence[Entry], there: Mapping[Key, Place], scales: Scales
) -> tuple[dict[str, float], dict[str, float]]:
    largest: dict[str, float] = {}
    shares: dict[str, float] = {}
    for entry in entries:
        place = there[entry.key]
        for which, one in zip(place.which, entry.readings, strict=False):
            scale = scales.get((which, entry.key[0]))
            if one.step == 0:
                continue
            if scale is None or not scale.log:
                largest[which] = max(one.step, largest.get(which, 0.0))
            whole = scale and (abs(one.number) if scale.log else scale.span)
            if whole:
                shares[which] = max(round(one.step / whole, 5), shares.get(which, 0.0))
    return {which or "angle": step for which, step in largest.items()}, shares
