"""Marks change nothing of text and glyphs but blanks, and come in the same number in both."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from pipelines.latex_pages.content.nodes import Block, Inlines, Math, Table, Text
from pipelines.latex_pages.content.parsing import parse_formula
from pipelines.latex_pages.forms.glyphs import glyphs_of_block, glyphs_of_inlines
from pipelines.latex_pages.forms.marking import marked_block, marked_inlines
from pipelines.latex_pages.forms.slots import Slots
from pipelines.latex_pages.forms.text import inlines_text
from pipelines.latex_pages.forms.text_blocks import block_text
from pipelines.latex_pages.forms.trace import MARK
from tests.pipelines.latex_pages.forms import strategies as nodes

some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def squeezed(text: str) -> str:
    return "".join(text.replace(MARK, "").split())


@some
@given(nodes.inlines())
def test_marks_of_running_text(body: Inlines) -> None:
    marked = marked_inlines(body)
    text, glyphs = inlines_text(marked, Slots()), glyphs_of_inlines(marked, Slots()).chars
    assert text.count(MARK) == glyphs.count(MARK)
    assert squeezed(text) == squeezed(inlines_text(body, Slots()))
    assert glyphs.replace(MARK, "") == glyphs_of_inlines(body, Slots()).chars


@some
@given(nodes.any_block.filter(lambda block: not isinstance(block, Table)))
def test_marks_of_blocks(block: Block) -> None:
    marked = marked_block(block)
    glyphs = glyphs_of_block(marked, Slots()).chars
    assert glyphs.replace(MARK, "") == glyphs_of_block(block, Slots()).chars
    assert squeezed(block_text(marked, Slots())) == squeezed(block_text(block, Slots()))


def test_parts_of_a_formula_are_marked_and_what_is_inside_them_is_not() -> None:
    (math,) = marked_inlines((Math(parse_formula(r"a + \frac{b}{c}")),))
    assert inlines_text((math,)).replace(" ", "") == MARK.join(("", "a", "+", "b/c", ""))
    (text,) = marked_inlines((Text("x ≠ y，“z”"),))
    assert text == Text(f"x {MARK}≠{MARK} y，“z”")
