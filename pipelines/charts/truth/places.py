"""Where values stand in a specification: panel, series and item, and the axes they run along."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.charts.spec.model import (
    Axis,
    Boxes,
    Branch,
    Candles,
    Flow,
    Histogram,
    Panels,
    Points,
    Series,
    Spec,
    Table,
    Tree,
)  # fmt: skip
from pipelines.charts.spec.numbers import NumberFormat

Key = tuple[int, int, int]
BOX_PARTS = ("min", "q1", "median", "q3", "max")
CANDLE_PARTS = ("open", "close", "low", "high")
VALUE = ("value",)
COUNTS = Axis(format=NumberFormat())


@dataclass(frozen=True, slots=True)
class Place:
    """One value, point or box of a chart.

    Attributes:
        key: panel, series and item, as marks and labels count them; nodes and links of trees and
            flows are items of series 0.
        parts: names of its numbers, without those that the mark's place stands for.
        axes: the axis of the specification that each is measured on.
        numbers: as specified.
        which: the drawn axis of each: "x", "y", "y2", "radius", or "" for none.
    """

    key: Key
    parts: tuple[str, ...]
    axes: tuple[Axis, ...]
    numbers: tuple[float, ...]
    which: tuple[str, ...]


def places(spec: Spec) -> dict[Key, Place]:
    """Return every value that is there (missing ones have no place) by its key."""
    return {place.key: place for place in _places(spec)}


def value_axis(spec: Spec) -> str:
    """Return which drawn axis values of the first axis run along, "" for none."""
    if spec.kind in ("radar", "rose"):
        return "radius"
    if not spec.about.axes:
        return ""
    return "x" if spec.about.horizontal else "y"


def nodes(roots: tuple[Branch, ...]) -> list[tuple[int, Branch]]:
    """Return the nodes of a tree in their order, each with its root's number or -1 for a root."""
    listed: list[tuple[int, Branch]] = []
    for root in roots:
        at = len(listed)
        listed.append((-1, root))
        listed.extend((at, child) for child in root.children)
    return listed


def flow_nodes(flow: Flow) -> list[str]:
    """Return the names of a flow's nodes, each once, in order of appearance."""
    return list(dict.fromkeys(n for link in flow.links for n in (link.source, link.target)))


def _places(spec: Spec) -> Iterator[Place]:
    data, which = spec.data, value_axis(spec)
    match data:
        case Table():
            for at, one in enumerate(data.series):
                yield from _of_series(spec, 0, at, one, which)
        case Panels():
            for panel, small in enumerate(data.panels):
                for at, one in enumerate(small.table.series):
                    yield from _of_series(spec, panel, at, one, which)
        case Points():
            yield from _of_points(spec, data)
        case Histogram():
            for at, count in enumerate(data.counts):
                yield Place((0, 0, at), ("count",), (spec.value,), (float(count),), ("y",))
        case Boxes():
            for at, boxes in enumerate(data.series):
                for item, box in enumerate(boxes.boxes):
                    yield Place((0, at, item), BOX_PARTS, (spec.value,) * 5, box, (which,) * 5)
        case Candles():
            for at, candle in enumerate(data.candles):
                yield Place((0, 0, at), CANDLE_PARTS, (spec.value,) * 4, candle, (which,) * 4)
        case Tree():
            for at, (_, node) in enumerate(nodes(data.roots)):
                if node.value is not None:
                    yield Place((0, 0, at), VALUE, (spec.value,), (node.value,), ("",))
        case Flow():
            for at, link in enumerate(data.links):
                yield Place((0, 0, at), VALUE, (spec.value,), (link.value,), ("",))


def _of_series(spec: Spec, panel: int, at: int, one: Series, which: str) -> Iterator[Place]:
    second = one.second and spec.second is not None
    axes, drawn = (spec.axis_of(one),), ("y2",) if second else (which,)
    for item, value in enumerate(one.values):
        if value is not None:
            yield Place((panel, at, item), VALUE, axes, (value,), drawn)


def _of_points(spec: Spec, data: Points) -> Iterator[Place]:
    axes: tuple[Axis, ...] = (spec.x or spec.value, spec.value)
    parts: tuple[str, ...] = ("x", "y")
    which: tuple[str, ...] = ("x", "y")
    if data.size is not None:
        axes, parts, which = (*axes, data.size), ("x", "y", "size"), ("x", "y", "")
    for at, one in enumerate(data.series):
        for item, point in enumerate(one.points):
            yield Place((0, at, item), parts, axes, point, which)


@functools.lru_cache(maxsize=512)
def with_decimals(form: NumberFormat, decimals: int) -> NumberFormat:
    """Return a format that prints so many decimals."""
    return form.model_copy(update={"decimals": decimals})
