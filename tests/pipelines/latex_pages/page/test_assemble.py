"""The targets hold exactly what was put, with the numbers that stand on the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.latex_pages.page.assemble import assemble, read_put
from pipelines.latex_pages.page.compose import ComposedPage, compose
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.page.style import draw_style
from pipelines.latex_pages.page.templates import load_templates
from tests.pipelines.latex_pages.page.samples import (
    display,
    enumeration,
    heading,
    paragraph,
    table,
    theorem,
)

MARGINS: dict[str, Any] = {
    "paper": "a4",
    "margin_left": 90,
    "margin_right": 90,
    "table_size": "normalsize",
}
PLAIN = {
    "title_page": False, "header": ["", "", ""], "footer": ["", "{p}", ""], "page_number": "1",
    "caption_place": "above", "caption_label": "Table {t}:", "table_rules": "source",
    "table_shade": "none", "heading_numbers": ["{1}", "{1}.{2}", "", ""], "note_number": "{n}",
    "equation_number": "{e}", "theorem_number": "{h}", "columns": 1,
    "items": ["{i}.", "{i}.", "{i}.", "{i}."],
}  # fmt: skip


def page_of(
    pieces: list[Piece], seed: int = 0, kind: str = "prose", **draws: object
) -> ComposedPage:
    rng = np.random.Generator(np.random.PCG64(seed))
    template = load_templates()["article"]
    style = {**draw_style(template.draws, rng), **PLAIN, **draws}
    return compose(template, style, kind, "en", pieces, rng)


def everything(page: ComposedPage) -> list[tuple[str, int]]:
    return [(block.id, 1) for block in page.blocks]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 999), st.lists(st.integers(0, 8), unique=True), st.booleans())
def test_what_was_put_and_nothing_else(seed: int, chosen: list[int], title: bool) -> None:
    words = [f"word{n}x" for n in range(9)]
    page = page_of([heading(2), *map(paragraph, words)], seed, title_page=title)
    blocks = [block for block in page.blocks if block.form.text in words]
    put = [(blocks[n].id, 1) for n in sorted(chosen) if n < len(blocks)]
    made = assemble(page, put)
    assert [block.id for block in made.blocks] == [name for name, _ in put]
    shown = {block.form.text for block in made.blocks}
    for target in (made.markdown, made.latex, made.text, made.html or "", made.glyphs.chars):
        assert {word for word in words if word in target} == shown
    assert made.spans[-1][2] == "footer"
    assert made.spans[-1][1] == len(made.glyphs.chars)
    ends = [0, *(end for _, end, _ in made.spans)]
    assert [first for first, _, _ in made.spans] == ends[:-1]


def test_glyphs_come_in_the_order_of_shipping() -> None:
    page = page_of([paragraph("one", note="n1"), paragraph("two", note="n2"), paragraph("three")])
    made = assemble(page, [("b0", 1), ("b1", 2), ("b2", 2)])
    number = made.glyphs.chars[slice(*made.spans[-1][:2])]
    first = int(page.blocks[0].notes[0][0].latex)
    assert made.glyphs.chars == f"one{first}two{first + 1}three{first}n1{first + 1}n2{number}"
    assert [name for _, _, name in made.spans] == [
        "b0",
        "b1",
        "b2",
        "b0/notes",
        "b1/notes",
        "footer",
    ]


def test_a_paragraph_that_goes_on_in_the_next_column_counts_once() -> None:
    page = page_of([paragraph("one"), paragraph("two")])
    made = assemble(page, [("b0", 1), ("b1", 1), ("b1", 2)])
    assert made.text == "one\n\ntwo"


def test_numbers_are_the_same_in_tex_and_targets() -> None:
    page = page_of([heading(), display(), theorem(), enumeration(), table(), paragraph(note="N.")])
    made = assemble(page, everything(page))
    numbers = [block.form.latex for block in page.blocks]
    for shown in numbers[:4]:
        assert shown in page.tex or shown.startswith("\\section")
    section = page.blocks[0].form.text.split()[0]
    assert f"\\section*{{{section} Main results}}" in made.markdown
    assert f"\\DEheading{{1}}{{{section}}}{{Main results}}" in page.tex
    tag = page.tex.partition("\\tag{")[2].partition("}")[0]
    assert f"\\tag{{{tag}}}" in made.markdown
    label = page.tex.partition("\\DEcaption{")[2].partition("}")[0]
    assert f"{label} Results\n\n\\begin{{tabular}}" in made.markdown
    assert "1. Step 0\n2. Step 1\n3. Step 2" in made.markdown
    mark = page.blocks[5].notes[0][0].latex
    assert f"[^{mark}]: N." in made.markdown
    assert f"\\footnotemark[{mark}]" in made.latex
    assert f"\\footnotetext[{mark}]{{N.}}" in made.latex
    assert "\\DE" not in made.latex
    assert made.html is not None
    assert f"<caption>{label} Results</caption>" in made.html


def test_a_caption_below_comes_after_its_table() -> None:
    page = page_of([table()], caption_place="below")
    made = assemble(page, everything(page))
    assert made.markdown.index("\\end{tabular}") < made.markdown.index("Results")
    assert made.glyphs.chars.startswith("MethodScore")


def test_a_wide_table_is_set_smaller_or_left_out() -> None:
    page = page_of([table(width=380.0), table(width=3000.0)], size=12, **MARGINS)
    assert len(page.blocks) == 1
    assert any(f"{{\\{size} " in page.tex for size in ("small", "footnotesize", "scriptsize"))


def test_a_crop_holds_one_thing() -> None:
    page = page_of([table(), paragraph()], kind="table_crop")
    made = assemble(page, everything(page))
    assert made.markdown.startswith("\\begin{tabular}")
    assert "Results" not in page.tex
    assert made.glyphs.chars == "MethodScoreA17B42"


def test_the_log_is_read() -> None:
    log = ["@@SET b0", "@@PUT b0 1", "@@PUT title 0", "@@NOTE b0 1", "@@DROP b7"]
    assert read_put(log) == [("b0", 1), ("title", 0)]


def test_an_unknown_block_is_refused() -> None:
    with pytest.raises(ValueError, match="b9"):
        assemble(page_of([paragraph()]), [("b9", 1)])
