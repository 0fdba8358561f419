"""Points that lie upon one another are refused."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from pipelines.charts.drawing import Mark
from pipelines.charts.proof.clouds import check_clouds
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.kinds import Library
from pipelines.charts.truth.places import Key
from tests.pipelines.charts.examples import example
from tests.pipelines.charts.proof.breaking import judge
from tests.pipelines.charts.proof.drawing import LIBRARIES, draw


@dataclass
class _Found:
    marks: dict[Key, Mark] = field(default_factory=dict)

    @property
    def places(self) -> dict[Key, Mark]:
        return self.marks


def _check(kind: str, *points: tuple[float, float, float]) -> None:
    """Check points given as x, y and diameter."""
    marks = {}
    for at, (x, y, wide) in enumerate(points):
        box = (x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2)
        measures = (x, y, wide) if kind == "bubble" else (x, y)
        marks[0, 0, at] = Mark("point", box, measures, (9, 9, 9), 0, at)
    check_clouds(example(kind), _Found(marks))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["scatter", "bubble"])
def test_points_at_one_place_are_refused(kind: str) -> None:
    _check(kind, (100, 100, 8), (103, 100, 8), (200, 100, 8))
    with pytest.raises(Fault, match="points-hidden"):
        _check(kind, (100, 100, 8), (200, 100, 8), (101.2, 101.2, 8))


@pytest.mark.parametrize("kind", ["scatter", "bubble"])
def test_what_is_drawn_later_hides_and_not_the_other_way_round(kind: str) -> None:
    _check(kind, (103, 100, 30), (100, 100, 6))
    with pytest.raises(Fault, match="points-hidden"):
        _check(kind, (100, 100, 6), (103, 100, 30))


def test_bubbles_may_overlap_but_not_lie_under_two() -> None:
    _check("bubble", (100, 100, 30), (110, 100, 30))
    with pytest.raises(Fault, match="points-hidden"):
        _check("bubble", (100, 100, 30), (110, 100, 30), (92, 100, 30))


@pytest.mark.parametrize("library", LIBRARIES)
def test_drawn_clouds_hold(library: Library) -> None:
    for kind in ("scatter", "bubble"):
        assert not hasattr(judge(draw(library, kind)), "reason")
