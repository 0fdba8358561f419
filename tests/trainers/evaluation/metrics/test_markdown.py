r"""Pages of markdown taken apart: by hand, against an oracle, and at sizes that hurt."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.markdown import (
    markdown_scores,
    split_page,
    split_page_as_nougat,
)

TABLE = r"\begin{tabular}{cc} a & \(b\) \\ c & d \end{tabular}"
PIECES = ["\\(", "\\)", "\\[", "\\]", "\\", "\n", "a", " ", "\\begin{tabular}", "\\end{tabular}"]
PAGES = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


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


@settings(max_examples=200)
@given(PAGES)
def test_no_part_is_longer_than_the_page(page):
    parts = split_page(page)
    assert len(parts.text) + sum(map(len, parts.formulas + parts.tables)) <= len(page)


@pytest.mark.parametrize(
    "page",
    [
        "\\(" * 60_000,
        "\\[" * 60_000 + "\n" + "\\]",
        "\\begin{tabular}" * 12_000,
        "\\begin{tabular}" * 6_000 + "\\end{tabular}",
        "\\(\n\n" * 40_000 + "\\)",
    ],
)
def test_hostile_pages_take_linear_time(page):
    split_page(page)
    split_page_as_nougat(page)


def test_missing_and_invented_parts_cost_in_correct_mode_only():
    predictions = ["text only here", r"text with \(invented\)", "text"]
    targets = [r"text only \(here\)", "text with", "text"]
    correct = markdown_scores(predictions, targets)
    assert correct["formula"]["edit_distance"].value == 1
    assert correct["formula"]["edit_distance"].count == 2
    paper = markdown_scores(predictions, targets, mode="paper")
    assert paper["formula"]["edit_distance"].value is None
    assert paper["formula"]["edit_distance"].undefined == 3
    assert correct["table"]["f1"].value is None


def test_equal_pages_are_equal_in_every_part():
    page = rf"Some words \(x + y\) and more {TABLE} end"
    for part, scores in markdown_scores([page], [page]).items():
        assert scores["edit_distance"].value == 0, part
        assert scores["f1"].value == 1, part
