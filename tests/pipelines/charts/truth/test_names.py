"""Line feeds of wrapped names are taken out again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.style.fitting import wrap_name
from pipelines.charts.truth.names import flat, same, unwrap

NAMES = (
    st.text(st.sampled_from("ab 北京市GDP2024"), min_size=1, max_size=24)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


@given(NAMES, st.integers(1, 12))
def test_wrapped_names_come_back_with_their_meaning(name: str, characters: int) -> None:
    wrapped = wrap_name(name, characters)
    assert same(wrapped, name)
    assert unwrap(wrapped, name) == name


@given(NAMES, NAMES)
def test_what_it_should_say_decides_on_blanks_only(drawn: str, meant: str) -> None:
    assert flat(unwrap(drawn.replace(" ", "\n"), meant)) == flat(drawn)


@pytest.mark.parametrize(
    ("drawn", "line"),
    [
        ("North\nEast", "North East"),
        ("北京\n天津", "北京天津"),
        ("a", "a"),
        ("北\nA", "北A"),
        ("9月1\n日", "9月1日"),
        ("内存泄漏：\n622", "内存泄漏：622"),
        ("café\nau", "café au"),
    ],
)
def test_lines_are_joined_by_script(drawn: str, line: str) -> None:
    assert unwrap(drawn) == line


def test_other_words_are_not_the_same() -> None:
    assert not same("North\nWest", "North East")
    assert not same("NorthEast", "North East")
