"""Tokens: what two readers of one picture can agree on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.audit.words import content, folded, han_share, tokens


@given(st.text(max_size=200))
def test_tokens_are_folded_already_and_read_the_same_again(text: str) -> None:
    for token in tokens(text):
        assert tokens(token) == [token]


@given(st.text(max_size=100), st.text(max_size=100))
def test_tokens_of_two_texts_are_those_of_each(first: str, second: str) -> None:
    assert tokens(f"{first}\n{second}") == tokens(first) + tokens(second)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Poincaré’s ﬁrst THEOREM", ["poincare", "first", "theorem"]),
        ("约36.5万人 in 2004", ["约", "365", "万", "人", "in", "2004"]),
        ("1,234.5 and 1 234", ["12345", "and", "1", "234"]),
        ("a b c", []),
        ("⽂件", ["文", "件"]),
    ],
)
def test_tokens_are(text: str, wanted: list[str]) -> None:
    assert tokens(text) == wanted


@pytest.mark.parametrize("formula", ["vₘₐₓ", "x^2", "a=b", "\\alpha", "K_M", "∑10", "σ12"])
def test_chunks_that_look_like_formulas_can_be_left_out(formula: str) -> None:
    assert tokens(f"where {formula} holds", formulas=False) == ["where", "holds"]


def test_han_beside_a_formula_is_kept() -> None:
    assert tokens("其中x^2为", formulas=False) == ["其", "中", "为"]


@given(st.text(max_size=100))
def test_content_holds_neither_blanks_nor_punctuation(text: str) -> None:
    assert not any(char.isspace() or char in ".,;:-!?" for char in content(text))


def test_folding_knows_no_case_accent_or_ligature() -> None:
    assert folded("ÉTUDE ﬀ") == "etude ff"


def test_script_is_measured_on_letters_alone() -> None:
    assert han_share("1234 ...") == (0.0, 0)
    assert han_share("中文") == (1.0, 4)
    assert han_share("ab中")[0] == pytest.approx(0.5)
