r"""Rows of `tabular`: spans, rules, escapes, and what is not well formed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.latex_tables import Cell, latex_rows

PIECES = ["\\begin{tabular}", "{cc}", "&", "\\\\", "{", "}", "\\multirow", "\\multicolumn", "{2}"]


def rows(body, spec="{ccc}"):
    return latex_rows(f"\\begin{{tabular}}{spec}{body}\\end{{tabular}}")


def test_rows_and_rules():
    body = r"\toprule a & b \\ \cmidrule(lr){1-2} c & d \\[2pt] \hline\hline e & f\\ \bottomrule"
    texts = [[cell.text for cell in row] for row in rows(body)]
    assert texts == [["a", "b"], ["c", "d"], ["e", "f"]]


def test_spans_cover_what_latex_writes_as_empty():
    body = r"\multirow{2}{*}{a} & \multicolumn{2}{c}{b} \\ & c & d \\ e & f & g"
    assert rows(body) == [
        [Cell("a", 1, 2), Cell("b", 2, 1)],
        [Cell("c"), Cell("d")],
        [Cell("e"), Cell("f"), Cell("g")],
    ]


def test_span_both_ways_is_one_cell():
    body = r"\multicolumn{2}{c}{\multirow{2}*{a}} & b \\ \multicolumn{2}{c}{} & c \\ d & e & f"
    assert [len(row) for row in rows(body)] == [2, 1, 3]
    assert rows(body)[0][0] == Cell("a", 2, 2)


def test_text_under_a_span_is_kept():
    assert rows(r"\multirow{2}{*}{a} & b \\ x & c")[1] == [Cell("x"), Cell("c")]


def test_escapes_groups_comments_and_inner_tables():
    inner = r"\begin{tabular}{c} 1 & 2 \\ 3 \end{tabular}"
    found = rows(r"a \& b & {c & d \\ e} % x & y" + "\n" + rf"& {inner} \\")
    assert [cell.text for cell in found[0]] == [r"a \& b", r"{c & d \\ e}", inner]
    assert len(found) == 1


def test_width_of_starred_and_extended_forms_is_passed_over():
    assert latex_rows(r"\begin{tabular*}{\textwidth}{cc} a & b \end{tabular*}") == [
        [Cell("a"), Cell("b")]
    ]
    assert rows("a & b", "[t]{@{}l p{2cm}}") == [[Cell("a"), Cell("b")]]


@pytest.mark.parametrize("text", ["", "\\begin{tabular", "\\begin{tabular}", "\\begin{tabular}{c"])
def test_what_has_no_rows(text):
    assert latex_rows(text) == []


@pytest.mark.parametrize("count", ["0", "-2", "x", "99999999"])
def test_odd_counts_are_one(count):
    assert rows(rf"\multicolumn{{{count}}}{{c}}{{a}} & b")[0] == [Cell("a"), Cell("b")]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_ends(text):
    assert all(cell.colspan >= 1 for row in latex_rows("\\begin{tabular}" + text) for cell in row)


def test_hostile_sizes_end():
    for piece in ("\\hline", "{", "&", "\\\\", "\\begin{x}", "\\multicolumn{2}{c}{"):
        latex_rows("\\begin{tabular}{c}" + piece * 20_000)
