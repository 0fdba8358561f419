"""Folding and the table of symbols."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.content.symbols import ALIASES, SYMBOLS, fold, look_up

_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(_TEXT, _TEXT)
def test_folding_works_character_by_character(left: str, right: str) -> None:
    assert fold(left + right) == fold(left) + fold(right)


@given(_TEXT)
def test_nothing_folded_is_blank(text: str) -> None:
    assert not any(char.isspace() or unicodedata.category(char) == "Cf" for char in fold(text))


def test_every_character_folds_to_itself_at_the_second_time() -> None:
    for code in [*range(0xD800), *range(0xE000, 0x20000)]:
        once = fold(chr(code))
        assert fold(once) == once, hex(code)


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("−", "-"),
        ("‐", "-"),
        ("ﬁ", "fi"),
        ("⋯", "···"),
        ("…", "..."),
        ("′", "′"),
        ("″", "′′"),
        ("𝑥", "x"),
        ("⼀", "一"),
        ("⺠", "民"),
        ("´", "\u0301"),
        ("ˆ", "\u0302"),
        ("∆", "Δ"),
        ("µ", "μ"),
        ("a b\u3000c\u00a0", "abc"),
    ],
)
def test_one_look_has_one_spelling(seen: str, meant: str) -> None:
    assert fold(seen) == meant


def test_what_print_tells_apart_stays_apart() -> None:
    pairs = ["‘’", "“”", "-–", "–—", "ϕφ", "ϵε", "ϑθ", "ℓl", "Σ∑", "Π∏", "·."]
    assert all(fold(left) != fold(right) for left, right in pairs)


def test_symbols_show_something_and_aliases_lead_to_them() -> None:
    assert len(SYMBOLS) > 450
    for name, info in SYMBOLS.items():
        assert name.startswith("\\")
        assert info.text
        assert info.mathml
        assert info.glyphs or info.text in "\u0305\u0332"
        assert fold(info.glyphs) == info.glyphs
    for alias, target in ALIASES.items():
        assert alias not in SYMBOLS
        assert target in SYMBOLS or len(target) == 1 or target == "\\mathbf"


def test_symbols_have_their_meaning() -> None:
    assert look_up("\\leq").text == "≤"
    assert look_up("\\leq").kind == "rel"
    assert look_up("\\neq").glyphs == "\u0338="
    assert look_up("-").text == "−"
    assert look_up("-").glyphs == "-"
    assert look_up("x").kind == "ord"
    with pytest.raises(KeyError):
        look_up("\\nosuch")
