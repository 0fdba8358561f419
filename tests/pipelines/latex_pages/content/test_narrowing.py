"""Tables lose the columns that nothing stands in."""

from __future__ import annotations

import pytest

from pipelines.latex_pages.content.narrowing import without_empty_columns
from pipelines.latex_pages.content.nodes import Rule, Table
from pipelines.latex_pages.content.parsing import Refusal, parse_blocks


def table(columns: str, body: str) -> Table:
    (found,) = parse_blocks(f"\\begin{{tabular}}{{{columns}}}{body}\\end{{tabular}}")
    assert isinstance(found, Table)
    return found


def test_a_column_without_any_cell_is_dropped() -> None:
    narrowed = without_empty_columns(table("l|lrc", r"a & & b & \\ \cline{1-3} c & & d &"))
    assert narrowed == table("l|r", r"a & b \\ \cline{1-2} c & d")
    assert narrowed.rules[1] == (Rule("cline", 1, 2),)


def test_a_rule_under_an_empty_column_goes_with_it() -> None:
    narrowed = without_empty_columns(table("lll", r"a & & b \\ \cline{2-2} c & & d"))
    assert narrowed.rules[1] == ()


def test_full_tables_stay_as_they_are() -> None:
    full = table("lr", r"a & \\ & b")
    assert without_empty_columns(full) is full


@pytest.mark.parametrize(
    ("columns", "body", "reason"),
    [
        ("l", r"a \\ b", "layout"),
        ("ll", r"a & \\ b &", "layout"),
        ("lll", r"\multicolumn{2}{c}{a} & b \\ c & & d", "span"),
    ],
)
def test_what_is_no_table_is_refused(columns: str, body: str, reason: str) -> None:
    with pytest.raises(Refusal) as raised:
        without_empty_columns(table(columns, body))
    assert raised.value.reason == reason


def test_a_cell_aligned_as_its_column_is_plain() -> None:
    found = table("lc", r"\multicolumn{1}{l}{a} & \multicolumn{1}{r}{b} \\ c & d")
    assert [cell.spec for cell in found.rows[0]] == ["", "r"]
