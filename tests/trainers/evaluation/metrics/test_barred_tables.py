r"""Tables between bars: rows by hand, and what is none."""

from __future__ import annotations

import pytest

from trainers.evaluation.metrics.barred_tables import barred_rows, barred_tables
from trainers.evaluation.metrics.tables import teds_of


def texts(table: str) -> list[list[str]]:
    return [[cell.text for cell in row] for row in barred_rows(table)]


def test_rows_by_hand():
    table = "text\n| a | b \\| c |\n| :-- | :-: |\n| 1 |  |\n2 | 3\n\n| no"
    assert texts(table) == [["a", "b | c"], ["1", ""], ["2", "3"]]
    assert [cell.header for cell in barred_rows(table)[0]] == [True, True]
    assert not any(cell.header for cell in barred_rows(table)[1])


@pytest.mark.parametrize(
    "text", ["", "a | b", "a | b\nc | d", "a\n---", "a | b\n--- ---", "|\n", "|-|", "a|b\n|:|-|"]
)
def test_what_is_no_table(text):
    assert barred_rows(text) == []


def test_a_page_may_have_several():
    page = "|a|\n|-|\n|1|\n\n|b|\n|-|\n"
    assert [page[begin:end] for begin, end in barred_tables(page)] == [
        "|a|\n|-|\n|1|\n", "|b|\n|-|\n",
    ]  # fmt: skip


def test_teds_of_one_is_that_of_the_same_table_in_html():
    html = "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td></td></tr></table>"
    assert teds_of("| a | b |\n|---|---|\n| 1 | |", html).value == 1
    assert teds_of("| a | b |\n|---|---|\n| 1 | |", html, mode="paper").value == 0
