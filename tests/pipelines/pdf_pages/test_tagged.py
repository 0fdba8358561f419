"""Structured targets come from tags that hold the page's words exactly, or not at all."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pymupdf
import pytest

from pipelines.pdf_pages.markup import (
    Cell,
    Heading,
    Items,
    ListItem,
    Paragraph,
    Table,
    to_html,
    to_markdown,
)
from pipelines.pdf_pages.script import close_up
from tests.conftest import REPOSITORY
from tests.pipelines.pdf_pages.pages import (
    SENTENCE,
    accepted,
    any_size,
    new_page,
    prose_page,
    render,
    write_lines,
)

TREE = [
    Heading(2, "A *title*"),
    Paragraph("1. No list, but <text>"),
    Items(
        (ListItem("1.", "one", (Items((ListItem("•", "inner", ()),)),)), ListItem("2.", "two", ()))
    ),
    Table(((Cell(True, "a|b"), Cell(True, "c")), (Cell(False, "1"), Cell(False, "2")))),
]


def test_markdown():
    assert to_markdown(TREE) == (
        "## A \\*title\\*\n\n\\1. No list, but \\<text>\n\n1. one\n   - inner\n2. two\n\n"
        "| a\\|b | c |\n| --- | --- |\n| 1 | 2 |"
    )


def test_html():
    assert to_html(TREE) == (
        "<h2>A *title*</h2>\n<p>1. No list, but &lt;text&gt;</p>\n"
        "<ol><li>one<ul><li>inner</li></ul></li><li>two</li></ol>\n"
        "<table><tr><th>a|b</th><th>c</th></tr><tr><td>1</td><td>2</td></tr></table>"
    )


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("name", ["en/longitude_chapter", "zh/bridges_chapter"])
def test_tagged_pages_have_the_words_of_their_text(name):
    data = (REPOSITORY / "corpora" / "pdf" / f"{name}.pdf").read_bytes()
    sample = accepted(render(data, 1, text={"furniture": "drop"}))
    assert set(sample.targets) == {"text", "markdown", "html"}
    parser = _Texts()
    parser.feed(sample.targets["html"])
    assert close_up(" ".join(parser.texts)) == close_up(sample.targets["text"])
    assert re.search(r"^#+ ", sample.targets["markdown"], re.MULTILINE)
    plain = accepted(render(data, 1, text={"furniture": "drop"}, structure=False))
    assert set(plain.targets) == {"text"}
    assert plain.pixel_hash == sample.pixel_hash


def test_untagged_pages_have_text_only():
    assert set(accepted(render(prose_page()[0])).targets) == {"text"}


def test_text_outside_of_the_tags_leaves_text_only():
    data = (REPOSITORY / "corpora" / "pdf" / "en" / "longitude_chapter.pdf").read_bytes()
    pdf = pymupdf.open(stream=data)
    pdf[1].insert_text((60, 30), "Added afterwards without a tag", fontsize=10)
    sample = accepted(render(pdf, 1, text={"furniture": "drop"}))
    assert "Added afterwards" in sample.targets["text"]
    assert set(sample.targets) == {"text"}


def test_glyphs_of_type_3_fonts_are_not_hidden():
    data = (REPOSITORY / "corpora" / "pdf" / "zh" / "paper_essay.pdf").read_bytes()
    assert any(font[2] == "Type3" for font in pymupdf.open(stream=data)[0].get_fonts())
    assert accepted(render(data)).proof["hidden"] == 0


def test_single_lines_of_text_are_enough():
    pdf, page = new_page()
    write_lines(page, [SENTENCE[:40]])
    assert accepted(render(pdf, **any_size())).targets == {"text": SENTENCE[:40].strip()}
