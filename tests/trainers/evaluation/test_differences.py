"""Differences: both texts come back whole, marked where they part."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trainers.evaluation.differences import MOST_CHARS, differences

PLAIN = st.text("ab天 ", max_size=30)


@given(PLAIN, PLAIN)
def test_texts_come_back_whole_and_what_is_not_marked_is_common(target, prediction):
    left, right = differences(target, prediction)
    assert "".join(text for text, _ in left).replace("␣", " ") == target
    assert "".join(text for text, _ in right).replace("␣", " ") == prediction
    common = ["".join(text for text, differs in side if not differs) for side in (left, right)]
    assert common[0] == common[1]
    assert any(differs for _, differs in left + right) == (target != prediction)


def test_blanks_that_differ_can_be_seen():
    assert differences("a\nb", "a b") == (
        [("a", False), ("⏎\n", True), ("b", False)],
        [("a", False), ("␣", True), ("b", False)],
    )


def test_what_cannot_be_seen_is_shown_and_what_is_endless_is_cut():
    left, _ = differences("\u202eabc\x00", "")
    assert left == [("\ufffdabc\ufffd", True)]
    long, _ = differences("x" * (MOST_CHARS + 5), "")
    assert long[-1] == (" … 5 more characters", False)
