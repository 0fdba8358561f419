"""Tests of JSON as tables."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dataengine.json_grid import Grid, grids

CELLS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
VALUES = st.recursive(
    CELLS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(VALUES)
def test_every_row_of_a_table_has_as_many_cells(value: object) -> None:
    facts, tables = grids(value)
    assert all(len(fact) == 2 for fact in facts)
    for grid in tables:
        widths = {len(row) for row in grid.rows} | ({len(grid.head)} if grid.head else set())
        assert len(widths) <= 1
        assert all(isinstance(cell, str) for row in grid.rows for cell in row)


@given(st.dictionaries(st.text(max_size=5), st.dictionaries(st.text(max_size=5), st.integers())))
def test_no_value_of_an_object_of_objects_is_lost(value: dict[str, dict[str, int]]) -> None:
    _, tables = grids({"values": value})
    shown = [cell for row in tables[0].rows for cell in row]
    assert all(str(cell) in shown for column in value.values() for cell in column.values())


def test_series_become_columns_and_gaps_stay_empty() -> None:
    chart = {
        "title": "Rain",
        "values": {"North": {"May": "3 mm", "June": "4 mm"}, "South": {"June": 7}},
    }
    facts, tables = grids(chart)
    assert facts == [("title", "Rain")]
    assert tables == [
        Grid("values", ["", "North", "South"], [["May", "3 mm", ""], ["June", "4 mm", "7"]])
    ]


def test_points_become_rows() -> None:
    assert grids({"values": [[1, 2.5], [3, 4]]})[1] == [
        Grid("values", [], [["1", "2.5"], ["3", "4"]])
    ]


def test_only_objects_are_tables() -> None:
    assert grids("text") == grids([1, 2]) == grids(None) == ([], [])


def test_a_table_that_would_be_vast_is_left_out() -> None:
    wide = {str(at): {f"{at}-{key}": 1 for key in range(150)} for at in range(150)}
    assert grids({"values": wide})[1][0].head == []
    assert grids({f"t{at}": [[1] * 100] * 100 for at in range(3)})[1] == []
