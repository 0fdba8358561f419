"""Names of series, categories, panels and nodes, as drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.model import (
    Boxes,
    Candles,
    Flow,
    Histogram,
    Panels,
    Points,
    Spec,
    Table,
    Tree,
)  # fmt: skip
from pipelines.charts.truth.names import flat, unwrap
from pipelines.charts.truth.places import Key, flow_nodes, nodes
from pipelines.charts.truth.sheet import Sheet

BY_ITEM = ("pie", "donut", "rose", "funnel", "treemap", "sunburst", "gauge")
"""Kinds whose names stand in labels, in the legend or beside the marks, not along an axis."""


@dataclass(slots=True)
class Naming:
    """Drawn names by index; what is not drawn is not there.

    Attributes:
        panels, series, items: names of panels, series, and categories or nodes.
    """

    panels: dict[int, str] = field(default_factory=dict)
    series: dict[int, str] = field(default_factory=dict)
    items: dict[int, str] = field(default_factory=dict)


def meant_series(spec: Spec) -> Sequence[str]:
    """Return the names of series that the specification holds, "" for none."""
    data = spec.data
    if isinstance(data, Table | Points | Boxes):
        return [one.name for one in data.series]
    if isinstance(data, Panels):
        return [one.name for one in data.panels[0].table.series]
    return [""]


def meant_items(spec: Spec) -> Sequence[str]:
    """Return the names of categories or nodes that the specification holds."""
    data = spec.data
    match data:
        case Table() | Boxes() | Candles():
            return data.categories
        case Panels():
            return data.panels[0].table.categories
        case Tree():
            return [node.name for _, node in nodes(data.roots)]
        case Flow():
            return flow_nodes(data)
    return ()


def read_names(spec: Spec, sheet: Sheet) -> Naming:
    """Return what the picture calls things.

    Raises:
        Fault: legend-missing or category-missing where a value could not be named.
    """
    made = Naming()
    meant = meant_items(spec)
    if isinstance(spec.data, Panels):
        titles = [panel.title for panel in spec.data.panels]
        made.panels = {
            one.panel: unwrap(one.string, titles[one.panel] if one.panel < len(titles) else "")
            for one in reversed(sheet.texts("panel_title"))
        }
        _need(made.panels, len(titles), "text-missing", "panel")
    made.series = _series(spec, sheet)
    match spec.data:
        case Table() if spec.kind in BY_ITEM:
            made.items = _beside(spec, sheet, meant)
        case Tree() | Flow():
            made.items = _beside(spec, sheet, meant)
        case Table() if spec.kind == "radar":
            made.items = sheet.names("name", meant)
        case Histogram() | Points():
            return made
        case Table() | Boxes() | Candles() | Panels():
            made.items = _along(spec, sheet, meant)
    dated = isinstance(spec.data, Table) and bool(spec.data.dates)
    if not dated:
        _need(made.items, len(meant), "category-missing", "category")
    elif len(made.items) < 2:
        raise Fault("category-missing", f"{len(made.items)} dates are drawn")
    return made


def path(spec: Spec, naming: Naming, key: Key) -> tuple[str, ...]:
    """Return the names that lead to a value in the dict, outermost first; () if it has none."""
    panel, series, item = key
    # A single series has a name where the legend shows one.
    middle = (naming.series[series],) if naming.series else ()
    match spec.data:
        case Points() | Histogram():
            return middle
        case Panels():
            return (naming.panels[panel], *middle, naming.items[item])
        case Tree():
            root = nodes(spec.data.roots)[item][0]
            return (*((naming.items[root],) if root >= 0 else ()), naming.items[item])
        case Flow():
            names = flow_nodes(spec.data)
            link = spec.data.links[item]
            ends = (names.index(link.source), names.index(link.target))
            return tuple(naming.items[end] for end in ends)
    if item not in naming.items:
        return ()
    return (*middle, naming.items[item])


def _series(spec: Spec, sheet: Sheet) -> dict[int, str]:
    meant = meant_series(spec)
    if spec.kind == "heatmap":
        rows = sheet.names("y_tick", meant, by="series") or sheet.names("y_tick", meant)
        _need(rows, len(meant), "category-missing", "row")
        return rows
    if not any(meant) or spec.kind in BY_ITEM:
        return {}
    found = sheet.names("legend", meant, by="series")
    if len(meant) > 1:
        _need(found, len(meant), "legend-missing", "series")
    return found


def _along(spec: Spec, sheet: Sheet, meant: Sequence[str]) -> dict[int, str]:
    role = "y_tick" if spec.about.horizontal else "x_tick"
    return sheet.names(role, meant)


def _beside(spec: Spec, sheet: Sheet, meant: Sequence[str]) -> dict[int, str]:
    """Return names from texts of their own, else the legend, else from what leads the labels."""
    found = sheet.names("name", meant)
    for index, name in sheet.names("legend", meant).items():
        found.setdefault(index, name)
    if isinstance(spec.data, Tree) or spec.labels.startswith("name"):
        for index, name in _leading(spec, sheet, meant):
            found.setdefault(index, name)
    return found


def _leading(spec: Spec, sheet: Sheet, meant: Sequence[str]) -> Iterator[tuple[int, str]]:
    if isinstance(spec.data, Flow):
        return
    for one in sheet.texts("label"):
        index = one.item
        if 0 <= index < len(meant) and flat(one.string).startswith(flat(meant[index])):
            yield index, meant[index]


def _need(found: dict[int, str], count: int, reason: str, what: str) -> None:
    lacking = [str(at + 1) for at in range(count) if at not in found]
    if lacking:
        raise Fault(reason, f"{what} {', '.join(lacking)} of {count} has no name in the picture")
