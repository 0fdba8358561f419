"""The written forms of a chart's ground truth: dicts, CSV, JSON and text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pipelines.charts.truth.entries import Entry
from pipelines.charts.truth.units import unit_of
from pipelines.charts.truth.values import Reading

if TYPE_CHECKING:
    from pipelines.charts.truth.reading import Truth

NONE = "None"
"""How OneChart writes what is not there."""
_TREES = ("treemap", "sunburst")
_POINTS = ("scatter", "bubble")


def onechart(truth: Truth) -> dict[str, Any]:
    """Return OneChart's dict: title, source, x_title, y_title, values; strings as printed."""
    titles = truth.axis_titles
    made = {
        "title": truth.title or NONE,
        "source": truth.source or NONE,
        "x_title": titles["x"] or NONE,
        "y_title": titles["y"] or NONE,
    }
    if truth.kind == "dual_axis":
        left, right = titles["y"] or NONE, titles["y2"] or NONE
        made |= {"y_title": f"{left} | {right}", "y_title_left": left, "y_title_right": right}
    return {**made, "values": values(truth)}


def vary(truth: Truth) -> dict[str, Any]:
    """Return Vary's dict: title, the axes' titles that there are, and the data as printed."""
    names = {"x": "x_title", "y": "y_title", "y2": "y2_title"}
    titles = {names[which]: text for which, text in truth.axis_titles.items() if text}
    return {"title": truth.title or NONE, **titles, "data": values(truth)}


def values(truth: Truth) -> Any:
    """Return the values as printed, nested by their names; a list for points without series.

    A category without a value has the string "None".
    """
    if truth.kind in _POINTS:
        return _point_lists(truth)
    made: dict[str, Any] = {}
    for entry in truth.rows:
        inner = made
        for name in entry.names[:-1]:
            inner = inner.setdefault(name, {})
        inner[entry.names[-1]] = _printed(entry)
    return made


def _printed(entry: Entry) -> Any:
    if not entry.readings:
        return NONE
    if len(entry.parts) == 1:
        return entry.readings[0].text
    return {part: one.text for part, one in zip(entry.parts, entry.readings, strict=True)}


def _point_lists(truth: Truth) -> Any:
    made: dict[str, list[list[str]]] = {}
    for entry in truth.entries:
        name = entry.names[0] if entry.names else ""
        made.setdefault(name, []).append([one.text for one in entry.readings])
    return made if set(made) != {""} else made[""]


