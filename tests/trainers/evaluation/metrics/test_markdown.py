r"""Pages of markdown scored by part: what is missing costs, and members are held one by one."""

from __future__ import annotations

import pytest

from trainers.evaluation.metrics.markdown import markdown_scores

TABLE = r"\begin{tabular}{cc} a & \(b\) \\ c & d \end{tabular}"


def test_missing_and_invented_parts_cost_in_correct_mode_only():
    predictions = ["text only here", r"text with \(invented\)", "text"]
    targets = [r"text only \(here\)", "text with", "text"]
    correct = markdown_scores(predictions, targets)
    assert correct["formula"]["edit_distance"].value == 1
    assert correct["formula"]["edit_distance"].count == 2
    paper = markdown_scores(predictions, targets, mode="paper")
    assert paper["formula"]["edit_distance"].value is None
    assert paper["formula"]["edit_distance"].undefined == 3
    assert correct["table"]["f1"].value is None


def test_equal_pages_are_equal_in_every_part():
    page = rf"Some words \(x + y\) and more {TABLE} end"
    for part, scores in markdown_scores([page], [page]).items():
        assert scores["edit_distance"].value == 0, part
        assert scores["f1"].value == 1, part


def test_a_table_and_formulas_by_hand():
    target = "t \\(x^{2}\\) u \\[a + b\\]\n" + TABLE
    html = "<table><tr><th>a</th><th>\\(b\\)</th></tr><tr><td>c</td><td>x</td></tr></table>"
    scores = markdown_scores([f"t $x ^ 2$ u $$a+c$$\n{html}"], [target])
    # table, 2 rows, 4 cells: one cell wrong
    assert scores["table"]["teds"].value == pytest.approx(1 - 1 / 7)
    assert scores["table"]["teds_struct"].value == 1
    # x^2 is equal, of a+b one token in three is not
    assert scores["formula"]["match"].value == pytest.approx((1 + 2 / 3) / 2)
    assert scores["formula"]["exact"].value == pytest.approx(1 / 2)


def test_what_is_measured_one_by_one_is_in_no_reference():
    scores = markdown_scores([TABLE, "a"], [TABLE, "b"])
    assert scores["table"]["teds"].value == 1
    assert (scores["table"]["teds"].count, scores["table"]["teds"].undefined) == (1, 1)
    paper = markdown_scores([TABLE], [TABLE], mode="paper")
    assert "teds" not in paper["table"]
    assert "match" not in paper["formula"]


def test_an_endless_page_is_the_worst():
    scores = markdown_scores(["\\(x\\)" * 60_000], ["\\(x\\)"])
    assert scores["formula"]["match"].value == 0
    assert scores["formula"]["match"].notes == {"too large": 1}
