"""Category names are wrapped or turned until they fit, dates are thinned out."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.board import Board
from pipelines.charts.echarts.build.names import Names, fit_below, fit_beside, fit_places
from pipelines.charts.echarts.build.ruler import ruler
from tests.pipelines.charts.examples import example, plain_style


def board(**changes: object) -> Board:
    look = plain_style(fonts="dejavu_sans", **changes)
    return Board(example("bar"), look, ruler("dejavu_sans"), 0, 0, 800, 600)


def test_short_names_stay_as_they_are() -> None:
    fitted = fit_below(board(), ("A", "B"), 300)
    assert fitted.texts == ("A", "B")
    assert fitted.turn == 0


def test_wraps_before_it_turns() -> None:
    names = ("North and east", "South and west", "Centre of town")
    assert fit_below(board(), names, 240).texts == (
        "North and\neast", "South and\nwest", "Centre of\ntown"
    )  # fmt: skip
    turned = fit_below(board(), ("Transportation", "Infrastructure", "Administration"), 200)
    assert turned.turn > 0
    assert turned.texts == ("Transportation", "Infrastructure", "Administration")


def test_turns_as_the_style_says() -> None:
    assert fit_below(board(category_turn=45), ("A", "B"), 300).turn == 45


def test_gives_up() -> None:
    with pytest.raises(CannotDraw):
        fit_below(board(), tuple(f"Name {at}" for at in range(90)), 300)
    with pytest.raises(CannotDraw):
        fit_beside(board(), tuple(f"Name {at}" for at in range(90)), 300, 200)


def test_thins_dates_evenly() -> None:
    texts = tuple(f"2024-01-{day:02}" for day in range(1, 31))
    fitted = fit_places(board(), texts, [20.0 * at for at in range(30)])
    shown = [at for at, text in enumerate(fitted.texts) if text]
    assert shown[0] == 0
    assert len({b - a for a, b in pairwise(shown)}) == 1
    assert 2 < len(shown) < 30


def test_slots_of_dates() -> None:
    along = Names(("a", "b", "c"), "", (0, 10, 40), wide=True)
    assert along.slot(520) == pytest.approx(100)
    assert Names(("a", "b"), "").slot(100) == 50
