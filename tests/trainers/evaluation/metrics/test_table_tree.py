"""Tables read from HTML as people and models write it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.table_tree import (
    MAX_SPAN,
    parse_table,
    parse_table_as_pubtabnet,
)

TAGS = ["<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th rowspan=2>", "<b>", "x", "<"]


def cells(text, **more):
    tree = parse_table(text, **more)
    return [
        [("".join(one.content), one.colspan, one.rowspan) for one in row.children]
        for row in tree.children
    ]


def test_sections_tags_and_white_space_are_left_out():
    table = "<p>x</p><table><thead><tr><th> a <b>b</b>\n c</th></tr></thead></table>"
    assert cells(table) == [[("a b c", 1, 1)]]


def test_ends_may_be_missing():
    assert cells("<table><tr><td>a<td>b<tr><td>c") == [
        [("a", 1, 1), ("b", 1, 1)],
        [("c", 1, 1)],
    ]


def test_entities_are_characters():
    assert cells("<table><tr><td>a &amp; b&lt;</table>") == [[("a & b<", 1, 1)]]


def test_inner_table_is_its_cells_text():
    inner = "<table><tr><td>1</td></tr></table>"
    assert cells(f"<table><tr><td>a {inner}</td><td>b</td></tr></table>") == [
        [("a 1", 1, 1), ("b", 1, 1)]
    ]


def test_headers_may_be_told_apart():
    table = "<table><tr><th>a</th><td>b</td></tr></table>"
    row = parse_table(table, "distinct").children[0]
    assert [one.tag for one in row.children] == ["th", "td"]
    assert [one.tag for one in parse_table(table).children[0].children] == ["td", "td"]


@pytest.mark.parametrize(
    ("span", "read"), [("2", 2), ("9999999", 1), ("99999", MAX_SPAN), ("-1", 1), ("x", 1), ("", 1)]
)
def test_spans_are_bounded(span, read):
    assert cells(f'<table><tr><td colspan="{span}">a</table>') == [[("a", read, 1)]]


def test_row_spans_end_with_the_table():
    rows = cells("<table><tr><td rowspan=9>a<td rowspan=0>b<tr><td>c</table>")
    assert rows == [[("a", 1, 2), ("b", 1, 2)], [("c", 1, 1)]]


def test_no_table():
    assert parse_table("plain text") is None
    assert parse_table_as_pubtabnet("plain <tr><td>x") is None


def test_pubtabnet_tree_keeps_sections_and_tags_and_counts_them():
    tree, count = parse_table_as_pubtabnet(
        "<table><thead><tr><th>x</th></tr></thead><tbody><tr><td>a<b>b</b></td></tr></tbody></table>"
    )
    assert [child.tag for child in tree.children] == ["thead", "tbody"]
    cell = tree.children[1].children[0].children[0]
    assert cell.content == ("a", "<b>", "b", "</b>")
    assert count == 7  # thead tr th tbody tr td b


@settings(max_examples=150)
@given(st.lists(st.sampled_from(TAGS), max_size=25).map("".join))
def test_any_text_gives_a_tree_of_rows_and_cells_or_none(text):
    tree = parse_table(text)
    assert tree is None or all(
        row.tag == "tr" and all(cell.tag == "td" and not cell.children for cell in row.children)
        for row in tree.children
    )
    parse_table_as_pubtabnet(text)


def test_deep_nesting_ends():
    for deep in ("<table>" + "<div>" * 9_000, "<table><tr><td>" * 6_000):
        assert parse_table(deep) is not None
        assert parse_table_as_pubtabnet(deep) is not None
