"""Languages of short texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.imported.language import find_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A cat on a mat.", "en"),
        ("一只猫坐在垫子上。", "zh"),
        ("图中有 3 只猫 (cats)", "zh"),
        ("The sign says 你好 in red letters", "mixed"),
        ("ネコがマットにいます", "other"),
        ("Кошка на коврике", "other"),
        ("고양이", "other"),
        ("12.5%", "en"),
        ("", "en"),
    ],
)
def test_examples(text: str, language: str) -> None:
    assert find_language(text) == language


@pytest.mark.parametrize(
    ("claimed", "due"), [("zh", "zh"), ("zh-CN", "zh"), ("de", "en"), ("", "en")]
)
def test_without_letters_the_claim_counts(claimed: str, due: str) -> None:
    assert find_language("3.14", claimed) == due
    assert find_language("words", claimed) == "en"


@given(st.text(), st.text(max_size=5))
def test_any_text_has_one(text: str, claimed: str) -> None:
    assert find_language(text, claimed) in ("en", "zh", "mixed", "other")
