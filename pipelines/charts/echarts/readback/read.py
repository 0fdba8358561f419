"""Makes a `Drawing` of a recording and of what was read back from the laid-out chart."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Any

from PIL import ImageColor

from pipelines.charts.drawing import AxisDrawn, Box, Colour, Drawing, LegendEntry, Mark
from pipelines.charts.echarts.readback.texts import read_texts
from pipelines.charts.echarts.recording import Recording

_SCRIPTS = files(__package__)
READBACK = (
    (_SCRIPTS / "readback.js")
    .read_text(encoding="utf-8")
    .replace("/*READERS*/", (_SCRIPTS / "readers.js").read_text(encoding="utf-8"))
)
"""JavaScript that `Engine.draw` calls after layout; `read_drawing` takes what it returns."""


def read_drawing(recording: Recording, nodes: tuple[str, ...] = ()) -> Drawing:
    """Return what stands where in a picture.

    Args:
        recording: made with `READBACK`.
        nodes: names of the nodes of a tree or flow, in the order that they are counted in.
    """
    owners, rows, marks, axes, legend, plots = recording.readback
    numbers = {name: at for at, name in enumerate(nodes)}
    plots.sort()
    boxes: list[Box] = [tuple(box) for _, box in plots]
    return Drawing(
        recording.pixels,
        read_texts(recording, owners, rows, numbers),
        [_mark(row, numbers, boxes) for row in marks],
        [_axis(row) for row in axes],
        [LegendEntry(at, at, tuple(box), colour(fill), looks) for at, box, fill, looks in legend],
        boxes,
        nodes,
    )


def _mark(row: list[Any], numbers: dict[str, int], plots: list[Box]) -> Mark:
    role, series, item, panel, box, measures, fill, looks = row
    if isinstance(item, str):
        item = numbers.get(item, -1)
    seen = panel >= len(plots) or _within(box, plots[panel])
    return Mark(role, tuple(box), tuple(measures), colour(fill), series, item, panel, looks, seen)


def _within(box: list[float], plot: Box) -> bool:
    return (
        box[0] <= plot[2] + 1 and box[2] >= plot[0] - 1
        and box[1] <= plot[3] + 1 and box[3] >= plot[1] - 1
    )  # fmt: skip


def _axis(row: list[Any]) -> AxisDrawn:
    which, scale, panel, low, high, first, last = row
    return AxisDrawn(which, scale, (low, high), (first, last), panel)


@functools.lru_cache(maxsize=4096)
def colour(css: str | None) -> Colour | None:
    """Return a CSS colour as red, green, blue; None if there is none."""
    if not css:
        return None
    try:
        if css.startswith("rgba("):
            parts = css[5:-1].split(",")
            return (round(float(parts[0])), round(float(parts[1])), round(float(parts[2])))
        red, green, blue = ImageColor.getrgb(css)[:3]
    except (ValueError, IndexError):
        return None
    return (red, green, blue)
