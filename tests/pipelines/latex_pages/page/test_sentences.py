"""Where a sentence ends, and what goes on with it."""

from __future__ import annotations

import pytest

from pipelines.latex_pages.content.nodes import Paragraph, Text
from pipelines.latex_pages.page.sentences import goes_on, is_open
from tests.pipelines.latex_pages.page.samples import display, heading, paragraph, piece, theorem


@pytest.mark.parametrize(
    "text",
    ["It holds that", "As follows:", "如下：", "where a,", "(see above):", "由此可得", '"So"'],
)
def test_open(text: str) -> None:
    assert is_open(paragraph(text))
    assert goes_on(paragraph(text), display())
    assert not goes_on(paragraph(text), heading())


@pytest.mark.parametrize(
    "text", ["It holds.", "Why?", "成立。", "(It holds.)", "他说：“好。”", "So …"]
)
def test_closed(text: str) -> None:
    assert not is_open(paragraph(text))
    assert not goes_on(paragraph(text), display())


def test_a_footnote_mark_does_not_open_a_sentence() -> None:
    assert not is_open(paragraph("It holds.", note="Really."))
    assert is_open(paragraph("It holds that", note="Really."))


def test_what_is_continued_goes_on_with_anything() -> None:
    more = piece(Paragraph((Text("where it is small."),), continued=True))
    assert goes_on(display(), more)
    assert not is_open(display())
    assert not is_open(theorem())
