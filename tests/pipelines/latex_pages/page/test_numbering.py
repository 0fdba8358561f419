"""Numbers are spelled right and never repeat where they must not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.page.numbering import Numbering, chinese, expand, roman, spell
from pipelines.latex_pages.page.style import draw_style
from pipelines.latex_pages.page.templates import load_templates

VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


@given(st.integers(1, 3999))
def test_roman_numerals_read_back(number: int) -> None:
    values = [VALUES[letter] for letter in roman(number)]
    pairs = zip(values, [*values[1:], 0], strict=True)
    assert sum(-here if here < after else here for here, after in pairs) == number


@given(st.integers(1, 99))
def test_chinese_numerals_read_back(number: int) -> None:
    head, ten, ones = chinese(number).rpartition("十")
    digits = "零一二三四五六七八九"
    tens = (digits.index(head) if head else 1) if ten else 0
    assert tens * 10 + (digits.index(ones) if ones else 0) == number


def test_numbers_beyond_a_style_are_arabic() -> None:
    assert [spell(27, "a"), spell(100, "一"), spell(11, "①"), spell(6, "*")] == [
        "27", "100", "11", "6",
    ]  # fmt: skip
    assert [spell(3, "a"), spell(12, "一"), spell(2, "①"), spell(2, "*")] == ["c", "十二", "②", "†"]


def test_patterns_name_their_counters() -> None:
    counters = {"1": 4, "2": 2, "e": 7}
    assert expand("第{1:一}章 {1}.{2}({e:a})", counters) == "第四章 4.2(g)"


def numbering(seed: int, **draws: object) -> Numbering:
    rng = np.random.Generator(np.random.PCG64(seed))
    style = dict(draw_style(load_templates()["article"].draws, rng)) | draws
    return Numbering(style, rng)


@given(st.integers(0, 300), st.lists(st.sampled_from([1, 2, 3]), min_size=2, max_size=12))
def test_headings_never_repeat(seed: int, levels: list[int]) -> None:
    numbers = numbering(seed, heading_numbers=["{1}", "{1}.{2}", "{1}.{2}.{3}", ""])
    shown = [numbers.heading(level).text for level in levels]
    assert len(set(shown)) == len(shown)
    assert all(text.count(".") == level - 1 for text, level in zip(shown, levels, strict=True))


@given(st.integers(0, 300), st.integers(2, 20))
def test_equations_count_up(seed: int, count: int) -> None:
    numbers = numbering(seed, equation_number="{e}")
    shown = [int(numbers.label("equation").latex) for _ in range(count)]
    assert shown == list(range(shown[0], shown[0] + count))


def test_items_start_anew_in_each_list_and_below_each_item() -> None:
    numbers = numbering(1, items=["{i}.", "({i:a})", "{i:i}.", "{i:A}."])
    slots = ["enumerate:1", "enumerate:2", "enumerate:2", "enumerate:1", "enumerate:2"]
    assert [numbers.label(slot).text for slot in slots] == ["1.", "(a)", "(b)", "2.", "(a)"]
    numbers.begin_list()
    assert numbers.label("enumerate:1").text == "1."


def test_a_first_page_starts_at_one() -> None:
    numbers = numbering(
        5,
        title_page=True,
        heading_numbers=["{1}"] * 4,
        equation_number="{1}.{e}",
        note_number="{n}",
    )
    assert numbers.heading(1).text == "1"
    assert numbers.label("equation").latex == "1.1"
    assert numbers.label("footnote").latex == "1"


def test_an_unknown_slot_is_refused() -> None:
    with pytest.raises(ValueError, match="figure"):
        numbering(1).label("figure")
