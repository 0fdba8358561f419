"""Drawings laid out by arithmetic, without a library and without pixels, for tests of reading."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pipelines.charts.drawing import AxisDrawn, Drawing, LegendEntry, Mark, Text
from pipelines.charts.spec.model import Spec, Table

LEFT, TOP, RIGHT, BOTTOM = 80.0, 60.0, 680.0, 460.0
COLOURS = ((68, 119, 170), (238, 102, 119), (34, 136, 51))


def lay_out(spec: Spec, low: float, high: float, ticks: list[float], **changes: Any) -> Drawing:
    """Return bars (or vertices, for lines) of a table on a value axis from `low` to `high`."""
    table = spec.data
    assert isinstance(table, Table)
    log = spec.value.scale == "log"

    def place(value: float) -> float:
        if log:
            share = math.log(value / low) / math.log(high / low)
        else:
            share = (value - low) / (high - low)
        return BOTTOM - share * (BOTTOM - TOP)

    drawing = Drawing(np.full((520, 760, 3), 255, np.uint8))
    _titles(spec, drawing)
    form, count = spec.value.format, len(table.categories)
    for value in ticks:
        y = place(value)
        drawing.texts.append(
            Text(form.tick(value), "y_tick", (40, y - 7, 76, y + 7), 12, value=value)
        )
    slot = (RIGHT - LEFT) / count
    for item, name in enumerate(table.categories):
        x = LEFT + (item + 0.5) * slot
        drawing.texts.append(Text(name, "x_tick", (x - 20, 464, x + 20, 478), 12, item=item))
    wide = 0.7 * slot / len(table.series)
    for series, one in enumerate(table.series):
        for item, number in enumerate(one.values):
            if number is None:
                continue
            x = LEFT + (item + 0.15) * slot + series * wide
            y, base = place(number), place(low if log else max(low, 0.0))
            box = (x, min(y, base), x + wide, max(y, base))
            if spec.about.family == "line":
                x = LEFT + (item + 0.5) * slot
                mark = Mark("point", (x, y, x, y), (x, y), COLOURS[series], series, item)
            else:
                mark = Mark("bar", box, (base, y), COLOURS[series], series, item)
            drawing.marks.append(mark)
            if spec.labels == "value":
                label = (x, min(y, base) - 16, x + wide, min(y, base) - 2)
                drawing.texts.append(
                    Text(form.text(number), "label", label, 12, series=series, item=item)
                )
        if one.name:
            at = LEFT + 100 * series
            drawing.texts.append(Text(one.name, "legend", (at, 40, at + 60, 54), 12, series=series))
            swatch = (at - 20, 42, at - 4, 52)
            drawing.legend.append(LegendEntry(series, -1, swatch, COLOURS[series]))
    drawing.axes.append(AxisDrawn("y", spec.value.scale, (BOTTOM, TOP), (low, high)))
    drawing.axes.append(AxisDrawn("x", "category", (LEFT, RIGHT), (-0.5, count - 0.5)))
    drawing.plots.append((LEFT, TOP, RIGHT, BOTTOM))
    for name, value in changes.items():
        setattr(drawing, name, value)
    return drawing


def _titles(spec: Spec, drawing: Drawing) -> None:
    if spec.title:
        drawing.texts.append(Text(spec.title, "title", (80, 4, 400, 28), 20))
    if spec.category_title:
        drawing.texts.append(Text(spec.category_title, "x_title", (300, 484, 400, 500), 14))
    if spec.value.title:
        drawing.texts.append(Text(spec.value.title, "y_title", (4, 200, 20, 320), 14))
