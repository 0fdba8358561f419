"""Neighbours of one colour need a border."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from pipelines.charts.drawing import Colour, Drawing, Mark
from pipelines.charts.proof.borders import check_borders
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.truth.places import Key
from tests.pipelines.charts.proof.drawing import draw

BLUE, NEARLY, RED = (68, 119, 170), (70, 120, 172), (238, 102, 119)


@dataclass
class _Found:
    marks: dict[Key, Mark] = field(default_factory=dict)


def _cells(first: Colour, second: Colour, line: Colour | None, *, down: bool = False) -> None:
    pixels = np.full((120, 120, 3), 255, np.uint8)
    pixels[20:60, 20:60], pixels[20:60, 60:100] = first, second
    if line is not None:
        pixels[20:60, 60] = line
    boxes = [(20.0, 20.0, 60.0, 60.0), (60.0, 20.0, 100.0, 60.0)]
    if down:
        pixels = np.ascontiguousarray(pixels.transpose(1, 0, 2))
        boxes = [(y0, x0, y1, x1) for x0, y0, x1, y1 in boxes]
    marks = {
        (0, 0, at): Mark("cell", box, (), colour, 0, at)
        for at, (box, colour) in enumerate(zip(boxes, (first, second), strict=True))
    }
    check_borders(Drawing(pixels), _Found(marks))  # type: ignore[arg-type]


@pytest.mark.parametrize("down", [False, True])
def test_cells_of_one_colour_need_a_line(down: bool) -> None:
    _cells(BLUE, RED, None, down=down)
    _cells(BLUE, NEARLY, (255, 255, 255), down=down)
    for line in (None, (72, 121, 173)):
        with pytest.raises(Fault, match="border-missing"):
            _cells(BLUE, NEARLY, line, down=down)


def _sectors(colours: tuple[Colour, Colour], line: Colour | None, *, around: bool) -> None:
    """Check two sectors beside each other, or the one around the other."""
    ends = [(0.0, 1.0, 20.0, 50.0), (0.0, 1.0, 50.0, 90.0)]
    if not around:
        ends = [(0.2, 1.0, 20.0, 90.0), (1.0, 1.5, 20.0, 90.0)]
    pixels = np.full((200, 200, 3), 255, np.uint8)
    ys, xs = np.mgrid[0:200, 0:200]
    angle, radius = np.arctan2(xs - 100, 100 - ys), np.hypot(xs - 100, ys - 100)
    marks = {}
    for at, (colour, (start, end, inner, outer)) in enumerate(zip(colours, ends, strict=True)):
        inside = (angle >= start) & (angle < end) & (radius >= inner) & (radius < outer)
        pixels[inside] = colour
        rim = [
            (100 + r * math.sin(a), 100 - r * math.cos(a))
            for a in (start, end) for r in (inner, outer)
        ]  # fmt: skip
        x, y = zip(*rim, strict=True)
        box = (min(x), min(y) if start else 100 - outer, max(x), max(y))
        marks[0, 0, at] = Mark("sector", box, (start, end, inner, outer), colour, 0, at)
    if line is not None:
        off = radius - 50 if around else (angle - 1.0) * radius
        pixels[(np.abs(off) < 1.2) & (angle > 0) & (radius < 90)] = line
    check_borders(Drawing(pixels), _Found(marks))  # type: ignore[arg-type]


@pytest.mark.parametrize("around", [False, True])
def test_sectors_of_one_colour_need_a_line(around: bool) -> None:
    _sectors((BLUE, RED), None, around=around)
    _sectors((BLUE, NEARLY), (255, 255, 255), around=around)
    with pytest.raises(Fault, match="border-missing"):
        _sectors((BLUE, NEARLY), None, around=around)


@pytest.mark.parametrize("kind", ["heatmap", "treemap", "sunburst", "pie"])
def test_painting_borders_away_is_noticed(kind: str) -> None:
    pair = draw("pyecharts", kind)
    colour = next(one.colour for one in pair.drawing.marks if one.colour)
    marks = {
        (one.panel, one.series, one.item): replace(one, colour=colour)
        for one in pair.drawing.marks
        if one.role != "node"
    }
    pixels = np.full_like(pair.drawing.pixels, 0)
    pixels[:] = colour
    with pytest.raises(Fault, match="border-missing"):
        check_borders(Drawing(pixels), _Found(marks))  # type: ignore[arg-type]
