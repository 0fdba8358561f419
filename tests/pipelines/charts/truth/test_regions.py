"""Regions are whole pixels inside the picture, each with its text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipelines.charts.options import Level
from pipelines.charts.truth.reading import Truth, read_truth
from pipelines.charts.truth.regions import regions
from tests.pipelines.charts.proof.drawing import DRAWN, draw

LEVELS: tuple[Level, ...] = ("title", "axis", "tick", "legend", "label", "mark")
LEGEND: tuple[Level, ...] = ("legend",)
MARK: tuple[Level, ...] = ("mark",)


@pytest.mark.parametrize(("library", "kind"), DRAWN)
def test_regions_lie_inside_the_picture(library: Any, kind: str) -> None:
    pair = draw(library, kind)
    truth = read_truth(pair.spec, pair.drawing)
    assert isinstance(truth, Truth)
    found = regions(pair.drawing, truth, LEVELS)
    height, width, _ = pair.drawing.pixels.shape
    assert (found.boxes[:, :2] >= 0).all()
    assert (found.boxes[:, 2] <= width).all()
    assert (found.boxes[:, 3] <= height).all()
    assert (found.boxes[:, 2:] > found.boxes[:, :2]).all()
    assert len(found) >= len(pair.drawing.texts) + len(truth.entries) - 1
    assert found.texts[found.levels.index("title")] == pair.spec.title


def test_levels_are_chosen() -> None:
    pair = draw("matplotlib", "bar_grouped")
    truth = read_truth(pair.spec, pair.drawing)
    assert isinstance(truth, Truth)
    assert set(regions(pair.drawing, truth, LEGEND).levels) == {"legend"}
    marks = regions(pair.drawing, truth, MARK)
    assert set(marks.levels) == {"bar"}
    assert marks.texts[0] == "Apples, North: 412"
    assert len(regions(pair.drawing, truth, ())) == 0


def test_what_lies_outside_is_left_out() -> None:
    pair = draw("matplotlib", "bar")
    truth = read_truth(pair.spec, pair.drawing)
    assert isinstance(truth, Truth)
    marks = [replace(pair.drawing.marks[0], box=(-50.0, -50.0, -10.0, -10.0), role="point")]
    moved = replace(pair.drawing, marks=[*marks, *pair.drawing.marks[1:]])
    aside = read_truth(pair.spec, moved)
    assert isinstance(aside, Truth)
    assert len(regions(moved, aside, MARK)) == len(pair.drawing.marks) - 1
