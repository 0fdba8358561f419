"""Marks are where and as large as their values say, measured through the drawn axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from pipelines.charts.drawing import AxisDrawn, Drawing, Mark, Text
from pipelines.charts.proof.printed import totals
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.model import Histogram, Panels, Spec, Table
from pipelines.charts.truth.measures import Measured
from pipelines.charts.truth.places import Key
from pipelines.charts.truth.reading import Findings, Truth
from pipelines.charts.truth.scales import Scale

OFF_PX = 1.0
_OFF_SHARE = 0.02
"""Of a treemap's rectangle or a funnel's band: their gaps cost a little of them."""
_EVEN = 0.08
_STACKED = ("bar_stacked", "bar_stacked_horizontal", "bar_percent")


def check_geometry(spec: Spec, drawing: Drawing, truth: Truth) -> float:
    """Check places and sizes of all marks; return the largest deviation in pixels.

    Raises:
        Fault: mark-missing, mark-extra, mark-mismatch, category-misplaced.
    """
    found = truth.findings
    _check_complete(drawing, found)
    worst = _check_values(spec, found)
    _check_bases(spec, found)
    _check_round(spec, found)
    _check_places(spec, drawing, found)
    return worst


def _check_complete(drawing: Drawing, found: Findings) -> None:
    for key, place in found.places.items():
        mark = found.marks.get(key)
        if mark is None or not (mark.visible or place.numbers[-1] == 0):
            raise Fault("mark-missing", f"{place.numbers} at {key} has no mark to be seen")
        if not all(map(math.isfinite, (*mark.box, *mark.measures))):
            raise Fault("mark-missing", f"the mark at {key} is nowhere")
    count = 0
    for mark in drawing.marks:
        if mark.role == "node" or (mark.role == "sector" and not _is_value(mark, found)):
            continue
        if (mark.panel, max(mark.series, 0), mark.item) not in found.places:
            if mark.role in ("rectangle", "sector"):
                continue
            raise Fault("mark-extra", f"a {mark.role} of {mark.series}, {mark.item} has no value")
        count += 1
    if count > len(found.places):
        raise Fault("mark-extra", f"{count} marks for {len(found.places)} values")


def _is_value(mark: Mark, found: Findings) -> bool:
    return (mark.panel, max(mark.series, 0), mark.item) in found.places


def _check_values(spec: Spec, found: Findings) -> float:
    worst = 0.0
    wholes = totals(spec, found.places)
    for key, numbers in found.measured.items():
        place = found.places[key]
        for at, one in enumerate(numbers):
            if one is None:
                continue
            wanted = place.numbers[at]
            if not place.which[at]:
                wanted = 100 * wanted / wholes
            off = _pixels_off(one, wanted)
            if not off <= OFF_PX:
                part = place.parts[at]
                raise Fault(
                    "mark-mismatch", f"{key} {part}: {wanted:.6g} is drawn as {one.value:.6g}"
                )
            worst = max(worst, off)
    return worst


def _pixels_off(one: Measured, wanted: float) -> float:
    return abs(one.value - wanted) / one.per_pixel if one.per_pixel > 0 else math.inf


def _check_bases(spec: Spec, found: Findings) -> None:
    """Check that bars start at zero, or where the one below or before them ends."""
    table = spec.data if isinstance(spec.data, Table) else None
    running = 0.0
    heights: dict[tuple[int, int, bool], float] = {}
    for key in sorted(found.places, key=lambda one: (one[0], one[1], one[2])):
        mark, place = found.marks[key], found.places[key]
        if mark.role != "bar":
            continue
        scale = found.scales.get((place.which[0], key[0]))
        if scale is None:
            continue
        base, value = 0.0, place.numbers[0]
        if spec.kind == "waterfall" and table is not None:
            total = bool(table.totals) and table.totals[key[2]]
            base = 0.0 if total else running
            running = value if total else running + value
        elif spec.kind in _STACKED:
            slot = (key[0], key[2], value < 0)
            base = heights.get(slot, 0.0)
            heights[slot] = base + value
        _check_base(key, mark, scale, base)


def _check_base(key: Key, mark: Mark, scale: Scale, base: float) -> None:
    if scale.log and base <= 0:
        wanted = scale.start_px if scale.start < scale.end else scale.end_px
    else:
        wanted = scale.pixel(base)
    if not abs(mark.measures[0] - wanted) <= OFF_PX:
        off = abs(mark.measures[0] - wanted)
        raise Fault("mark-mismatch", f"the bar at {key} starts {off:.1f} px off its base")


def _check_round(spec: Spec, found: Findings) -> None:
    """Check sizes that no axis measures: radii, widths and areas in proportion to values."""
    marks = [(found.places[key].numbers[0], found.marks[key]) for key in found.places]
    match spec.kind:
        case "rose":
            _check_rose(marks)
        case "funnel":
            sizes = [abs(mark.measures[1] - mark.measures[0]) for _, mark in marks]
            _check_order([value for value, _ in marks], sizes, 1.0)
        case "treemap":
            sizes = [(m.box[2] - m.box[0]) * (m.box[3] - m.box[1]) for _, m in marks]
            _check_order([value for value, _ in marks], sizes, 0.3 * max(sizes))
        case "bubble":
            sizes = [mark.measures[2] for _, mark in marks if len(mark.measures) > 2]
            values = [found.places[key].numbers[2] for key in found.places]
            if len(sizes) == len(values):
                _check_order(values, sizes, 1.0)


def _check_rose(marks: Sequence[tuple[float, Mark]]) -> None:
    """Check that radii rise with values, by lengths or by areas."""
    _check_order([value for value, _ in marks], [mark.measures[3] for _, mark in marks], OFF_PX)


def _check_order(values: Sequence[float], sizes: Sequence[float], slack: float) -> None:
    """Check that greater values have greater sizes."""
    order = sorted(range(len(values)), key=lambda at: values[at])
    for a, b in pairwise(order):
        if sizes[a] > sizes[b] + slack and values[a] < values[b]:
            raise Fault("mark-mismatch", f"{values[a]:g} is drawn larger than {values[b]:g}")


def _check_places(spec: Spec, drawing: Drawing, found: Findings) -> None:
    """Check where marks stand along the axis of categories, times, bins or columns."""
    if isinstance(spec.data, Histogram):
        _check_bins(spec.data, found)
    elif spec.kind == "heatmap":
        columns = _tick_places(found, "x_tick", 0)
        rows = _tick_places(found, "y_tick", 1)
        _check_cells(found, columns, rows)
    elif spec.about.axes and spec.about.shape != "points":
        along = 1 if spec.about.horizontal else 0
        role = "y_tick" if along else "x_tick"
        dates = spec.data.dates if isinstance(spec.data, Table) else ()
        panels = range(len(spec.data.panels) if isinstance(spec.data, Panels) else 1)
        for panel in panels:
            spots = _spots(found, panel, along)
            steps = _check_even(spots, dates, drawing.axes)
            _check_ticks(found.sheet.texts(role), spots, panel, along, steps / 2)


def _spots(found: Findings, panel: int, along: int) -> dict[int, float]:
    """Return the middle of each item's marks along the category axis."""
    ends: dict[int, tuple[float, float]] = {}
    for key in found.places:
        if key[0] != panel:
            continue
        mark = found.marks[key]
        low, high = mark.box[along], mark.box[along + 2]
        if mark.role == "point" and not along:
            low = high = mark.measures[0]
        known = ends.get(key[2], (low, high))
        ends[key[2]] = (min(known[0], low), max(known[1], high))
    return {item: (low + high) / 2 for item, (low, high) in sorted(ends.items())}


