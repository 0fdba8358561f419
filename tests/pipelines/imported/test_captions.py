"""Captions: kept as they are but for the blanks around."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.imported.captions import read_caption
from pipelines.imported.options import Options
from pipelines.imported.records import Problem

OPTIONS = Options()


@given(st.text())
def test_a_text_is_kept_but_for_blanks(text: str) -> None:
    if text.strip():
        assert read_caption(text, OPTIONS) == {"caption": text.strip()}
    else:
        with pytest.raises(Problem, match="no-caption"):
            read_caption(text, OPTIONS)


@given(st.lists(st.text()))
def test_of_a_list_all_are_kept(texts: list[str]) -> None:
    kept = [text.strip() for text in texts if text.strip()]
    if kept:
        assert read_caption(texts, OPTIONS) == {"caption": kept[0], "captions": kept}
    else:
        with pytest.raises(Problem, match="no-caption"):
            read_caption(texts, OPTIONS)


def test_composed_and_decomposed_letters_stay_what_they_are() -> None:
    assert read_caption("e\u0301\u00e9", OPTIONS) == {"caption": "e\u0301\u00e9"}


@pytest.mark.parametrize("raw", [3, 0.5, True, {"a": "b"}, ["a", 1], [None], b"a"])
def test_other_types(raw: object) -> None:
    with pytest.raises(Problem, match="malformed-record"):
        read_caption(raw, OPTIONS)


@pytest.mark.parametrize("raw", ["a <image>", ["a", "<image>"]])
def test_a_mark_for_a_picture(raw: object) -> None:
    with pytest.raises(Problem, match="image-marks"):
        read_caption(raw, OPTIONS)


def test_a_caption_beyond_the_limit() -> None:
    with pytest.raises(Problem, match="too-long"):
        read_caption("abc", Options(max_chars=2))
