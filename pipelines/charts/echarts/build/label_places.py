"""Sets the labels of points where nothing strikes them: no line, no marker, no other label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.board import Board
from pipelines.charts.echarts.build.parts import LABEL_DISTANCE

Box = tuple[float, float, float, float]
Point = tuple[float, float]
_Boxes = npt.NDArray[np.float64]

_TRIES = 3000
_SIDE_COST, _SHIFT_COST, _CORNER_COST, _BESIDE_COST, _FAR_COST = 1.5, 1.0, 2.0, 3.0, 3.5
_FARTHER = (0.0, 0.6, 1.2, 1.8)
_CLEAR_PX, _ASIDE_PX = 1.0, 4.0


@dataclass(frozen=True, slots=True)
class Run:
    """The points of a series, pixels from the plot's top left, with their labels; None for gaps.

    Attributes:
        points: of the series, from left to right if they are joined.
        texts: of their labels, "" for none.
        step: where its upright parts are: "start", "middle", "end"; "" for straight lines.
        joined: whether a line joins the points.
        closed: whether it goes back from the last to the first.
        below: whether labels have to stand under the line, and not beyond its ends.
        floor: height of the ground of an area under the line, None for mere lines.
        bars: boxes of bars beneath, the ink of labels within each, and whether labels of the
            run's own colour may lie on its edge.
    """

    points: Sequence[Point | None]
    texts: Sequence[str]
    step: str = ""
    joined: bool = True
    closed: bool = False
    below: bool = False
    floor: float | None = None
    bars: Sequence[tuple[Box, str, bool]] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """How far the middle of a label is from its point, pixels to the right and down.

    Attributes:
        ink: colour that it needs there, "" for that of its series.
    """

    dx: float
    dy: float
    ink: str = ""


class Obstacles:
    """What labels must not lie on: the lines and the markers of some series."""

    def __init__(self, runs: Sequence[Run], marker_px: float, line_px: float) -> None:
        lines = [(*part, at) for at, run in enumerate(runs) for part in _parts(run)]
        lines += [(*edge, -1) for run in runs for edge in _edges(run)]
        dots = [(*point, at) for at, run in enumerate(runs) for point in run.points if point]
        self._lines = np.array(lines, np.float64).reshape(-1, 5)
        self._dots = np.array(dots, np.float64).reshape(-1, 3)
        self._half_line, self._half_marker = line_px / 2 + _CLEAR_PX, marker_px / 2

    def strike(self, boxes: Sequence[Box], own: Point | None = None) -> npt.NDArray[np.bool_]:
        """Say which boxes a line or a marker (but that of the point `own`) touches."""
        made = np.array(boxes, np.float64).reshape(-1, 4)
        struck = _crossed(made, self._lines[:, :4], self._half_line)
        dots = self._dots[:, :2]
        if own is not None:
            dots = dots[(dots[:, 0] != own[0]) | (dots[:, 1] != own[1])]
        low, high = dots - self._half_marker, dots + self._half_marker
        over = (low[None] < made[:, None, 2:]) & (high[None] > made[:, None, :2])
        hit: npt.NDArray[np.bool_] = struck | np.any(np.all(over, axis=2), axis=1)
        return hit

    def nearer(self, boxes: Sequence[Box], own: Point) -> npt.NDArray[np.bool_]:
        """Say which boxes are nearer to another point than to their own."""
        made = np.array(boxes, np.float64).reshape(-1, 4)
        mine, others = _away(made, np.array([own])), _away(made, self._dots[:, :2])
        hit: npt.NDArray[np.bool_] = np.min(others, axis=1) < mine[:, 0] - 1e-6
        return hit

    def part(self, boxes: Sequence[Box], run: int) -> npt.NDArray[np.bool_]:
        """Say which boxes the line of another series than a given one crosses."""
        number = self._lines[:, 4]
        others = self._lines[(number != run) & (number >= 0), :4]
        return _crossed(np.array(boxes, np.float64).reshape(-1, 4), others, self._half_line)


def place_labels(
    board: Board, width: float, height: float, runs: Sequence[Run],
    taken: Sequence[Box] = (), above: float = 0.0,
) -> list[list[Place | None]]:  # fmt: skip
    """Return where each label goes, None for points that have none.

    Args:
        board: has the fonts.
        width, height: of the plot.
        runs: the series.
        taken: boxes of labels that are there already.
        above: free room over the plot, in pixels.

    Raises:
        CannotDraw: a label has no free place.
    """
    style, px = board.style, board.frame.label_px
    obstacles = Obstacles(runs, style.marker_px, style.line_px)
    room = (0.0, -above, width, height)
    waiting: list[tuple[int, int, list[Place], list[Box]]] = []
    for number, run in enumerate(runs):
        within = _between_ends(run, room) if run.below else room
        for at, (point, text) in enumerate(zip(run.points, run.texts, strict=True)):
            if point is None or not text:
                continue
            size = board.ruler.width(text, px), px * (1.0 + text.count("\n"))
            offered = sorted(_offers(run, at, size, style.marker_px / 2), key=lambda one: one[0])
            places = [place for _, place in offered]
            boxes = [_box(point, place, size) for place in places]
            links = [_link(point, box, style.marker_px / 2 + 1) for box in boxes]
            bad = obstacles.strike(boxes, point) | obstacles.part(links, number)
            if not run.below:
                bad |= obstacles.nearer(boxes, point)
            free = [
                (laid, box)
                for place, box, struck in zip(places, boxes, bad, strict=True)
                if not struck and _inside(box, within)
                and not any(_overlap(box, other) for other in taken)
                and (laid := _on_bars(place, box, run.bars)) is not None
            ]  # fmt: skip
            if not free:
                raise CannotDraw("no-room", f"the label {text!r} would lie on a line")
            waiting.append((number, at, [one for one, _ in free], [one for _, one in free]))
    chosen: list[list[Place | None]] = [[None] * len(run.points) for run in runs]
    # Those with the fewest places choose first.
    waiting.sort(key=lambda one: (len(one[2]), one[0], one[1]))
    picks = _settle([boxes for _, _, _, boxes in waiting])
    for (number, at, places, _), pick in zip(waiting, picks, strict=True):
        chosen[number][at] = places[pick]
    return chosen


def _parts(run: Run) -> Iterator[tuple[float, float, float, float]]:
    """Yield the straight parts of a run's line."""
    if not run.joined:
        return
    for start, end in pairwise((*run.points, *run.points[: int(run.closed)])):
        if start is None or end is None:
            continue
        (xa, ya), (xb, yb) = start, end
        if not run.step:
            yield xa, ya, xb, yb
            continue
        turn = {"start": xa, "end": xb}.get(run.step, (xa + xb) / 2)
        yield xa, ya, turn, ya
        yield turn, ya, turn, yb
        yield turn, yb, xb, yb


