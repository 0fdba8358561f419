"""Coverage is told by the font's own `cmap`, before anything is drawn."""

from __future__ import annotations

import pytest

from pipelines.snippets.faces import chosen_sets, lacking, missing_sets
from pipelines.snippets.options import Options
from pipelines.snippets.renderer import SnippetRenderer
from pipelines.snippets.texts import Phrase
from tests.pipelines.snippets.making import render, renderer


def test_what_a_font_lacks_is_named_once() -> None:
    (made,) = chosen_sets("en", 1)
    assert lacking(made, "ab 雨雨c") == "雨"
    assert not lacking(chosen_sets("zh", 1)[0], "ab 雨雨c")


def test_a_missing_glyph_is_a_rejection() -> None:
    made = renderer(fonts=1)
    assert isinstance(made, SnippetRenderer)
    made._write = lambda rng: Phrase("a 雨", {})
    outcome = render(made, 0)
    assert getattr(outcome, "reason", "") == "missing-glyph"
    assert "雨" in getattr(outcome, "detail", "")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_fonts_counts_from_the_first(language: str) -> None:
    names = [one.name for one in chosen_sets(language, 5)]  # type: ignore[arg-type]
    assert [one.name for one in chosen_sets(language, 2)] == names[:2]  # type: ignore[arg-type]
    assert missing_sets(language, 5) == []  # type: ignore[arg-type]
    assert Options(fonts=1).fonts == 1
