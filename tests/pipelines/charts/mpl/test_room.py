"""Free places are free: of texts, of lines, within bounds, and off marks where they can be."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.mpl.room import Room, crosses, touch, within

COORDINATE = st.floats(0, 100, allow_nan=False)
POINT = st.tuples(COORDINATE, COORDINATE)
BOX = st.tuples(COORDINATE, COORDINATE, st.floats(1, 40), st.floats(1, 40)).map(
    lambda one: (one[0], one[1], one[0] + one[2], one[1] + one[3])
)


@given(POINT, POINT, BOX)
def test_a_line_with_a_point_well_inside_crosses(
    start: tuple[float, float], end: tuple[float, float], box: tuple[float, float, float, float]
) -> None:
    shares = np.linspace(0, 1, 101)
    xs = start[0] + shares * (end[0] - start[0])
    ys = start[1] + shares * (end[1] - start[1])
    slack = 1e-6
    inside = (xs > box[0] + slack) & (xs < box[2] - slack)
    inside &= (ys > box[1] + slack) & (ys < box[3] - slack)
    if inside.any():
        assert crosses((*start, *end), box)
    beyond = (xs < box[0]).all() or (xs > box[2]).all() or (ys < box[1]).all()
    if beyond or (ys > box[3]).all():
        assert not crosses((*start, *end), box)


def test_a_line_past_a_corner_does_not_cross() -> None:
    assert not crosses((0, 5, 5, 11), (4, 0, 10, 8))
    assert crosses((0, 5, 8, 5.5), (4, 0, 10, 8))
    assert crosses((5, 5, 5, 5), (4, 0, 10, 8))


@given(
    st.lists(POINT, min_size=1, max_size=8), st.lists(BOX, max_size=4), st.lists(BOX, max_size=4),
    st.lists(st.tuples(COORDINATE, COORDINATE, COORDINATE, COORDINATE), max_size=5),
)  # fmt: skip
def test_what_is_found_is_free_and_the_first_that_is(
    places: list[tuple[float, float]],
    texts: list[tuple[float, float, float, float]],
    marks: list[tuple[float, float, float, float]],
    lines: list[tuple[float, float, float, float]],
) -> None:
    bounds = (10.0, 10.0, 110.0, 110.0)
    room = Room(bounds, texts, np.array(lines, dtype=float).reshape(-1, 4), marks)
    boxes = [(x, y, x + 12, y + 8) for x, y in places]
    free = [
        box
        for box in boxes
        if within(box, bounds)
        and not any(touch(one, box, room.gap) for one in texts)
        and not room.crossed(box)
    ]
    clear = [box for box in free if not room.covers(box)]
    expected = (clear or free or [None])[0]  # type: ignore[list-item]
    assert room.find(places, (12.0, 8.0)) == expected


def test_texts_beside_each_other_keep_a_gap() -> None:
    room = Room((0, 0, 100, 100), [(0.0, 0.0, 10.0, 10.0)], gap=(4.0, 1.5))
    assert room.find([(13.0, 0.0), (14.5, 0.0)], (5.0, 5.0)) == (14.5, 0.0, 19.5, 5.0)
    assert room.find([(0.0, 11.0), (0.0, 12.0)], (5.0, 5.0)) == (0.0, 12.0, 5.0, 17.0)
