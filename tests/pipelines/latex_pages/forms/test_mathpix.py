"""The markdown's normal form: what is written reads back, and writes the same again."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.latex_pages.content.nodes import (
    Block,
    Blocks,
    Footnote,
    Heading,
    Inlines,
    Item,
    ItemList,
    Math,
    Paragraph,
    Quote,
    Script,
    Scripts,
    Styled,
    Symbol,
    Text,
    Theorem,
)
from pipelines.latex_pages.content.parsing import Refusal, parse_formula
from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.forms.latex import formula_latex
from pipelines.latex_pages.forms.lines import footnotes
from pipelines.latex_pages.forms.mathpix import Parsed, normal, parse, write
from pipelines.latex_pages.forms.write import _running_text
from tests.pipelines.latex_pages.forms import strategies as nodes
from tests.pipelines.latex_pages.forms.fill import filled_page

many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
some = settings(many, max_examples=40)


def page_of(blocks: Blocks) -> Parsed:
    """The blocks with their footnotes numbered."""
    found = [note for body in _running_text(blocks) for note in footnotes(body)]
    marks = tuple(str(number) for number in range(1, len(found) + 1))
    return Parsed(blocks, marks, tuple(zip(marks, (note.body for note in found), strict=True)))


def paragraph(text: str) -> Blocks:
    return (Paragraph((Text(text),)),)


@many
@given(nodes.formulas)
def test_formulas_read_back_from_their_spelling(formula: tuple) -> None:
    assert parse_formula(formula_latex(formula)) == formula


@many
@given(nodes.inlines())
def test_running_text_reads_back(body: Inlines) -> None:
    page = page_of((Paragraph(body),))
    assert parse(write(page)) == page


@some
@given(st.lists(nodes.readable, min_size=1, max_size=3).map(tuple))
def test_blocks_read_back(blocks: Blocks) -> None:
    page = page_of(blocks)
    text = write(page)
    assert parse(text) == page
    assert normal(text) == text


@some
@given(nodes.filled_tables)
def test_tables_read_back(table: Block) -> None:
    page = Parsed((table,))
    assert parse(write(page)) == page


@some
@given(st.lists(nodes.any_block, min_size=1, max_size=2).map(tuple))
def test_the_markdown_of_every_block_is_in_its_normal_form(blocks: Blocks) -> None:
    text = filled_page(blocks)
    assert normal(text) == text


@many
@given(
    st.lists(st.sampled_from(nodes.HOSTILE) | st.text(nodes.CHARACTERS, max_size=4)).map("".join)
)
def test_any_text_has_a_normal_form(markdown: str) -> None:
    try:
        once = normal(markdown)
    except (Refusal, ValueError):
        return
    assert normal(once) == once


@pytest.mark.parametrize("text", nodes.HOSTILE)
def test_text_that_looks_like_markup_stays_text(text: str) -> None:
    for whole in (text, f"{text} {text}", f"a {text}", f"{text}b"):
        blocks = paragraph(whole)
        assert parse(write(Parsed(blocks))).blocks == blocks


def test_marks_stand_as_on_the_page() -> None:
    body = (Text("Word"), Footnote((Text("note * here"),)), Text(": more"))
    page = page_of((Paragraph(body),))
    assert write(page) == "Word[^1]: more\n\n[^1]: note \\* here"
    first = page_of((Paragraph((Footnote((Text("n"),)), Text(": x"))),))
    assert write(first) == "[^1]\\: x\n\n[^1]: n"
    assert parse(write(first)) == first


def test_a_note_without_its_mark_is_kept() -> None:
    text = "One paragraph.\n\n[^7]: from the page before"
    assert parse(text).notes == (("7", (Text("from the page before"),)),)
    assert normal(text) == text


def test_lists_nest_by_two_blanks() -> None:
    inner = ItemList("enumerate", (Item(paragraph("b"), (Text("(a)"),)),))
    outer = ItemList("itemize", (Item((*paragraph("a"), inner, *paragraph("c"))), Item(())))
    assert write(Parsed((outer,))) == "- a\n  (a) b\n\n  c\n-"


def test_other_mathpix_markdown_is_brought_into_the_normal_form() -> None:
    text = "wrapped\nlines\n\\[ x^2 \\]\n\\begin{equation}\na \\tag{2}\n\\end{equation}\n> q"
    assert normal(text) == "wrapped lines\n\n\\[\nx^{2}\n\\]\n\n\\[\na \\tag{2}\n\\]\n\n> q"


def test_what_is_lost() -> None:
    sans = (Paragraph((Styled("sans", (Text("a"),)), Text("b"))),)
    assert parse(write(Parsed(sans))).blocks == paragraph("ab")
    theorem = Theorem("Proof", paragraph("x"), None, numbered=False)
    assert write(Parsed((theorem,))) == "**Proof** x □"
    described = ItemList("description", (Item(paragraph("y"), (Text("term"),)),))
    assert write(Parsed((described,))) == "**term** y"


def test_faces_are_flat() -> None:
    body = (
        Styled("bold", (Text("a "), Styled("italic", (Text("b"),)), Text(" c"))),
        Text(" "),
        Styled("italic", (Text("d"),)),
        Styled("mono", (Text("e_*"),)),
        Script("super", (Text("th"),)),
        Math((Symbol("x"),)),
    )
    assert write(Parsed((Paragraph(body),))) == "**a *b* c** *d*`e_*`<sup>th</sup>\\( x \\)"


@pytest.mark.parametrize(
    "hostile",
    [
        *("[^" * 5_000, "<sup>" * 5_000, "\\(" * 5_000, "`" * 5_001, "> " * 5_000, "*" * 5_000),
        *("- " * 5_000, "\\[\n" * 5_000, "* a ** b *** c " * 3_000, "\\\n" * 5_000, "(a " * 5_000),
        "word * \\ " * 5_000,
    ],
)
def test_hostile_lengths_are_read_in_linear_time(hostile: str) -> None:
    start = time.monotonic()
    once = normal(hostile)
    assert normal(once) == once
    assert time.monotonic() - start < 5


def test_long_paragraphs_are_written_in_linear_time() -> None:
    body = (Text("1. words * and _ more [^1] " * 5_000), Math((Symbol("x"),))) * 3
    start = time.monotonic()
    text = write(Parsed((Paragraph(body),)))
    assert time.monotonic() - start < 5
    assert fold(text.replace("\\", "")).startswith("1.words*and_more[^1]")


def test_empty_scripts_are_not_written() -> None:
    assert formula_latex((Scripts(Symbol("x"), (), (Symbol("2"),)),)) == "x^{2}"


def test_words_before_a_list_in_an_item() -> None:
    worded = ItemList("itemize", (Item((), (Text("so"),)), Item(paragraph("b"))))
    text = write(Parsed((ItemList("itemize", (Item((worded,)),)), worded)))
    assert text == "- so\n  - b\n\nso\n\n- b"
    assert normal(text) == text


def test_headings_and_quotes() -> None:
    blocks: Blocks = (Heading(2, (Text("3.2 Title"),)), Quote((*paragraph("a"), *paragraph("- b"))))
    assert write(Parsed(blocks)) == "\\subsection*{3.2 Title}\n\n> a\n>\n> \\- b"
