"""The target reads as the page does: paragraphs, hyphens, columns, lists, code, furniture."""

from __future__ import annotations

import pymupdf
import pytest

from pipelines.pdf_pages.extract import Line, is_monospaced
from pipelines.pdf_pages.normalise import RADICALS, normalise
from pipelines.pdf_pages.reading import read_blocks
from pipelines.pdf_pages.script import is_blank, starts_item
from tests.pipelines.pdf_pages.pages import (
    CHINESE,
    SENTENCE,
    accepted,
    any_size,
    new_page,
    render,
    write_lines,
)

JUSTIFIED = [
    "Every page of a book is made of para-",
    "graphs, and a well-",
    "known rule says that lines of a para-",
]


def text_of(pdf, number: int = 0, **options) -> str:
    return accepted(render(pdf, number, **{**any_size(), **options})).targets["text"]


def page_of(lines: list[str], **how) -> pymupdf.Document:
    pdf, page = new_page()
    write_lines(page, lines, **how)
    return pdf


def test_lines_layout_keeps_lines_and_hyphens():
    lines = ["Nothing is changed on this para-", "graph, as the option says it."]
    assert text_of(page_of(lines), text={"layout": "lines"}) == "\n".join(lines)


def test_paragraph_lines_join_with_one_blank():
    lines = ["The first line of a paragraph reaches the edge", "and the second line goes on there."]
    assert text_of(page_of(lines)) == " ".join(lines)


def test_a_short_line_ends_its_paragraph():
    lines = ["The first paragraph ends", "The second one is longer and ends at the very edge."]
    assert text_of(page_of(lines)) == "\n".join(lines)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("Lines of text are often broken at a sylla-", "ble.", "syllable."),
        ("Here is what you may well call a well-", "known rule.", "well-known rule."),
        ("This is the state-of-the-", "art.", "state-of-the-art."),
        ("The years between the wars, that is 1919-", "1939.", "1919-1939."),
        ("All that is known today about the Jean-", "Paul case.", "Jean-Paul"),
        ("See what they say there about it at https:", "//a.org/b.", "https://a.org/b."),
        ("All of it can be found at http://a.org/long-", "name.html.", "a.org/long-name.html."),
        ("A low-cost bottle; this other one is a cost-", "effective bottle.", "costeffective"),
        (
            "A cost-effective way, and yet another cost-",
            "effective bottle.",
            "cost-effective bottle.",
        ),
    ],
)
def test_hyphens_at_line_ends(first, second, joined):
    text = text_of(page_of([first, second]))
    assert text.endswith(joined) or joined in text.split("\n")[-1]
    assert "\n" not in text


def test_list_items_and_code_keep_their_lines():
    items = [
        "1. The first item of this list is as long as this",
        "2. The second item of it is short",
    ]
    assert text_of(page_of(items)) == "\n".join(items)
    code = ["for number in range(10): # a loop", "print(number, number * number, 3)"]
    assert text_of(page_of(code, font="cour")) == "\n".join(code)


def test_code_with_chinese_comments_keeps_its_lines():
    """Seen in a TeX manual: such a line looks like prose by its characters."""
    pdf, page = new_page()
    code = ["\\noalign{\\smallskip}", "\\halign{\\hfil#&#\\cr", "", "\\tabskip=0em\\cr}"]
    write_lines(page, code, font="cour", size=10)
    write_lines(
        page,
        ["% 改变间隔将阻止下面的标线突出来，这是一行很长很长的注释"],
        at=(50, 86),
        font="china-s",
        size=10,
    )
    lines = text_of(pdf).split("\n")
    assert [line for line in lines if line.startswith("\\")] == [line for line in code if line]


@pytest.mark.parametrize("font", ["LiberationMono", "ABCDEF+CMTT10", "Courier-Bold", "NimbusMonL"])
def test_typewriter_faces_are_known_by_name(font):
    assert is_monospaced(font)


@pytest.mark.parametrize("font", ["MonotypeCorsiva", "NotoSansCJKsc", "CMR10", "Helvetica"])
def test_other_faces_are_no_typewriters(font):
    assert not is_monospaced(font)


def test_chinese_list_items_go_on_under_their_bullet():
    first = Line("• " + CHINESE[:24], 0, 50, 50, 362, 62, 60, 12, False, True, False, 0, 2)
    second = Line(CHINESE[24:], 0, 62, 66, 254, 78, 76, 12, False, True, False, 2, 3)
    (block,) = read_blocks([first, second], "paragraphs")
    assert block.text == "• " + CHINESE
    assert is_blank("•", "这", 0.2)
    assert starts_item("•这")


