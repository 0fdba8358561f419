"""Tables of a page: by hand, in any order, and beyond the limits."""

from __future__ import annotations

import pytest

from trainers.evaluation.metrics.page_tables import tables_alike

A = "<table><tr><td>aa</td></tr></table>"
B = "| b | c |\n|---|---|\n| d | e |"
LATEX_B = r"\begin{tabular}{cc} b & c \\ \hline d & e \end{tabular}"


def test_tables_are_found_in_any_order_and_form():
    found = tables_alike([B, A], [A, LATEX_B])
    assert (found["teds"].value, found["teds_struct"].value) == (1, 1)


def test_missing_and_invented_ones_are_0():
    assert tables_alike([A], [A, B])["teds"].value == 0.5
    assert tables_alike([A, B], [A])["teds"].value == 0.5
    assert tables_alike([], [A])["teds"].value == 0
    assert tables_alike([], [])["teds"].value is None
    assert tables_alike(["<table"], [A])["teds"].value == pytest.approx(1 / 3)


def test_one_half_wrong_cell_by_hand():
    wrong = A.replace("aa", "ab")
    assert tables_alike([wrong, B], [A, B])["teds"].value == pytest.approx((1 - 0.5 / 3 + 1) / 2)
    assert tables_alike([wrong, B], [A, B])["teds_struct"].value == 1


def test_too_many_are_paired_in_their_order():
    many = [A.replace("aa", f"x{number}") for number in range(60)]
    assert tables_alike(many, many)["teds"].value == 1
    turned = tables_alike(many[::-1], many)["teds"]
    assert turned.note == "too large"
    assert 0.5 < turned.value < 1


def test_a_target_that_is_too_large_has_no_value():
    large = "<table>" + "<tr><td>x</td></tr>" * 300 + "</table>"
    found = tables_alike([A], [large])["teds"]
    assert (found.value, found.note) == (None, "too large")