def _edges(run: Run) -> Iterator[tuple[float, float, float, float]]:
    """Yield the upright edges where an area begins and ends."""
    for at, point in enumerate(run.points):
        around = (None, *run.points, None)[at : at + 3 : 2]
        if run.floor is not None and point is not None and None in around:
            yield *point, point[0], run.floor


def _on_bars(place: Place, box: Box, bars: Sequence[tuple[Box, str, bool]]) -> Place | None:
    """Return a place with the ink that can be read on the bar behind it, None if there is none."""
    under = [bar for bar in bars if _overlap(box, bar[0])]
    if all(legible for _, _, legible in under):
        return place
    if len(under) == 1 and _inside(box, under[0][0]):
        return replace(place, ink=under[0][1])
    return None


def _between_ends(run: Run, room: Box) -> Box:
    there = [point[0] for point in run.points if point is not None]
    return min(there, default=room[0]), room[1], max(there, default=room[2]), room[3]


def _offers(
    run: Run, at: int, size: tuple[float, float], radius: float
) -> Iterator[tuple[float, Place]]:
    """Yield places around a point with what they cost."""
    wide, tall = size
    gap = LABEL_DISTANCE + radius
    first = 1.0 if run.below or _is_low(run, at) else -1.0
    shifts = ((0.0, 0.0), (wide / 4, _SHIFT_COST), (wide / 2 + _ASIDE_PX, _CORNER_COST))
    for sign in (first,) if run.below else (first, -first):
        for farther in _FARTHER if run.below else _FARTHER[:2]:
            near = gap - 2 if run.below else gap
            dy = sign * (near + farther * tall + tall / 2)
            cost = (0.0 if sign == first else _SIDE_COST) + (_FAR_COST * farther)
            for dx, more in shifts:
                yield cost + more, Place(dx, dy)
                if dx:
                    yield cost + more, Place(-dx, dy)
    if not run.below:
        for side in (1.0, -1.0):
            yield _BESIDE_COST, Place(side * (gap + wide / 2), 0.0)


