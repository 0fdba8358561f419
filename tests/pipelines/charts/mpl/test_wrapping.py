"""Lines are broken where they may be, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.mpl.typeset import Typesetter
from pipelines.charts.mpl.wrapping import has_orphan, must_wrap, wrap

SETTER = Typesetter("dejavu_sans", 12)


@settings(max_examples=60, deadline=None)
@given(st.text("abcdefg, .-0123456789", min_size=1, max_size=60), st.integers(40, 300))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, width: int) -> None:
    made = wrap(SETTER, text, width, 3)
    if made is None:
        assert SETTER.width(text) > width
        return
    lines = made.split("\n")
    assert len(lines) <= 3
    assert all(SETTER.width(line) <= width for line in lines)
    assert "".join(made.split()) == "".join(text.split())


def test_words_stay_whole() -> None:
    assert wrap(SETTER, "rivers and mountains", SETTER.width("mountains ") + 2, 3) == (
        "rivers and\nmountains"
    )
    assert wrap(SETTER, "mountains", 20, 3) is None


def test_chinese_breaks_anywhere_but_before_a_stop() -> None:
    width = SETTER.width("数据来源") + 1
    assert wrap(SETTER, "数据来源，调查", width, 3) == "数据来\n源，调查"


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(CannotDraw):
        must_wrap(SETTER, "mountains", 20, 1, "a name")


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("税金及附加", "税金及附", "税金及\n附加"),
        ("城市停车管理中", "城市停", "城市停\n车管\n理中"),
        ("东岭区", "东岭", "东岭\n区"),
        ("东岭区", "东岭区", "东岭区"),
        ("apples and pears on", "apples and pears", "apples and\npears on"),
    ],
)
def test_lines_are_balanced(text: str, room: str, lines: str) -> None:
    made = wrap(SETTER, text, SETTER.width(room) + 1, 3)
    assert made == lines
    assert has_orphan(lines) == lines.endswith("\n区")