def test_ragged_chinese_lines_are_one_paragraph():
    """A Latin word that did not fit leaves the line short of the edge."""
    pdf, page = new_page()
    lines = [CHINESE[:24], CHINESE[:21], "Midnight " + CHINESE[:18], CHINESE[-5:]]
    write_lines(page, lines, font="china-s", size=12)
    assert "\n" not in text_of(pdf).split("Midnight")[0]


def test_cells_of_a_row_stay_on_one_line_and_rows_apart():
    pdf, page = new_page()
    for number in range(6):
        for column, text in enumerate(("Name", "Value", "Remark")):
            page.insert_text((50 + 110 * column, 60 + 14 * number), f"{text} {number}", fontsize=10)
    rows = text_of(pdf).split("\n")
    assert rows == [f"Name {n} Value {n} Remark {n}" for n in range(6)]


def test_chinese_lines_join_without_a_blank():
    pdf, page = new_page()
    write_lines(page, [CHINESE[:24], CHINESE[24:]], font="china-s", size=12)
    assert text_of(pdf) == CHINESE


def test_wide_leading_does_not_split_a_chinese_paragraph():
    pdf, page = new_page()
    text = CHINESE * 3
    lines = [text[at : at + 24] for at in range(0, len(text), 24)]
    write_lines(page, lines, font="china-s", size=12, leading=2.0)
    assert text_of(pdf) == text


def test_two_columns_read_one_after_the_other():
    pdf, page = new_page()
    left = [f"left column line {number} of the text" for number in range(12)]
    right = [f"right column line {number} of the text" for number in range(12)]
    write_lines(page, left, size=9)
    write_lines(page, right, size=9, at=(230, 60))
    text = text_of(pdf, text={"layout": "lines"})
    assert text.replace("\n\n", "\n").split("\n") == left + right


def test_a_footer_drawn_first_is_read_last():
    pdf, page = new_page()
    write_lines(page, ["The footer of the page"], at=(50, 570))
    write_lines(page, ["A heading"], size=20)
    write_lines(page, [SENTENCE[:50]] * 3, at=(50, 120))
    assert text_of(pdf).endswith("\n\nThe footer of the page")


def furnished_document(pages: int = 6) -> pymupdf.Document:
    pdf = pymupdf.open()
    for number in range(pages):
        page = pdf.new_page(width=420, height=595)
        write_lines(page, [f"Chapter {number + 1} of a book"], at=(50, 40))
        write_lines(
            page, [f"{word} {SENTENCE[:45]}" for word in "ABCDE"[: 2 + number % 3]], at=(50, 120)
        )
        write_lines(page, [f"- {number + 1} -"], at=(200, 570))
    return pdf


def test_furniture_is_dropped_or_kept():
    pdf = furnished_document()
    kept, dropped = text_of(pdf, 2), text_of(pdf, 2, text={"furniture": "drop"})
    assert kept.startswith("Chapter 3 of a book")
    assert kept.endswith("- 3 -")
    assert dropped.startswith("A The quick")
    assert "Chapter" not in dropped
    assert "3" not in dropped


def test_dropped_furniture_has_no_regions_but_still_explains_its_ink():
    sample = accepted(render(furnished_document(), 2, text={"furniture": "drop"}, **any_size()))
    assert "Chapter" not in sample.regions.texts
    assert sample.proof["explained"] > 0.99


def test_a_heading_that_stands_once_is_no_furniture():
    pdf = furnished_document()
    write_lines(pdf[3], ["A heading of its own"], at=(50, 80))
    assert "A heading of its own" in text_of(pdf, 3, text={"furniture": "drop"})


def test_every_radical_has_an_ordinary_character():
    assert normalise("⼭东⼤学⻚⻆⻜⻉") == "山东大学页角飞贝"
    kangxi = {chr(code) for code in range(0x2F00, 0x2FD6)}
    assert all(0x3400 <= ord(RADICALS[ord(radical)]) < 0xA000 for radical in kangxi)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("ﬁnal eﬃcient ﬂow", "final efficient flow"),
        ("re\u00adset zero\u200bwidth\ufeff", "reset zerowidth"),
        ("para\u00ad\ngraph", "para-\ngraph"),
        ("non\u2011breaking", "non-breaking"),
        ("cafe\u0301", "café"),
        ("x² … １２ “quoted”", "x² … １２ “quoted”"),
    ],
)
def test_normalised_characters(raw, shown):
    assert normalise(raw) == shown


@pytest.mark.parametrize("text", ["plain", "⼭⻚ﬁ\u00ad", "é ü ñ", "第一章"])
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)
