r"""Formulas as tokens, and formulas held one by one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.latex_tokens import formulas_alike, tokens_of

PIECES = ["\\alpha", "\\", "{", "}", "x", " ", "^", "\\,", "\\left", "(", "1"]
FORMULAS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@pytest.mark.parametrize(
    "formula",
    [r"\frac{1}{2}+x^2", r"\frac 1 2 + x^{2}", r"\frac{ 1 }2\,+\left. x^2\right."],
)
def test_one_formula_in_three_ways(formula):
    found = [one for one in tokens_of(formula) if one != "."]
    assert found == ["\\frac", "1", "2", "+", "x", "^", "2"]


def test_what_differs_stays_different():
    ways = [r"x^{12}", r"x^12", r"\{x\}", r"\alpha b", r"\alphab", r"x_{i j}", "x\\\\y", "x{}"]
    assert len({tokens_of(one) for one in ways}) == len(ways)
    assert tokens_of("a\\") == ("a", "\\")


def test_pairs_by_hand():
    found = formulas_alike(["a+b", "x", "z"], ["x", "a+c"])
    assert found["match"].value == pytest.approx((1 + 2 / 3) / 3)
    assert found["exact"].value == pytest.approx(1 / 3)
    assert formulas_alike([], [])["match"].value is None
    assert formulas_alike([], ["x"])["match"].value == 0
    assert formulas_alike(["x"] * 3, ["x"])["match"].value == pytest.approx(1 / 3)


@settings(max_examples=150)
@given(st.lists(FORMULAS, max_size=4), st.lists(FORMULAS, max_size=4))
def test_bounds_order_and_symmetry(first, second):
    found = formulas_alike(first, second)
    if not first and not second:
        assert found["match"].value is None
        return
    assert 0 <= found["exact"].value <= found["match"].value <= 1 + 1e-12
    assert found["match"].value == pytest.approx(formulas_alike(second, first)["match"].value)
    turned = formulas_alike(first[::-1], second)
    assert found["match"].value == pytest.approx(turned["match"].value)
    assert formulas_alike(first or ["x"], first or ["x"])["exact"].value == 1


def test_too_many_are_paired_in_their_order():
    first = [f"a+{number}" for number in range(400)]
    found = formulas_alike(first, [f"b+{number}" for number in range(400)])
    assert found["match"].note == "too large"
    assert found["match"].value == pytest.approx(1 - (10 / 3 + 90 / 4 + 300 / 5) / 400)
