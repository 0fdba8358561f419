r"""Pages of markdown taken apart: by hand, against an oracle, and at sizes that hurt."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.nougat_parts import split_page_as_nougat
from trainers.evaluation.metrics.page_parts import split_page

TABLE = r"\begin{tabular}{cc} a & \(b\) \\ c & d \end{tabular}"
PIECES = ["\\(", "\\)", "\\[", "\\]", "\\", "\n", "a", " ", "\\begin{tabular}", "\\end{tabular}"]
PAGES = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
MORE = ["$", "$$", "<table>", "</table>", "|", "|-|\n", "\\begin{align}", "\\end{align}", "5"]
MIXED = st.lists(st.sampled_from(PIECES + MORE), max_size=16).map("".join)


def test_page_by_hand():
    parts = split_page(f"One \\(x^2\\) two\n\\[y\n= 1\\]\n{TABLE}\nthree")
    assert parts.formulas == ("x^2", "y\n= 1")
    assert parts.tables == (r"{cc} a & \(b\) \\ c & d",)
    assert parts.text.split() == ["One", "two", "three"]


def test_breaks_of_lines_open_no_formula_in_correct_mode_only():
    page = r"a \\[2pt] b \\] c"
    assert split_page(page).formulas == ()
    assert split_page(page).text == page
    assert split_page(r"a \\[2pt] b \] c").formulas == ()
    assert split_page_as_nougat(r"a \\[2pt] b \] c").formulas == ("2pt] b ",)


def test_what_is_not_closed():
    assert split_page(r"a \(x").text == r"a \(x"
    assert split_page("a \\(x\n\nb\\) c").formulas == ()
    assert split_page(r"a \begin{tabular}{c} b").tables == ("{c} b",)


def test_formulas_between_dollars_follow_pandoc():
    assert split_page("a $x^2$ b $$\ny\n$$ c").formulas == ("x^2", "y")
    assert split_page("a $x^2$ b $$\ny\n$$ c").text.split() == ["a", "b", "c"]
    for page in ("$5 and $6", "a $ x$ b", "$5-$10", r"\$x\$ y", "$a\n\nb$", "one $", "$$ $$"):
        assert split_page(page).formulas == (), page
        assert split_page(page).text == page.strip()


def test_environments_are_formulas():
    page = "a \\begin{align*}x &= 1 \\\\ y\\end{align*} b \\begin{itemize}c\\end{itemize}"
    assert split_page(page).formulas == (r"x &= 1 \\ y",)
    assert split_page("\\begin{align}x").formulas == ()


def test_tables_of_html_and_between_bars():
    inner = "<table><tr><td>1</td></tr></table>"
    page = f"a <TABLE border=1><tr><td>{inner} $x$</td></tr></TABLE> b"
    parts = split_page(page)
    assert parts.marked == (page[2:-2],)
    assert (parts.text.split(), parts.formulas) == (["a", "b"], ())
    assert split_page("a <table><tr> b").marked == ("<table><tr> b",)
    assert split_page("a <tablet> b").marked == ()
    bars = "| a | $b$ |\n|:--|--:|\n| 1 | 2 |\n"
    parts = split_page(f"x\n\n{bars}\ny | z")
    assert parts.marked == (bars.strip(),)
    assert (parts.text.split(), parts.formulas) == (["x", "y", "|", "z"], ())
    assert split_page("a | b\nc | d").marked == ()


def test_tables_nest():
    inner = r"\begin{tabular}{c}1\end{tabular}"
    parts = split_page(rf"x \begin{{tabular}}{{c}} {inner} & 2 \end{{tabular}} y")
    assert parts.tables == (rf"{{c}} {inner} & 2",)
    assert split_page_as_nougat(rf"\begin{{tabular}}{inner} 2 \end{{tabular}}").text.startswith("2")


def test_nougat_cuts_formulas_out_of_tables_and_joins_without_a_space():
    parts = split_page_as_nougat(rf"\(x\) \[y\] {TABLE}")
    assert parts.formulas == ("x\nby",)
    assert parts.tables == (r"{cc} a &  \\ c & d ",)


def test_got_keeps_formulas_and_tables_in_the_text():
    page = rf"a \(x\) {TABLE}"
    parts = split_page_as_nougat(page, keep=True)
    assert parts.text == page
    assert parts.tables == (r"{cc} a & \(b\) \\ c & d ",)


@settings(max_examples=300)
@given(PAGES)
def test_nougat_split_is_that_of_its_patterns(page):
    inline = re.compile(r"\\\(([^\n]*?)(?<!\\)\\\)")
    display = re.compile(r"\\\[([^\n]+?)(?<!\\)\\\]")
    table = re.compile(r"\\begin\{tabular\}((?:.|\n)+?)(?:\\end\{tabular\}|\n?\Z)")
    formula = "\n".join(inline.findall(page))
    rest = inline.sub("", page)
    formula += "\n".join(display.findall(rest))
    rest = display.sub("", rest)
    found = split_page_as_nougat(page)
    assert found.part("formula") == formula
    assert found.text == table.sub("", rest).strip()
    assert [one.strip() for one in found.tables] == [one.strip() for one in table.findall(rest)]


@settings(max_examples=300)
@given(MIXED)
def test_no_part_is_longer_than_the_page(page):
    parts = split_page(page)
    assert len(parts.text) + sum(map(len, parts.formulas + parts.tables)) <= len(page)
    assert all(one in page for one in (*parts.formulas, *parts.tables, *parts.marked))


@pytest.mark.parametrize(
    "page",
    [
        "\\(" * 60_000,
        "\\[" * 60_000 + "\n" + "\\]",
        "\\begin{tabular}" * 12_000,
        "\\begin{tabular}" * 6_000 + "\\end{tabular}",
        "\\(\n\n" * 40_000 + "\\)",
        "$" * 100_001,
        "$a " * 60_000,
        "$$a" * 50_001,
        "<table>" * 30_000 + "</table>",
        "<table" * 30_000,
        "\\begin{align}" * 15_000,
        "|\n|-|\n" * 20_000,
        "|" * 100_000 + "\n" + "|-" * 50_000,
    ],
)
def test_hostile_pages_take_linear_time(page):
    split_page(page)
    split_page_as_nougat(page)