def _is_low(run: Run, at: int) -> bool:
    """Say whether both neighbours of a point lie higher."""
    own = run.points[at]
    if own is None or not run.joined:
        return False
    beside = [run.points[i] for i in (at - 1, at + 1) if 0 <= i < len(run.points)]
    near = [point[1] for point in beside if point is not None]
    return bool(near) and max(near) < own[1]


def _box(point: Point, place: Place, size: tuple[float, float]) -> Box:
    x, y = point[0] + place.dx, point[1] + place.dy
    return x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2


def _link(point: Point, box: Box, radius: float) -> Box:
    """Return the narrow box between a point's marker and its label, which no line may part."""
    x, y = point
    if box[1] < y < box[3]:
        left = box[0] > x
        ends = (x + radius, box[0]) if left else (box[2], x - radius)
        return ends[0], y - 0.5, max(ends), y + 0.5
    ends = (box[3], y - radius) if box[3] <= y else (y + radius, box[1])
    return x - 0.5, ends[0], x + 0.5, max(ends)


def _crossed(boxes: _Boxes, lines: _Boxes, half: float) -> npt.NDArray[np.bool_]:
    """Say which boxes any of some straight lines, so thick, passes through."""
    enter = np.zeros((len(boxes), len(lines)))
    leave = np.ones_like(enter)
    for axis in (0, 1):
        start = lines[None, :, axis]
        delta = lines[None, :, axis + 2] - start
        # A tiny slope stands for none: either always or never between the sides.
        delta = np.where(np.abs(delta) < 1e-9, 1e-9, delta)
        one = (boxes[:, axis, None] - half - start) / delta
        other = (boxes[:, axis + 2, None] + half - start) / delta
        np.maximum(enter, np.minimum(one, other), out=enter)
        np.minimum(leave, np.maximum(one, other), out=leave)
    crossed: npt.NDArray[np.bool_] = np.any(enter < leave, axis=1)
    return crossed


def _away(boxes: _Boxes, points: _Boxes) -> _Boxes:
    """Return the squared distance of each box from each point."""
    low, high = boxes[:, None, :2] - points[None], points[None] - boxes[:, None, 2:]
    gaps: _Boxes = np.maximum(np.maximum(low, high), 0.0)
    squared: _Boxes = np.sum(gaps * gaps, axis=2)
    return squared


def _settle(offers: list[list[Box]]) -> list[int]:
    """Choose a box for each label so that none overlap, going back where there is no other way."""
    picks: list[int] = []
    first = 0
    for _ in range(_TRIES):
        if len(picks) == len(offers):
            return picks
        boxes = offers[len(picks)]
        placed = [offers[at][pick] for at, pick in enumerate(picks)]
        free = (
            number
            for number in range(first, len(boxes))
            if not any(_touch(boxes[number], other) for other in placed)
        )
        found = next(free, -1)
        if found >= 0:
            picks.append(found)
            first = 0
        elif picks:
            first = picks.pop() + 1
        else:
            break
    raise CannotDraw("no-room", "the labels stand in one another's way")


def _inside(box: Box, room: Box) -> bool:
    return box[0] >= room[0] and box[1] >= room[1] and box[2] <= room[2] and box[3] <= room[3]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] + 3 and other[0] < one[2] + 3
        and one[1] < other[3] + 1 and other[1] < one[3] + 1
    )  # fmt: skip