def _check_even(
    spots: Mapping[int, float], dates: Sequence[str], axes: Sequence[AxisDrawn]
) -> float:
    """Check that items stand in order, evenly or by their dates; return the step in pixels."""
    items = list(spots)
    if len(items) < 2:
        return math.inf
    at = [float(date.fromisoformat(dates[item]).toordinal()) if dates else item for item in items]
    step = (spots[items[-1]] - spots[items[0]]) / (at[-1] - at[0])
    least = abs(step) * min(b - a for a, b in pairwise(at))
    for item, place in zip(items, at, strict=True):
        wanted = spots[items[0]] + step * (place - at[0])
        # Of grouped bars some may be missing, so that the middle of the rest lies aside.
        if abs(spots[item] - wanted) > max(2.0, 0.45 * least):
            raise Fault("category-misplaced", f"the marks of category {item} stand out of line")
    return least


def _check_ticks(
    ticks: Sequence[Text], spots: Mapping[int, float], panel: int, along: int, room: float
) -> None:
    for one in ticks:
        if one.panel != panel or one.item not in spots:
            continue
        off = abs(anchor(one, along) - spots[one.item])
        if not off <= room:
            raise Fault("category-misplaced", f"{one.string!r} stands {off:.0f} px off its marks")


def anchor(one: Text, along: int) -> float:
    """Return where a tick's text points to along its axis.

    That is its middle, or of a turned one the middle of its end that is nearest to the axis, which
    is the upper one.
    """
    if one.corners is None or along:
        return (one.box[along] + one.box[along + 2]) / 2
    upper = sorted(one.corners, key=lambda corner: corner[1])[:2]
    return (upper[0][0] + upper[1][0]) / 2


def _tick_places(found: Findings, role: str, along: int) -> dict[int, float]:
    places = {}
    for one in found.sheet.texts(role):
        index = one.series if along and one.series >= 0 else one.item
        places[index] = anchor(one, along)
    return places


def _check_cells(found: Findings, columns: Mapping[int, float], rows: Mapping[int, float]) -> None:
    for (_, series, item), place in ((key, found.places[key]) for key in found.places):
        box = found.marks[place.key].box
        x, y = columns.get(item), rows.get(series)
        if (x is not None and not box[0] <= x <= box[2]) or (
            y is not None and not box[1] <= y <= box[3]
        ):
            raise Fault("category-misplaced", f"a cell of row {series}, column {item} stands aside")


def _check_bins(data: Histogram, found: Findings) -> None:
    scale = found.scales.get(("x", 0))
    if scale is None:
        raise Fault("unreadable", "the bins have no axis")
    for (_, _, item), mark in found.marks.items():
        for pixel, edge in zip(mark.box[::2], data.edges[item : item + 2], strict=False):
            if not abs(scale.pixel(edge) - pixel) <= 1.5 * OFF_PX:
                raise Fault("mark-mismatch", f"the bar of bin {item} does not end at {edge:g}")
