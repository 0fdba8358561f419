"""Verdicts: which signs lead to which verdict and cause."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.audit.findings import Signs
from dataengine.audit.settings import Bounds, witness
from dataengine.audit.verdicts import judge

BOUNDS = Bounds(agrees=0.9, contradicts=0.6, pairs=0.2, gap=0.75, strokes=3, lost=2)
GOOD = Signs(tokens=100, coverage=0.98, pairs=0.95, letters_read=400, letters_target=400)


@pytest.mark.parametrize(
    ("changes", "verdict", "cause"),
    [
        ({}, "agrees", ""),
        ({"coverage": 0.8}, "doubtful", ""),
        ({"gap": 0.6}, "agrees", ""),
        ({"gap": 0.8}, "doubtful", ""),
        ({"coverage": 0.3, "pairs": 0.02}, "contradicts", "other-target"),
        ({"pairs": 0.02}, "contradicts", "little-agrees"),
        ({"lost": 2}, "contradicts", "cropped"),
        ({"lost": 1}, "agrees", ""),
        ({"strokes": {"right": 50}}, "agrees", ""),
        ({"strokes": {"right": 1}, "touching": {"right": 1}}, "contradicts", "cropped"),
        ({"strokes": {"left": 1}, "touching": {"right": 1}}, "agrees", ""),
        ({"strokes": {"right": 3}, "read_touching": {"right": 3}}, "contradicts", "cropped"),
        ({"strokes": {"right": 9}, "read_touching": {"right": 2}}, "agrees", ""),
        ({"outside": {"top": 1}}, "contradicts", "cropped"),
        ({"coverage": 0.5, "pairs": 0.5, "lost": 9}, "contradicts", "cropped"),
        ({"coverage": 0.3, "pairs": 0.02, "lost": 60}, "contradicts", "other-target"),
        ({"han_read": 0.9}, "contradicts", "other-language"),
        ({"han_read": 0.9, "han_target": 0.9}, "contradicts", "other-language"),
        ({"han_read": 0.9, "letters_read": 4}, "agrees", ""),
    ],
)
def test_signs_lead_to(changes: dict[str, Any], verdict: str, cause: str) -> None:
    judgement = judge(replace(GOOD, **changes), "en", BOUNDS)
    assert (judgement.verdict, judgement.cause) == (verdict, cause)
    assert bool(judgement.why) == (verdict != "agrees")


def test_a_chinese_row_without_chinese_letters_contradicts_its_language() -> None:
    assert judge(GOOD, "zh", BOUNDS).cause == "other-language"
    assert judge(GOOD, "mixed", BOUNDS).verdict == "agrees"


@given(st.floats(0, 1), st.floats(0, 1))
def test_reading_more_is_never_worse(first: float, second: float) -> None:
    order = ("contradicts", "doubtful", "agrees")
    less, more = sorted((first, second))
    worse = judge(replace(GOOD, coverage=less), "en", BOUNDS).verdict
    better = judge(replace(GOOD, coverage=more), "en", BOUNDS).verdict
    assert order.index(worse) <= order.index(better)


def test_every_kind_and_language_has_a_reader() -> None:
    for kind in ("page", "latex", "chart", "natural", "never heard of"):
        for language in ("en", "zh", "mixed", "xx"):
            reader = witness().reader(kind, language)
            assert reader.looks
            assert reader.bounds.contradicts < reader.bounds.agrees
            assert reader.models == ("eng" if language == "en" else "chi_sim+eng")
