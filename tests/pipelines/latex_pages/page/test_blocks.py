"""Shades of tables: on headers that are such, and never between rules with room around them."""

from __future__ import annotations

import pytest

from pipelines.latex_pages.content.nodes import Cell, Column, Rule, Table, Text
from pipelines.latex_pages.forms.write import table_forms
from pipelines.latex_pages.page.blocks import HEAD_SHADE, ROW_SHADE, has_header, make_block
from pipelines.latex_pages.page.numbering import Numbering
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.page.style import draw_style
from pipelines.latex_pages.page.templates import load_templates
from tests.pipelines.latex_pages.page.test_all_templates import rng_of

LINE, NONE = (Rule("hline"),), ()


def table(*first: str, rule: bool = True) -> Table:
    rows = (first, *(("A", "17"),) * 4)
    cells = tuple(tuple(Cell((Text(text),)) for text in row) for row in rows)
    rules = (LINE, LINE if rule else NONE, NONE, NONE, NONE, LINE)
    return Table((Column("l"), Column("r")), 0, cells, rules, None)


def tex(made: Table, **draws: object) -> str:
    style = {**draw_style(load_templates()["report"].draws, rng_of(1)), "table_shade": "both"}
    numbering = Numbering(style, rng_of(1))
    piece = Piece("table", table=table_forms(made), width_pt=50.0, height_pt=60.0)
    return make_block(piece, 0, {**style, **draws}, numbering, 300.0).tex


@pytest.mark.parametrize(
    ("first", "rule", "headed"),
    [
        (("Method", "Score"), True, True),
        (("Method", "Score"), False, False),
        (("12", "-0.5"), True, False),
        (("A remark of many words that nobody would put in a header", "x"), True, False),
        (("Year", "2019"), True, True),
    ],
)
def test_a_header_is_ruled_off_and_holds_words(
    first: tuple[str, str], rule: bool, headed: bool
) -> None:
    made = table(*first, rule=rule)
    assert has_header(table_forms(made)) == headed
    assert (HEAD_SHADE in tex(made, table_rules="grid")) == headed
    assert ROW_SHADE in tex(made, table_rules="grid")


def test_booktabs_have_no_shades() -> None:
    headed = table("Method", "Score")
    assert "rowcolor" not in tex(headed, table_rules="booktabs")
    assert "\\midrule" in tex(headed, table_rules="booktabs")
    assert "\\midrule" not in tex(table("12", "13", rule=False), table_rules="booktabs")
    assert "rowcolor" in tex(headed, table_rules="source")
