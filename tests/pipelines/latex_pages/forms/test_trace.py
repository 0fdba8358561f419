"""Traces say which glyphs show which characters; joined and filled, they stay in step."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from pipelines.latex_pages.content.nodes import Block, Inlines, Math, Paragraph, Text
from pipelines.latex_pages.content.parsing import parse_formula
from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.forms.labels import footnote_label
from pipelines.latex_pages.forms.trace import CLOSE, MARK, OPEN, SEAM, STRETCH, pair, trace
from pipelines.latex_pages.forms.write import write_block, write_inlines
from tests.pipelines.latex_pages.forms import strategies as nodes
from tests.pipelines.latex_pages.forms.fill import filled

some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(form: Form) -> None:
    """A trace holds the text, and the glyphs where they differ from it."""
    if form.trace:
        assert STRETCH.sub(r"\1", form.trace) == form.text
        assert fold(STRETCH.sub(r"\2", form.trace)) == form.glyphs.chars


@some
@given(nodes.any_block)
def test_a_trace_holds_text_and_glyphs_before_and_after_filling(block: Block) -> None:
    check(write_block(block))
    check(filled(block))


@some
@given(nodes.inlines())
def test_running_text_is_always_in_step(body: Inlines) -> None:
    form = write_inlines(body)
    assert form.trace or fold(form.text) == form.glyphs.chars
    check(form)
    assert Form.load(form.dump()) == form


def test_only_what_differs_is_a_stretch() -> None:
    body = (Text("如果，令 "), Math(parse_formula(r"a = \frac{b}{c} + x_i^2")), Text(" fi，则"))
    form = write_inlines(body)
    assert form.text == "如果，令 a = b/c + xᵢ² fi，则"
    stretches = [(match[1], match[2]) for match in STRETCH.finditer(form.trace)]
    assert stretches == [("b/c", "bc"), ("xᵢ²", "x2i")]


def test_plain_text_is_its_own_trace() -> None:
    form = write_block(Paragraph((Text("One，“two” – ﬁne…"),)))
    assert form.trace == ""
    assert form.traced == form.text
    assert fold(form.text) == form.glyphs.chars


def test_a_label_that_is_spelled_otherwise_keeps_its_glyphs() -> None:
    assert footnote_label("2").trace == ""
    label = footnote_label("qq")
    assert label.trace == f"{OPEN}^(qq){SEAM}qq{CLOSE}"
    form = Form(text="a\ue000", slots=("footnote",)).fill([label])
    assert form.trace == f"a{OPEN}^(qq){SEAM}qq{CLOSE}"


def test_ink_that_the_text_leaves_out_goes_with_what_follows() -> None:
    assert trace("ab", "a}b", f"a{MARK}{MARK}b", f"a{MARK}}}{MARK}b") == (
        f"a{OPEN}b{SEAM}}}b{CLOSE}"
    )
    assert trace("a;b", "ab", f"a{MARK};{MARK}b", f"a{MARK}{MARK}b") == (f"a{OPEN};{SEAM}{CLOSE}b")
    assert pair("a,b", "ab") == f"{OPEN}a,b{SEAM}ab{CLOSE}"


@pytest.mark.parametrize(
    ("text", "glyphs", "marked_text", "marked_glyphs"),
    [
        ("ab", "xb", f"a{MARK}b", "xb"),  # not as many marks
        ("ab", "xb", f"a{MARK}c", f"x{MARK}b"),  # marks have changed the text
        ("ab", "xb", f"a{MARK}b", f"y{MARK}b"),  # or the glyphs
        ("ab", "abx", f"ab{MARK}", f"ab{MARK}x"),  # ink at the end that no text tells
        (f"a{OPEN}", "x", f"a{OPEN}", "x"),
    ],
)
def test_what_cannot_be_paired_has_no_trace(
    text: str, glyphs: str, marked_text: str, marked_glyphs: str
) -> None:
    assert trace(text, glyphs, marked_text, marked_glyphs) == ""
