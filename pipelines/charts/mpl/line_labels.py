"""Labels at the vertices of lines, at points and bubbles: each where nothing runs through it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipelines.charts.drawing import Box, CannotDraw
from pipelines.charts.mpl.label import Label, block
from pipelines.charts.mpl.lines import AREAS, Run
from pipelines.charts.mpl.looks import contrasting
from pipelines.charts.mpl.plane import Plane
from pipelines.charts.mpl.room import Room, touch, within
from pipelines.charts.mpl.scene import Scene

_GAP = 3
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Upright:
    """An upright bar as drawn: its box in pixels, y upwards."""

    series: int
    item: int
    box: Box
    colour: str


def label_room(scene: Scene, runs: list[Run]) -> tuple[float, float]:
    """Return the pixels that labels need below and above the lines."""
    texts = [text for run in runs for text in run.texts if text]
    if not texts:
        return 0.0, 0.0
    setter = scene.label_setter
    high = max(block(setter, text)[1] for text in texts) + _reach(scene) + 2
    return (
        (high, high)
        if len(runs) > 1
        else (high if scene.spec.about.family == "line" else 2.0, high)
    )


def emit_labels(
    scene: Scene, placed: list[tuple[Plane, Run]], taken: list[Label], bars: list[Upright]
) -> None:
    """Add labels at vertices, and move those of bars that a line would run through.

    Args:
        scene: of the chart.
        placed: lines, or points, with the plot area that they were drawn on.
        taken: labels of the bars.
        bars: a label that must lie on one has a patch under it, and never covers its ends.

    Raises:
        CannotDraw: a label has no free place near its vertex.
    """
    if not any(text for _, run in placed for text in run.texts):
        return
    setter, frame = scene.label_setter, scene.frame
    plot = scene.plots[scene.panel]
    room = Room(
        (plot[0] + 1, frame.height - plot[3], plot[2] - 1, frame.height - plot[1]),
        [label.extent() for label in taken], marks=[bar.box for bar in bars],
    )  # fmt: skip
    ways: list[list[Point]] = [
        axes.at(np.column_stack([run.xs, run.ys])).tolist() for axes, run in placed
    ]
    half = scene.style.marker_px / 2
    joined = scene.spec.about.family != "point"
    if not joined:
        room.marks += [(x - half, y - half, x + half, y + half) for way in ways for x, y in way]
    else:
        stepped = scene.spec.kind == "line_step"
        lines = [line for way in ways for line in _segments(way, stepped)]
        room.lines = np.array(lines, dtype=float).reshape(-1, 4)
        _move_crossed(taken, bars, room)
        ends = [(x0, y, x1, y) for x0, y0, x1, y1 in room.marks for y in (y0, y1)]
        room.lines = np.array([*lines, *ends], dtype=float).reshape(-1, 4)
    reach, filled = _reach(scene), scene.spec.kind in AREAS
    for (_, run), way in zip(placed, ways, strict=True):
        for item, text in enumerate(run.texts):
            if not text:
                continue
            size = block(setter, text)
            near = (way, item) if joined else (way[item : item + 1], 0)
            places = _places(*near, size, reach, room.bounds, filled=filled)
            box = room.find(places, size)
            if box is None:
                raise CannotDraw("no-room", f"the label {text!r} has no free place")
            room.texts.append(box)
            scene.labels.append(
                Label(
                    setter, text, (box[0] + box[2]) / 2, box[1], "label", frame.text_colour,
                    ha="center", series=run.series, item=item, panel=scene.panel,
                    backing=frame.plot_background if bars and room.covers(box) else "",
                )
            )  # fmt: skip


def _move_crossed(taken: list[Label], bars: list[Upright], room: Room) -> None:
    """Move labels at the ends of bars into their bars if a line runs through them."""
    of = {(bar.series, bar.item): bar for bar in bars}
    for at, label in enumerate(taken):
        bar, box = of[label.series, label.item], room.texts[at]
        if touch(box, bar.box) or not room.crossed(box):
            continue
        wide, high = box[2] - box[0], box[3] - box[1]
        above = box[1] >= bar.box[3]
        low = bar.box[3] - high - _GAP if above else bar.box[1] + _GAP
        inner = (box[0], low, box[2], low + high)
        others = [*room.texts[:at], *room.texts[at + 1 :]]
        narrow = wide > bar.box[2] - bar.box[0] or not within(inner, bar.box)
        if narrow or room.crossed(inner) or any(touch(one, inner) for one in others):
            raise CannotDraw("no-room", f"a line runs through the label {label.text!r}")
        label.move(0.0, low - box[1])
        label.colour = contrasting(bar.colour)
        room.texts[at] = inner


def _reach(scene: Scene) -> float:
    return scene.style.marker_px / 2 + _GAP


def _segments(way: list[Point], stepped: bool) -> Iterator[tuple[float, float, float, float]]:
    for (x0, y0), (x1, y1) in pairwise(way):
        if math.isnan(y0) or math.isnan(y1):
            continue
        if stepped:
            middle = (x0 + x1) / 2
            yield x0, y0, middle, y0
            yield middle, y0, middle, y1
            yield middle, y1, x1, y1
        else:
            yield x0, y0, x1, y1


def _places(
    way: list[Point], at: int, size: tuple[float, float], reach: float, bounds: Box, *, filled: bool
) -> list[Point]:
    """Return lower left corners for a label, the best first.

    Above a vertex, or below where the line comes down to it from both sides (but for areas, whose
    fill lies there); then towards the side
    that the line leaves free there, further away, and beside the vertex.
    """
    x, y = way[at]
    wide, high = size
    before = way[at - 1][1] - y if at else math.nan
    after = way[at + 1][1] - y if at + 1 < len(way) else math.nan
    around = [one for one in (before, after) if not math.isnan(one)]
    low = bool(around) and min(around) >= 0 and max(around) > 0 and not filled
    # Above a rising line the left is free, above a falling one the right.
    free = -1.0 if (after if not math.isnan(after) else -before) > 0 else 1.0
    sides = ((y - reach - high, -1.0), (y + reach, 1.0))
    asides = (0.0, 0.3, 0.5, -0.3, -0.5)
    made = []
    for shift in (0.0, 0.45 * high, 0.9 * high):
        for start, up in sides if low else sides[::-1]:
            for aside in asides:
                centre = x + aside * wide * free * up
                left = min(max(centre - wide / 2, bounds[0]), bounds[2] - wide)
                made.append((left, start + up * shift))
    for side in (free, -free):
        left = x + reach if side > 0 else x - reach - wide
        made += [(left, y - high / 2 + up * high / 2) for up in (0.0, 1.0, -1.0)]
    return made
