"""The target reads as the page does: paragraphs, hyphens, columns, lists, code, furniture."""

from __future__ import annotations

import pymupdf
import pytest

from pipelines.pdf_pages.extract import Line
from pipelines.pdf_pages.normalise import RADICALS, normalise
from pipelines.pdf_pages.reading import mend, read_blocks
from pipelines.pdf_pages.script import is_drawing, is_monospaced
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


def write_mixed(page, at, *runs, size: float = 11):
    """Write runs of (font, text) one after the other on one line."""
    x = at[0]
    for font, text in runs:
        page.insert_text((x, at[1]), text, fontsize=size, fontname=font)
        x += pymupdf.get_text_length(text, font, size)


def test_fonts_for_code_and_for_drawings_are_told_by_their_names():
    for font in ("CMTT10", "LiberationMono", "t1xtt", "CMUTypewriter-Light", "CourierNew", "Menlo"):
        assert is_monospaced(font), font
    for font in ("MonotypeCorsiva", "CMR10", "FandolSong-Regular", "LiberationSerif"):
        assert not is_monospaced(font), font
    assert is_drawing("LCIRCLE10")
    assert is_drawing("LINE10")
    assert not is_drawing("Linearity-Bold")


def test_code_with_chinese_cells_and_comments_keeps_its_lines_and_blanks():
    pdf, page = new_page()
    write_mixed(
        page, (50, 60), ("cour", "def run(a, b): # "), ("china-s", "这是一个很长的注释，说")
    )
    write_mixed(
        page, (50, 74), ("cour", "    total(a) & "), ("china-s", "华盛顿"), ("cour", " & b")
    )
    assert text_of(pdf) == "def run(a, b): # 这是一个很长的注释，说\ntotal(a) & 华盛顿 & b"


def test_prose_with_words_of_code_is_joined():
    pdf, page = new_page()
    write_mixed(
        page, (50, 60), ("china-s", "你可以使用它，当然"), ("cour", "begin_of_it or end_of_it")
    )
    write_mixed(page, (50, 75), ("china-s", "来完成这个工作。"))
    assert "\n" not in text_of(pdf)


def test_a_ragged_chinese_line_that_breaks_off_goes_on_hanging():
    pdf, page = new_page()
    lines = [f"{number}. {CHINESE[:22]}" for number in range(1, 5)]
    for number, line in enumerate(lines):
        at = 60 + 50 * number
        write_lines(page, [line[: 23 + number % 2]], at=(50, at), font="china-s", size=12)
        write_lines(page, ["多遍地看看"], at=(66, at + 22), font="china-s", size=12)
    text = text_of(pdf)
    assert text.split("\n\n") == [
        f"{line[: 23 + number % 2]}多遍地看看" for number, line in enumerate(lines)
    ]


def test_a_chinese_paragraph_that_ends_near_the_edge_ends():
    pdf, page = new_page()
    first, second = f"{CHINESE[:20]}我们。", CHINESE[:24]
    write_lines(page, [second, first[:21] + "。", second], font="china-s", size=12)
    assert text_of(pdf).split("\n")[-1] == second


def test_a_bold_heading_is_not_glued_to_its_paragraph():
    pdf, page = new_page()
    write_lines(page, ["What this paragraph is all about in these words"], font="hebo")
    write_lines(page, ["In rare cases it goes on for very long and on to"], at=(50, 74.3))
    assert text_of(pdf).count("\n") == 1


def test_addresses_and_displayed_formulas_keep_their_lines():
    pdf, page = new_page()
    for number, line in enumerate(("Department of Engineering,", "Name of Institution,", "A Road")):
        width = pymupdf.get_text_length(line, "helv", 11)
        page.insert_text((300 - width, 60 + 13 * number), line, fontsize=11)
    assert len(list(filter(None, text_of(pdf).split("\n")))) == 3
    formulas = [line_of("OM = OP + PM,", 84, 240, 60), line_of("RM = SM + RS.", 89.6, 234.4, 76)]
    (block,) = read_blocks(formulas, "paragraphs")
    assert block.text == "OM = OP + PM,\nRM = SM + RS."


def line_of(text: str, x0: float, x1: float, baseline: float, block: int = 0, word: int = 0):
    """A line as the reader gives it."""
    box = (x0, baseline - 8, x1, baseline + 2)
    return Line(text, block, *box, baseline, 10, False, True, False, word, word + 1)


def test_margin_notes_do_not_interrupt_the_sentence_beside_them():
    lines = [
        line_of("It is common to give the uncertainty in", 164, 528, 446),
        line_of("open-mark", 36, 139, 446),
        line_of("close-mark", 31, 139, 458),
        line_of("brackets after the main part of it.", 144, 528, 458),
    ]
    (block,) = read_blocks(lines, "paragraphs")
    assert block.text.endswith("the uncertainty in brackets after the main part of it.")
    assert block.text.startswith("open-mark\nclose-mark\n")


def test_a_lowered_letter_goes_back_into_its_line():
    logo = [
        line_of("by X", 50, 90, 100, 0, 0),
        line_of("E", 89, 96, 102, 1, 1),
        line_of("TEX", 95, 110, 100, 2, 2),
        line_of("of today", 50, 110, 112, 2, 3),
    ]
    mended, rest = mend(logo)
    assert (mended.text, mended.block, rest.block) == ("by XETEX", 0, 0)
    assert (mended.first_word, mended.end_word, mended.x0, mended.x1) == (0, 3, 50, 110)
    assert mend(logo[:2]) == logo[:2]
