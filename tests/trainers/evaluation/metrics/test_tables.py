"""TEDS by hand, its bounds, its modes and its limits."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.tables import teds, teds_of
from trainers.evaluation.metrics.text import levenshtein

ROWS = st.lists(st.lists(st.sampled_from(["", "a", "ab", "7"]), max_size=3), max_size=3)


def html(rows, tag="td", wrap="{}"):
    body = "".join(
        "<tr>" + "".join(f"<{tag}>{one}</{tag}>" for one in row) + "</tr>" for row in rows
    )
    return f"<table>{wrap.format(body)}</table>"


BASE = html([["a", "bb"], ["c", "d"]])


def test_one_wrong_cell_by_hand():
    # table, 2 rows, 4 cells: 7 nodes; one cell half wrong
    assert teds_of(html([["a", "bx"], ["c", "d"]]), BASE).value == pytest.approx(1 - 0.5 / 7)
    assert teds_of(html([["a", "bx"], ["c", "d"]]), BASE, structure_only=True).value == 1


def test_one_missing_row_by_hand():
    assert teds_of(html([["a", "bb"]]), BASE).value == pytest.approx(1 - 3 / 7)


def test_wrong_span_costs_one_node():
    target = "<table><tr><td colspan=2>a</td></tr></table>"
    assert teds_of(html([["a"]]), target).value == pytest.approx(1 - 1 / 3)


def test_latex_and_html_are_one_table():
    latex = r"\begin{tabular}{|c|c|}\hline a & bb \\ \hline c & d \\ \hline\end{tabular}"
    assert teds_of(latex, BASE).value == 1
    assert teds_of(latex, BASE, mode="paper").value == pytest.approx(1)


@settings(max_examples=30)
@given(ROWS, ROWS)
def test_bounds_symmetry_and_identity(first, second):
    value = teds_of(html(first), html(second)).value
    assert 0 <= value <= 1
    assert value == pytest.approx(teds_of(html(second), html(first)).value)
    assert teds_of(html(first), html(first)).value == 1
    assert teds_of(html(first), html(second), structure_only=True).value >= value - 1e-12


def tree_distance(first, second) -> float:
    """Edit distance of ordered trees by its recursion on forests (Zhang and Shasha 1989)."""

    @functools.cache
    def distance(one, other) -> float:
        if not one or not other:
            return float(sum(map(size, one)) + sum(map(size, other)))
        (name, below), (other_name, other_below) = one[-1], other[-1]
        return min(
            distance(one[:-1] + below, other) + 1,
            distance(one, other[:-1] + other_below) + 1,
            distance(below, other_below)
            + distance(one[:-1], other[:-1])
            + renamed(name, other_name),
        )

    return distance((first,), (second,))


def size(tree) -> int:
    return 1 + sum(map(size, tree[1]))


def renamed(one: str, other: str) -> float:
    if one[:2] != other[:2]:
        return 1.0
    longest = max(len(one), len(other)) - 2
    return levenshtein(one, other) / longest if longest else 0.0


def tree_of(rows):
    cells = [tuple((f"td{one}", ()) for one in row) for row in rows]
    return ("table", tuple(("tr", row) for row in cells))


@settings(max_examples=60)
@given(ROWS, ROWS)
def test_values_are_those_of_the_papers_formula(first, second):
    trees = tree_of(first), tree_of(second)
    expected = 1 - tree_distance(*trees) / max(map(size, trees))
    assert teds_of(html(first), html(second)).value == pytest.approx(max(0, expected))


def test_headers_and_sections_count_in_paper_mode_only():
    other = html([["a", "bb"], ["c", "d"]], tag="th", wrap="<tbody>{}</tbody>")
    assert teds_of(other, BASE).value == 1
    assert teds_of(other, BASE, headers="distinct").value == pytest.approx(1 - 4 / 7)
    assert teds_of(other, BASE, mode="paper").value < 0.5


def test_paper_mode_counts_tags_in_cells_as_nodes():
    first, second = html([["<b>ab</b>", "c"]]), html([["<b>ab</b>", "d"]])
    # td c against d costs 1; tr, 2 td and b are 4 nodes, the table is not counted
    assert teds_of(first, second, mode="paper").value == pytest.approx(1 - 1 / 4)
    assert teds_of(first, second).value == pytest.approx(1 - 1 / 4)  # table, tr, 2 td
    bold, plain = html([["<b>ab</b>"]]), html([["ab"]])
    assert teds_of(bold, plain).value == 1
    # <b> and </b> are 2 of 4 tokens; tr, td and b are 3 nodes
    assert teds_of(bold, plain, mode="paper").value == pytest.approx(1 - 0.5 / 3)


def test_paper_mode_may_be_negative():
    wide, tall = html([["a"] * 6]), html([["b"]] * 4)
    assert teds_of(wide, tall).value == 0
    assert teds_of(wide, tall, mode="paper").value < 0


def test_missing_tables():
    assert teds_of("none", BASE).value == 0
    assert teds_of(BASE, "none").value == 0
    assert teds_of("none", "none").value is None
    assert teds_of("none", "none", mode="paper").value == 0
    assert teds_of("<table></table>", "<table></table>").value == 1
    assert teds_of("<table></table>", "<table></table>", mode="paper").value is None


def test_sizes_beyond_the_limit_are_told_and_not_compared():
    large = html([["x"] * 30] * 30)
    assert teds_of(large, large).value == 1
    many = html([["y"] * 400] * 100)
    assert (teds_of(many, BASE).value, teds_of(many, BASE).note) == (0, "too large")
    assert (teds_of(BASE, large).value, teds_of(BASE, large).note) == (None, "too large")
    found = teds([many, BASE, BASE], [BASE, BASE, large])
    assert (found.value, found.count, found.undefined) == (0.5, 2, 1)
    assert found.notes == {"too large": 2}


def test_names_of_variants():
    assert teds([], []).variant == "td/th same"
    assert teds([], [], structure_only=True, mode="paper").name == "teds_struct"
