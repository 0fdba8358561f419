"""Headers and footers: literal strings out of patterns."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.page.furniture import Furniture, draw_furniture
from pipelines.latex_pages.page.literal import literal


def draw(
    header: list[str] | str, title: Form | None = None, seed: int = 0, **draws: object
) -> Furniture:
    rng = np.random.Generator(np.random.PCG64(seed))
    style = {"title_page": False, "page_number": "1", "header": header, "footer": ["", "", ""]}
    titles = [] if title is None else [title]
    return draw_furniture({**style, **draws}, "en", titles, 400.0, rng)[0]


def test_fields_are_filled_in_all_forms_alike() -> None:
    left, centre, right = draw(["Vol. {v} ({year})", "", "{p} & {P}"])
    assert re.fullmatch(r"Vol\. \d+ \(\d{4}\)", left.text)
    assert centre == Form(html=None)
    page, pages = map(int, right.text.split(" & "))
    assert page < pages
    assert right.latex == f"{page} \\& {pages}"
    assert right.glyphs.chars == f"{page}&{pages}"


def test_a_heading_of_the_page_is_the_running_title_if_short() -> None:
    drawn = {draw(["{title}", "", ""], literal("On Stars"), seed)[0].text for seed in range(20)}
    assert "On Stars" in drawn
    long = literal("On stars " * 20)
    assert all(draw(["{title}", "", ""], long, seed)[0] != long for seed in range(20))


def test_roman_pages_and_first_pages() -> None:
    assert re.fullmatch("[ivxl]+", draw(["{p}", "", ""], page_number="i")[0].text)
    assert draw(["{p}", "", ""], title_page=True)[0].text == "1"


def test_names_stand_for_patterns() -> None:
    assert [part.text for part in draw("none")] == ["", "", ""]
    odd, even = draw("running", literal("On Stars"), 1), draw("running", literal("On Stars"), 4)
    for left, _, right in (odd, even):
        number = left if left.text.isdigit() else right
        assert (int(number.text) % 2 == 1) == (number is right)


@pytest.mark.parametrize("header", [["{q}", "", ""], ["a"], "nowhere"])
def test_a_wrong_pattern_is_refused(header: list[str] | str) -> None:
    with pytest.raises(ConfigError):
        draw(header)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["none", "title", "number", "running", ["{title}", "", "{p}"]]),
    st.sampled_from(["none", "centre", "outer", "dashes", "total", "total_zh"]),
    st.integers(0, 99),
)
def test_a_page_shows_its_number_once(header: object, footer: str, seed: int) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    style = {"title_page": False, "page_number": "1", "header": header, "footer": footer}
    titles = [literal("On Stars")]
    for_number = np.random.Generator(np.random.PCG64(seed))
    number = str(int(for_number.integers(2, 420)))
    top, bottom = draw_furniture(style, "zh", titles, 400.0, rng)
    shown = [part.text for part in (*top, *bottom) if number in re.findall(r"\d+", part.text)]
    assert len(shown) == (header not in ("none", "title") or footer != "none")
    if footer.startswith("total"):
        assert shown[0] in {part.text for part in bottom}
