"""Boxes of a chart's parts on the picture, in whole pixels."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import numpy as np

from dataengine.sample import BOX_DTYPE, Regions
from pipelines.charts.drawing import Box, Drawing
from pipelines.charts.options import Level
from pipelines.charts.truth.entries import Entry
from pipelines.charts.truth.reading import Truth

_TEXTS: Mapping[str, tuple[Level, str]] = {
    "title": ("title", "title"),
    "subtitle": ("title", "subtitle"),
    "source": ("title", "source"),
    "note": ("title", "note"),
    "panel_title": ("title", "panel-title"),
    "x_title": ("axis", "axis-title"),
    "y_title": ("axis", "axis-title"),
    "y2_title": ("axis", "axis-title"),
    "x_tick": ("tick", "tick"),
    "y_tick": ("tick", "tick"),
    "y2_tick": ("tick", "tick"),
    "legend_title": ("legend", "legend-title"),
    "legend": ("legend", "legend"),
    "label": ("label", "label"),
    "name": ("label", "name"),
    "other": ("tick", "tick"),
}
_LEAST_PX = 5.0
"""Side of the box of a mark that has no extent, such as a vertex without a marker."""


def regions(drawing: Drawing, truth: Truth, levels: Collection[Level]) -> Regions:
    """Return the boxes of some levels.

    Args:
        drawing: of the chart.
        truth: of the same drawing.
        levels: groups of `options.Level`; the regions are named more finely: "title", "subtitle",
            "source", "note", "panel-title", "axis-title", "tick", "legend", "label", "name", and
            marks by their role: "bar", "point", "slice", …

    Returns:
        Texts first, then marks; a mark's text is "series, category: value".
    """
    height, width, _ = drawing.pixels.shape
    names: list[str] = []
    boxes: list[Box] = []
    texts: list[str] = []
    for one in drawing.texts:
        level, name = _TEXTS.get(one.role, ("", ""))
        if level in levels and _touches(one.box, width, height):
            names.append(name)
            boxes.append(one.box)
            texts.append(truth.lines.of(one))
    if "mark" in levels:
        for entry in truth.entries:
            mark = truth.findings.marks.get(entry.key)
            if mark is None or not mark.visible:
                continue
            box = _grown(mark.box)
            if _touches(box, width, height):
                names.append(mark.role)
                boxes.append(box)
                texts.append(describe(truth, entry))
    return Regions(names, _whole(boxes, width, height), texts)


def describe(truth: Truth, entry: Entry) -> str:
    """Return a mark's text: its names, then its value as in the dict."""
    numbers = [one.text for one in entry.readings]
    if len(numbers) > 1 and entry.parts[0] != "x":
        numbers = [f"{part} {text}" for part, text in zip(entry.parts, numbers, strict=True)]
    value = ", ".join(numbers)
    return f"{', '.join(entry.names)}: {value}" if entry.names else value


def _grown(box: Box) -> Box:
    x0, y0, x1, y1 = box
    dx, dy = max(0.0, _LEAST_PX - (x1 - x0)) / 2, max(0.0, _LEAST_PX - (y1 - y0)) / 2
    return x0 - dx, y0 - dy, x1 + dx, y1 + dy


def _touches(box: Box, width: int, height: int) -> bool:
    return (
        all(map(math.isfinite, box))
        and box[0] < width and box[1] < height and box[2] > 0 and box[3] > 0
    )  # fmt: skip


def _whole(
    boxes: list[Box], width: int, height: int
) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    made = np.array(boxes, dtype=np.float64).reshape(-1, 4)
    made[:, :2] = np.floor(made[:, :2])
    made[:, 2:] = np.ceil(made[:, 2:])
    made[:, 0::2] = made[:, 0::2].clip(0, width)
    made[:, 1::2] = made[:, 1::2].clip(0, height)
    return made.astype(BOX_DTYPE)
