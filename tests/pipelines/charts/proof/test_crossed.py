"""Printed values that a line runs through are refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.drawing import Drawing
from pipelines.charts.proof.crossed import _clip, check_crossed
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.kinds import Library
from pipelines.charts.spec.model import Spec
from pipelines.charts.truth.reading import Truth, read_truth
from tests.pipelines.charts.examples import example
from tests.pipelines.charts.proof.drawing import LIBRARIES, draw
from tests.pipelines.charts.truth.drawer import COLOURS, lay_out

WHITE = (255, 255, 255)
_SHARE = st.floats(-200, 200)


def _chart(spec: Spec) -> Drawing:
    """Return vertices and the lines between them, drawn in steps where the kind says so."""
    drawing = lay_out(spec, 0, 600, [0.0, 200.0, 400.0, 600.0])
    for one, other in pairwise(drawing.marks):
        (x0, y0), (x1, y1) = one.measures[:2], other.measures[:2]
        if spec.kind == "line_step":
            ways = [(x0, y0, x1, y0), (x1, y0, x1, y1)]
        else:
            ways = [(x0, y0, x1, y1)]
        for ax, ay, bx, by in ways:
            for share in np.linspace(0, 1, 800):
                x, y = int(ax + (bx - ax) * share), int(ay + (by - ay) * share)
                drawing.pixels[y : y + 2, x : x + 2] = COLOURS[one.series]
    return drawing


def _check(spec: Spec, drawing: Drawing) -> None:
    truth = read_truth(spec, drawing)
    assert isinstance(truth, Truth), truth
    check_crossed(spec, drawing, truth.findings, WHITE)


def _put(drawing: Drawing, item: int, x: float, y: float) -> Drawing:
    """Return the drawing with the label of one item only, and that at another place."""
    texts = [
        replace(one, box=(x - 12, y - 8, x + 12, y + 8)) if one.role == "label" else one
        for one in drawing.texts
        if one.role != "label" or one.item == item
    ]
    return replace(drawing, texts=texts)


@pytest.mark.parametrize("kind", ["line", "line_step"])
def test_a_label_on_a_line_is_refused(kind: str) -> None:
    spec = example(kind, labels="value")
    drawing = _chart(spec)
    (x0, y0), (x1, y1) = (drawing.marks[at].measures for at in (0, 1))
    _check(spec, _put(drawing, 0, x0 + 40, y0 - 30))
    spot = (x1, (y0 + y1) / 2) if kind == "line_step" else ((x0 + x1) / 2, (y0 + y1) / 2)
    with pytest.raises(Fault, match="label-crossed"):
        _check(spec, _put(drawing, 0, *spot))


def test_a_label_that_covers_the_line_is_whole() -> None:
    spec = example("line", labels="value")
    drawing = _chart(spec)
    (x0, y0), (x1, y1) = (drawing.marks[at].measures for at in (0, 1))
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    drawing.pixels[int(y) - 10 : int(y) + 10, int(x) - 14 : int(x) + 14] = 255
    _check(spec, _put(drawing, 0, x, y))


def test_a_gap_crosses_nothing() -> None:
    table = {"shape": "table", "categories": ["a", "b", "c", "d"]}
    data = {**table, "series": [{"values": [100, None, 300, 400]}]}
    spec = example("line", labels="value", data=data)
    drawing = lay_out(spec, 0, 600, [0.0, 200.0, 400.0, 600.0])
    drawing.pixels[:] = COLOURS[0]
    (x0, y0), (x1, y1) = (drawing.marks[at].measures for at in (0, 1))
    _check(spec, _put(drawing, 3, (x0 + x1) / 2, (y0 + y1) / 2))


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_drawn_label_that_is_moved_upon_a_line_is_refused(library: Library) -> None:
    pair = draw(library, "line")
    ends = [one.measures for one in pair.drawing.marks if one.role == "point"][:2]
    (x0, y0), (x1, y1) = ends
    truth = read_truth(pair.spec, _put(pair.drawing, 0, (x0 + x1) / 2, (y0 + y1) / 2))
    assert isinstance(truth, Truth)
    with pytest.raises(Fault, match="label-crossed"):
        check_crossed(pair.spec, pair.drawing, truth.findings, WHITE)


@given(_SHARE, _SHARE, _SHARE, _SHARE)
def test_clipping_finds_what_lies_in_the_box(x0: float, y0: float, x1: float, y1: float) -> None:
    box = (-40.0, -20.0, 60.0, 30.0)
    first, last = _clip(np.array([box]), np.array([(x0, y0, x1, y1)]))
    shares = np.linspace(0, 1, 101)
    xs, ys = x0 + (x1 - x0) * shares, y0 + (y1 - y0) * shares
    inside = (xs > -39.9) & (xs < 59.9) & (ys > -19.9) & (ys < 29.9)
    for share in shares[inside]:
        assert first[0, 0] - 1e-6 <= share <= last[0, 0] + 1e-6
    if last[0, 0] > first[0, 0]:
        middle = (first[0, 0] + last[0, 0]) / 2
        assert -40.1 <= x0 + (x1 - x0) * middle <= 60.1
        assert -20.1 <= y0 + (y1 - y0) * middle <= 30.1
