"""Titles, notes and legends take their room off the board, and all of it lies in the picture."""

from __future__ import annotations

import pytest

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.board import Board, open_board, put_legend
from pipelines.charts.echarts.build.ruler import ruler
from tests.pipelines.charts.examples import example, plain_style


def opened(**changes: object) -> Board:
    spec = example("line_multi", notes=("First note", "Second note"))
    return open_board(spec, plain_style(fonts="dejavu_sans", **changes), ruler("dejavu_sans"))


def test_heads_and_feet() -> None:
    board = opened()
    tops = {one["id"]: one["top"] for one in board.titles}
    assert tops["title"] < tops["subtitle"] < board.top
    assert board.bottom < tops["note:0"] < tops["note:1"] < tops["source"] < 600


@pytest.mark.parametrize("place", ["top", "bottom", "left", "right", "inside", "none"])
def test_legend_takes_room(place: str) -> None:
    board = opened(legend=place)
    before = (board.left, board.top, board.right, board.bottom)
    put_legend(board, ["One", "Two"], needed=True, inside=True)
    after = (board.left, board.top, board.right, board.bottom)
    changed = [a != b for a, b in zip(before, after, strict=True)]
    side = {"left": 0, "top": 1, "none": 1, "right": 2, "bottom": 3}.get(place)
    assert changed == [at == side for at in range(4)]
    assert board.legend["show"]
    assert (board.inside_legend > 0) == (place == "inside")


def test_no_legend_where_none_is_wanted() -> None:
    board = opened(legend="none")
    put_legend(board, ["One"], needed=False)
    assert not board.legend["show"]


def test_legend_that_cannot_fit() -> None:
    board = opened(width=400)
    with pytest.raises(CannotDraw):
        put_legend(board, ["x" * 80], needed=True)
