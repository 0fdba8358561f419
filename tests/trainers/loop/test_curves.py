"""Curves as SVG: within their frame, the same bytes each time, well-formed for any values."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import example, given
from hypothesis import strategies as st

from trainers.loop.curves import HEIGHT, MOST_POINTS, WIDTH, Mark, curve, thinned

VALUES = st.floats(-1e12, 1e12, allow_nan=False)


@given(st.lists(st.tuples(st.integers(0, 10**9), VALUES), min_size=1, max_size=50))
@example([(0, 0.0)])
@example([(5, 1e-300), (6, 1e12)])
@example([(1, -1e-320)])
def test_any_values_give_a_picture_within_its_frame(points):
    points = sorted((float(step), value) for step, value in dict(points).items())
    drawn = curve(points, [Mark(3, "<b>&")], points[-1][0])
    assert drawn == curve(points, [Mark(3, "<b>&")], points[-1][0])
    root = ElementTree.fromstring(str(drawn))
    line = [one.get("d") for one in root.iter("path") if one.get("stroke")]
    assert len(line) == 1
    for x, y in re.findall(r"([-\d.]+) ([-\d.]+)", line[0]):
        assert 0 <= float(x) <= WIDTH
        assert 0 <= float(y) <= HEIGHT
    assert "<b>" not in drawn


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=30))
def test_axes_from_zero_have_it_at_their_foot(values):
    drawn = curve(
        [(float(step), value) for step, value in enumerate(values)], [], 30, from_zero=True
    )
    line = re.search('fill="none" d="M([^"]*)"', drawn)[1]
    heights = [float(y) for _, y in re.findall(r"([-\d.]+) ([-\d.]+)", line)]
    foot, room = HEIGHT - 22, HEIGHT - 22 - 16
    top = max(values)
    for value, height in list(zip(values, heights, strict=True))[:-1] if top else []:
        share = (foot - height) / room
        assert abs(share - value / (top * 1.05)) < 0.06


def test_nothing_gives_nothing():
    assert curve([], [], 10) == ""


@given(st.lists(VALUES, max_size=1000))
def test_thinning_keeps_order_ends_and_bounds(values):
    points = [(float(step), value) for step, value in enumerate(values)]
    kept = thinned(points)
    assert len(kept) <= MOST_POINTS
    assert kept[-1:] == points[-1:]
    assert [step for step, _ in kept] == sorted(step for step, _ in kept)
    if values:
        slack = 1e-6 * max(map(abs, values))
        assert all(min(values) - slack <= one <= max(values) + slack for _, one in kept)


def test_wide_ranges_stand_on_a_logarithmic_axis():
    wide = curve([(1.0, 0.01), (2.0, 10.0), (3.0, 100.0)], [], 3)
    assert [text for text in ("0.01", "0.1", "10", "100") if f">{text}<" in wide] == [
        "0.01", "0.1", "10", "100",
    ]  # fmt: skip
