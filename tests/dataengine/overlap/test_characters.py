"""Words and ideographs are counted as people count them."""

from __future__ import annotations

import pytest

from dataengine.overlap.characters import count_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (0, 0)),
        ("Two words, and 3.5 %", (5, 0)),
        ("naïve cafe\u0301", (2, 0)),
        ("北京有 2 条街", (1, 5)),
        ("全角ＡＢ和カナ", (1, 5)),
        ("한국어 단어", (2, 0)),
        ("\ud800\x00—…", (0, 0)),
        ("、。「」", (0, 0)),
    ],
)
def test_words_and_ideographs_are_counted(text, expected):
    assert count_words(text) == expected
