"""Languages of pieces of text."""

from __future__ import annotations

import pytest

from pipelines.latex_pages.source.language import find_language, han_share, language_of
from pipelines.latex_pages.source.tokens import tokenize

ENGLISH = "The sum of the first terms is shown in the table, and it is not more than this bound. "
GERMAN = "Die Summe der ersten Glieder ist in der Tafel und sie ist nicht mehr als die Schranke. "


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH * 2, "en"),
        ("这个公式说明了有限群的结构。", "zh"),
        ("使用 LaTeX 排版的 beamer 幻灯片，包含许多例子和说明", "zh"),
        (GERMAN * 2, "other"),
        ("これはとても長い日本語の文章であり、漢字とかなを含んでいます。", "other"),
        ("Это длинное предложение на русском языке о группах", "other"),
        ("Table 1", "en"),
        ("", "en"),
    ],
)
def test_languages_are_told(text: str, language: str) -> None:
    assert find_language(text) == language


def test_formulas_and_commands_do_not_count() -> None:
    assert language_of(tokenize("设 $abcdefghijklmnopqrstuvwxyz$ 为\\alpha 群")) == "zh"


def test_the_share_is_between_none_and_all() -> None:
    assert han_share("abc") == 0
    assert han_share("汉字") == 1
    assert 0 < han_share("汉 abcd") < 1
