"""How a pair of texts is cut into what metrics compare."""

from __future__ import annotations

import pytest

from dataengine.errors import ToolMissing
from trainers.evaluation.metrics.units import has_chinese, split, treebank


def test_latin_text_is_split_at_white_space():
    assert split("a b\nc", "d", "words", "correct") == (["a", "b", "c"], ["d"])


def test_chinese_on_either_side_brings_the_segmenter_for_both():
    first, second = split("我来到北京", "hello big world", "words", "paper")
    assert first == ["我", "来到", "北京"]
    assert second == ["hello", " ", "big", " ", "world"]


def test_correct_mode_drops_tokens_of_white_space():
    assert split("北京 上海", "", "words", "correct")[0] == ["北京", "上海"]
    assert split("北京 上海", "", "words", "paper")[0] == ["北京", " ", "上海"]
    assert split("a b", "", "characters", "correct")[0] == ["a", "b"]
    assert split("a b", "", "characters", "paper")[0] == ["a", " ", "b"]


@pytest.mark.parametrize(("text", "found"), [("一", 1), ("龥", 1), ("あ", 0), ("", 0)])
def test_range_of_chinese_is_that_of_the_references(text, found):
    assert has_chinese(text) == bool(found)


def test_treebank_tokens_need_no_data_in_correct_mode():
    first, _ = treebank("It's 5.\nNew (line).", "", "correct")
    assert first == ["It", "'s", "5", ".", "New", "(", "line", ")", "."]


def test_paper_tokens_need_punkt_and_say_so(monkeypatch):
    import nltk

    monkeypatch.setattr(nltk.data, "path", [])
    with pytest.raises(ToolMissing, match="punkt_tab"):
        treebank("a", "b", "paper")
