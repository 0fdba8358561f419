"""No line of the chart runs through a printed value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipelines.charts.drawing import Colour, Drawing, Mark, Text
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.model import Panels, Spec, Table
from pipelines.charts.truth.reading import Findings

Floats = npt.NDArray[np.float64]
_SIDE_EM, _LINE_EM = 0.1, 0.2
"""Of a label's box: what has no ink at its sides, and above and below its letters."""
_LEAST_EM = 0.3
"""Least length of a line within a label that counts."""
_NEAR = 84
"""Greatest difference from the line's colour, summed over the channels."""
_PALE = 0.5
"""The same for pale lines, of the difference between the line and the plot's ground."""
_SHOWN = 0.3
"""Share of the places along a line that must show it; dashes and letters take the rest."""
_AROUND = tuple((x, y) for x in (-1, 0, 1) for y in (-1, 0, 1))


def check_crossed(spec: Spec, drawing: Drawing, found: Findings, ground: Colour) -> None:
    """Check that printed values are not struck through by the lines between vertices.

    Lines are straight from vertex to vertex, or run in steps; smoothed ones are taken for straight.
    A label that covers the line behind it is not struck through: the pixels decide.

    Args:
        spec: the chart.
        drawing: of it.
        found: in the drawing.
        ground: colour of the plot area.

    Raises:
        Fault: label-crossed.
    """
    labels = found.sheet.texts("label")
    if not labels or not isinstance(spec.data, Table | Panels):
        return
    runs = list(_runs(found))
    parts = [part for run in runs for part in _parts(run, steps=spec.kind == "line_step")]
    if not parts:
        return
    boxes = np.array([_core(one) for one in labels])
    ends = np.array([(*start, *end) for start, end, _ in parts])
    first, last = _clip(boxes, ends)
    lengths = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    least = _LEAST_EM * np.array([one.size_px for one in labels])
    for at, part in np.argwhere((last - first) * lengths > least[:, None]).tolist():
        start, end, colour = ends[part, :2], ends[part, 2:], parts[part][2]
        shares = np.linspace(first[at, part], last[at, part], 12)[:, None]
        if _shown(drawing.pixels, start + (end - start) * shares, colour, ground):
            raise Fault("label-crossed", f"a line runs through the label {labels[at].string!r}")


def _runs(found: Findings) -> Iterator[list[Mark]]:
    """Yield vertices that a line joins: those of a series as far as no value is missing."""
    run: list[Mark] = []
    for key in sorted(found.places):
        mark = found.marks[key]
        if mark.role != "point":
            continue
        if run and (mark.panel, mark.series, mark.item) != (
            run[-1].panel, run[-1].series, run[-1].item + 1
        ):  # fmt: skip
            yield run
            run = []
        run.append(mark)
    yield run


Part = tuple[tuple[float, float], tuple[float, float], Colour]


def _parts(run: Sequence[Mark], *, steps: bool) -> Iterator[Part]:
    for one, other in pairwise(run):
        colour = one.colour
        if colour is None:
            continue
        (x0, y0), (x1, y1) = one.measures[:2], other.measures[:2]
        if not steps:
            yield (x0, y0), (x1, y1), colour
            continue
        # Steps change midway or at the next vertex, as the library has it; the pixels tell.
        middle = (x0 + x1) / 2
        yield (x0, y0), (x1, y0), colour
        yield (x1, y0), (x1, y1), colour
        yield (middle, y0), (middle, y1), colour
        yield (middle, y1), (x1, y1), colour


def _core(one: Text) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = one.box
    side, line = _SIDE_EM * one.size_px, _LINE_EM * one.size_px
    return x0 + side, y0 + line, x1 - side, y1 - line


def _clip(boxes: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """Return from where to where lines run in boxes, as shares of the lines (Liang, Barsky)."""
    first = np.zeros((len(boxes), len(ends)))
    last = np.ones_like(first)
    for axis in (0, 1):
        start = ends[None, :, axis]
        way = ends[None, :, axis + 2] - start
        # A line along the other axis enters and leaves far away, on the sides that it lies on.
        way = np.where(np.abs(way) < 1e-9, 1e-9, way)
        one = (boxes[:, None, axis] - start) / way
        other = (boxes[:, None, axis + 2] - start) / way
        np.maximum(first, np.minimum(one, other), out=first)
        np.minimum(last, np.maximum(one, other), out=last)
    return first, last


def _shown(pixels: npt.NDArray[np.uint8], spots: Floats, colour: Colour, ground: Colour) -> bool:
    room = min(_NEAR, _PALE * sum(abs(a - b) for a, b in zip(colour, ground, strict=True)))
    height, width, _ = pixels.shape
    away = []
    for dx, dy in _AROUND:
        xs = (spots[:, 0] + dx).astype(np.intp).clip(0, width - 1)
        ys = (spots[:, 1] + dy).astype(np.intp).clip(0, height - 1)
        away.append(np.abs(pixels[ys, xs].astype(np.int16) - np.array(colour, np.int16)).sum(1))
    return bool((np.min(away, axis=0) <= room).mean() >= _SHOWN)
