"""Texts are broken where breaks are allowed, and no character is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.echarts.build.ruler import breakable, ruler, wrap_by_count
from pipelines.charts.fonts import font_set, measure

texts = st.text("ab cd，。（中文字）-/1.%", min_size=1, max_size=40).map(str.strip).filter(bool)


@given(texts)
def test_pieces_make_up_the_text(text: str) -> None:
    assert "".join(breakable(text)) == text


@given(texts, st.floats(20, 300))
def test_wrapping_keeps_all_but_blanks(text: str, room: float) -> None:
    measured = ruler("dejavu_sans")
    lines = measured.wrap(text, 12, room)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert measured.width(line, 12) <= room or len(breakable(line)) == 1


@given(texts, st.integers(1, 12))
def test_wrapping_by_count(text: str, count: int) -> None:
    lines = wrap_by_count(text, count).split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(len(line) <= count or len(breakable(line)) == 1 for line in lines)


def test_width_is_that_of_the_fonts() -> None:
    made = font_set("dejavu_sans")
    for bold in (False, True):
        assert (
            abs(
                ruler("dejavu_sans").width("Ave 12%", 13, bold) - measure(made, "Ave 12%", 13, bold)
            )
            < 1e-9
        )
    assert ruler("dejavu_sans").width("a\nlonger", 10) == ruler("dejavu_sans").width("longer", 10)


def test_punctuation_does_not_begin_a_line() -> None:
    assert breakable("中文，字") == ["中", "文，", "字"]
    assert breakable("ab cd") == ["ab ", "cd"]
    assert breakable("（中）") == ["（中）"]
