"""Text is cut from the targets by their glyphs, or not at all."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.content.nodes import Block as Node
from pipelines.latex_pages.content.nodes import Math, Paragraph, Text
from pipelines.latex_pages.content.parsing import parse_formula
from pipelines.latex_pages.forms.form import Form, Glyphs, join_glyphs
from pipelines.latex_pages.forms.write import write_block
from pipelines.latex_pages.page.assemble import Assembled
from pipelines.latex_pages.page.blocks import Block
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.page.told import Told, tell


def page(*forms: Form) -> Assembled:
    """A page of paragraphs."""
    blocks, spans, count = [], [], 0
    for number, form in enumerate(forms):
        blocks.append(Block(f"b{number}", "paragraph", "", form, (), Piece("paragraph")))
        spans.append((count, count + len(form.glyphs.chars), f"b{number}"))
        count = spans[-1][1]
    glyphs = join_glyphs(form.glyphs for form in forms)
    text = "\n\n".join(form.text for form in forms)
    return Assembled("", "", text, None, glyphs, tuple(spans), tuple(blocks))


def paragraph(*parts: str) -> Form:
    """A paragraph, every second part of which is a formula."""
    body: list[Text | Math] = []
    for number, part in enumerate(parts):
        body.append(Math(parse_formula(part)) if number % 2 else Text(part))
    node: Node = Paragraph(tuple(body))
    return write_block(node)


def cut(told: Told, *bounds: tuple[int, int]) -> list[str | None]:
    firsts, lasts = np.array(bounds, np.int64).T
    known, found = told.cut(firsts, lasts)
    texts = iter(found)
    return [next(texts) if one else None for one in known]


def test_the_text_is_the_targets_and_not_the_glyphs() -> None:
    told = tell(page(paragraph("如果，“好”…… 则 ok"), paragraph("ﬁne – so")))
    assert cut(told, (0, 3), (2, 6)) == ["如果，", "，“好”"]
    count = told.texts["b0"]
    whole = len(told.starts)
    assert cut(told, (0, whole)) == [count + told.texts["b1"]]
    assert cut(told, (whole - 3, whole - 2), (whole - 3, whole)) == ["–", "– so"]


def test_a_cut_inside_what_one_character_shows_is_refused() -> None:
    told = tell(page(paragraph("a…b")))
    assert cut(told, (0, 1), (0, 2), (1, 4), (2, 5), (4, 5)) == ["a", None, "…", None, "b"]
    assert cut(told, (2, 2)) == [None]


def test_a_cut_inside_a_fraction_is_refused_and_around_it_is_not() -> None:
    told = tell(page(paragraph("so ", r"a = \frac{b}{c}", "，则")))
    bounds = [(0, 2), (0, 4), (0, 5), (4, 6), (5, 6), (6, 8), (0, 8)]
    assert cut(told, *bounds) == ["so", "so a =", None, "b/c", None, "，则", "so a = b/c，则"]


def test_a_block_whose_glyphs_are_others_costs_the_others_nothing() -> None:
    wrong = Form(text="abc", glyphs=Glyphs("xyz", "nnn"))
    told = tell(page(paragraph("one，"), wrong, paragraph("two")))
    assert cut(told, (0, 4), (4, 7), (5, 6), (7, 10)) == ["one，", None, None, "two"]
    lying = Form(text="abc", glyphs=Glyphs("abd", "nnn"), trace="abd")
    assert cut(tell(page(lying)), (0, 3)) == [None]


@given(
    st.lists(st.text("ab，。“”–…éﬁ 中文", min_size=1, max_size=20), min_size=1, max_size=4),
    st.data(),
)
def test_neighbouring_cuts_make_up_the_text(texts: list[str], data: st.DataObject) -> None:
    forms = [form for text in texts if (form := paragraph(text)).glyphs.chars]
    if not forms:
        return
    told = tell(page(*forms))
    count = len(told.starts)
    inner = data.draw(st.sets(st.integers(1, count)))
    places = [at for at in sorted({0, count, *inner}) if told.begins[at]]
    found = cut(told, *pairwise(places))
    at = 0
    for piece in found:
        assert piece is not None
        here = told.text.index(piece, at)
        assert not told.text[at:here].strip()
        at = here + len(piece)
    assert not told.text[at:].strip()
