"""Labels of lines lie on no line, no marker and no other label, and tell whose they are."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.board import Board
from pipelines.charts.echarts.build.label_places import Box, Obstacles, Place, Run, place_labels
from pipelines.charts.echarts.build.ruler import ruler
from tests.pipelines.charts.examples import example, plain_style


def board() -> Board:
    look = plain_style(fonts="dejavu_sans")
    return Board(example("line"), look, ruler("dejavu_sans"), 0, 0, 800, 600)


def run(*heights: float | None, step: str = "", **more: Any) -> Run:
    points = [None if y is None else (60.0 + 80 * at, y) for at, y in enumerate(heights)]
    return Run(points, ["" if y is None else f"{y:.0f}" for y in heights], step, **more)


def boxes_of(runs: list[Run], chosen: list[list[Place | None]]) -> list[Box]:
    px, made = board().frame.label_px, []
    for one, places in zip(runs, chosen, strict=True):
        for point, text, place in zip(one.points, one.texts, places, strict=True):
            if point is not None and place is not None:
                wide = board().ruler.width(text, px) / 2
                x, y = point[0] + place.dx, point[1] + place.dy
                made.append((x - wide, y - px / 2, x + wide, y + px / 2))
    return made


def way(one: Run) -> list[tuple[float, float]]:
    """Return places close together along the line of a run."""
    made = []
    for start, end in pairwise(one.points):
        if start is None or end is None:
            continue
        corners = [start, end]
        if one.step == "end":
            corners.insert(1, (end[0], start[1]))
        for (xa, ya), (xb, yb) in pairwise(corners):
            count = max(1, math.ceil(math.hypot(xb - xa, yb - ya)))
            made += [(xa + (xb - xa) * k / count, ya + (yb - ya) * k / count) for k in range(count)]
    return made


def test_peaks_above_and_dips_below() -> None:
    (places,) = place_labels(board(), 800, 600, [run(200, 100, 200, 300, 200)])
    assert places[1] is not None
    assert places[3] is not None
    assert (places[1].dx, places[3].dx) == (0, 0)
    assert places[1].dy < 0 < places[3].dy


heights = st.lists(st.none() | st.floats(20, 580), min_size=1, max_size=8)


@given(st.lists(heights, min_size=1, max_size=3), st.sampled_from(["", "end"]), st.booleans())
def test_nothing_strikes_a_label(
    rows: list[list[float | None]], step: str, below: bool
) -> None:  # fmt: skip
    runs = [run(*row, step=step, below=below) for row in rows]
    try:
        chosen = place_labels(board(), 800, 600, runs)
    except CannotDraw:
        return
    boxes = boxes_of(runs, chosen)
    assert len(boxes) == sum(point is not None for one in runs for point in one.points)
    for at, one in enumerate(boxes):
        assert 0 <= one[0] < one[2] <= 800
        assert 0 <= one[1] < one[3] <= 600
        for other in boxes[:at]:
            assert not (
                one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
            )
        for each in runs:
            assert not any(one[0] < x < one[2] and one[1] < y < one[3] for x, y in way(each))


def test_refuses_where_lines_are_too_close() -> None:
    rows = [run(*(300.0 + 3 * at for _ in range(6))) for at in range(5)]
    with pytest.raises(CannotDraw, match="no-room"):
        place_labels(board(), 800, 600, rows)


def test_below_stays_in_its_own_band() -> None:
    chosen = place_labels(board(), 800, 600, [run(400, 410, below=True), run(300, 320, below=True)])
    assert all(place is not None and place.dy > 0 for row in chosen for place in row)
    thin = [run(400, 400, below=True), run(392, 392, below=True)]
    with pytest.raises(CannotDraw, match="no-room"):
        place_labels(board(), 800, 600, thin)


def test_ink_on_bars() -> None:
    bar = ((0.0, 50.0, 800.0, 600.0), "#ffffff", False)
    (places,) = place_labels(board(), 800, 600, [run(300, bars=(bar,))])
    assert places[0] is not None
    assert places[0].ink == "#ffffff"
    legible = (bar[0], bar[1], True)
    (places,) = place_labels(board(), 800, 600, [run(300, bars=(legible,))])
    assert places[0] is not None
    assert places[0].ink == ""


def test_obstacles() -> None:
    lines = Obstacles([run(100, 100)], 6, 2)
    hit = lines.strike([(90, 90, 110, 110), (90, 105, 110, 115), (200, 90, 210, 110)])
    assert hit.tolist() == [True, False, False]
    assert not lines.strike([(57, 105, 63, 115)], (60.0, 100.0)).any()