def as_csv(truth: Truth) -> str:
    """Return a table by RFC 4180: a header of drawn titles, then the values as printed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(_rows(truth))
    return out.getvalue()


def _rows(truth: Truth) -> list[list[str]]:
    titles, horizontal = truth.axis_titles, truth.spec.about.horizontal
    category = titles["y"] if horizontal else titles["x"]
    value = (titles["x"] if horizontal else titles["y"]) or "value"
    if truth.spec.about.shape in ("table", "panels"):
        return _wide_rows(truth, category, value)
    parts = max((entry.parts for entry in truth.entries), key=len, default=())
    heads = {"x": titles["x"] or "x", "y": titles["y"] or "y", "value": value}
    heads |= {"count": value if titles["y"] else "count"}
    depth = max((len(entry.names) for entry in truth.entries), default=0)
    lead = _lead_heads(truth, category, depth)
    rows = [[*lead, *(heads.get(part, part) for part in parts)]]
    for entry in truth.entries:
        blank = [""] * (depth - len(entry.names))
        rows.append([*blank, *entry.names, *(one.text for one in entry.readings)])
    return rows


def _lead_heads(truth: Truth, category: str, depth: int) -> list[str]:
    if truth.kind == "sankey":
        return ["source", "target"]
    if truth.kind in _TREES:
        return ["parent", "name"][2 - depth :]
    if truth.kind in _POINTS:
        return ["series"][:depth]
    return ["series", category][2 - depth :]


def _wide_rows(truth: Truth, category: str, value: str) -> list[list[str]]:
    """Return a row per category (and panel), a column per series."""
    panels = truth.spec.about.shape == "panels"
    table: dict[tuple[str, ...], dict[str, str]] = {}
    columns: dict[str, None] = {}
    for entry in truth.rows:
        *outer, last = entry.names
        row = (outer[0], last) if panels else (last,)
        inner = outer[1:] if panels else outer
        column = inner[0] if inner else value
        columns[column] = None
        text = entry.readings[0].text if entry.readings else ""
        table.setdefault(row, {})[column] = text
    head = [*(["panel"] if panels else []), category, *columns]
    return [
        head,
        *([*row, *(cells.get(one, "") for one in columns)] for row, cells in table.items()),
    ]


def as_json(truth: Truth) -> dict[str, Any]:
    """Return the whole chart as drawn: kind, titles, axes, series with numbers and strings."""
    return {
        "kind": truth.kind,
        "language": truth.language,
        "title": truth.title,
        "subtitle": truth.subtitle,
        "source": truth.source,
        "notes": list(truth.notes),
        "labelled": truth.labelled,
        "percent_of_whole": truth.percent,
        "axes": {axis["which"]: axis for axis in _axes(truth)},
        "categories": list(truth.categories),
        "series": _series(truth),
    }


def _axes(truth: Truth) -> list[dict[str, Any]]:
    made = []
    drawn = {axis.which: axis for axis in reversed(truth.drawing.axes) if axis.which != "colour"}
    for which, axis in drawn.items():
        title = truth.axis_titles.get(which, "")
        one: dict[str, Any] = {"which": which, "title": title, "scale": axis.scale}
        one["unit"] = unit_of(title)
        if axis.scale in ("linear", "log"):
            one["range"] = [round(end, 9) for end in axis.values]
            if axis.scale == "log":
                one["tolerance_share"] = truth.tolerance_share.get(which, 0.0)
            else:
                one["tolerance"] = truth.tolerance.get(which, 0.0)
        made.append(one)
    return sorted(made, key=lambda one: str(one["which"]))


def _series(truth: Truth) -> list[dict[str, Any]]:
    naming = truth.findings.naming
    groups: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for entry in truth.rows:
        groups.setdefault(entry.key[:2], []).append(_record(truth, entry))
    made = []
    for (panel, series), records in groups.items():
        one: dict[str, Any] = {"name": naming.series.get(series, "")}
        if naming.panels:
            one["panel"] = naming.panels[panel]
        made.append({**one, "values": records})
    return made


def _record(truth: Truth, entry: Entry) -> dict[str, Any]:
    keys = _keys(truth)
    names = entry.names[-len(keys) :] if keys else ()
    named = dict(zip(keys[len(keys) - len(names) :], names, strict=True))
    return named | _numbers(entry)


def _keys(truth: Truth) -> list[str]:
    shape = truth.spec.about.shape
    if shape == "flow":
        return ["source", "target"]
    if shape == "tree":
        return ["parent", "name"]
    return {"points": [], "histogram": ["bin"]}.get(shape, ["category"])


def _numbers(entry: Entry) -> dict[str, Any]:
    def column(pick: Callable[[Reading], Any]) -> Any:
        if not entry.readings:
            return None
        if len(entry.parts) == 1:
            return pick(entry.readings[0])
        return {part: pick(one) for part, one in zip(entry.parts, entry.readings, strict=True)}

    return {
        "value": column(lambda one: one.number),
        "text": column(lambda one: one.text),
        "exact": column(lambda one: one.exact),
        "step": column(lambda one: one.step),
    }


FORMS: Mapping[str, Callable[[Truth], Any]] = {
    "dict": onechart,
    "dict_vary": vary,
    "csv": as_csv,
    "json": as_json,
    "text": lambda truth: truth.text,
}
