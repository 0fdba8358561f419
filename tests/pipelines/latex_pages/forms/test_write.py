"""All forms of a block say the same: the same slots, the same characters, sound markup."""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings

from pipelines.latex_pages.content.nodes import (
    Block,
    Break,
    Display,
    Footnote,
    Formula,
    Heading,
    Inlines,
    Item,
    ItemList,
    Math,
    Paragraph,
    Quote,
    Styled,
    Symbol,
    Text,
    Theorem,
    Words,
)
from pipelines.latex_pages.content.parsing import parse_formula
from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.forms.form import SLOT_BASE, Form
from pipelines.latex_pages.forms.mathml import formula_mathml
from pipelines.latex_pages.forms.write import write_block, write_formula, write_inlines
from tests.pipelines.latex_pages.forms import strategies as nodes
from tests.pipelines.latex_pages.forms.fill import filled

some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_SLOT = re.compile("[\ue000-\ue7ff]")


def paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def slots_of(text: str) -> list[int]:
    return sorted(ord(char) - SLOT_BASE for char in _SLOT.findall(text))


@some
@given(nodes.any_block)
def test_every_form_has_the_same_slots(block: Block) -> None:
    form = write_block(block)
    numbers = list(range(len(form.slots)))
    assert slots_of(form.latex) == slots_of(form.glyphs.chars) == numbers
    assert slots_of(form.text) == numbers
    assert slots_of(form.markdown) == numbers
    if form.html is not None:
        assert slots_of(form.html) == numbers
    assert len(form.notes) == form.slots.count("footnote")


@some
@given(nodes.any_block)
def test_html_is_well_formed(block: Block) -> None:
    form = filled(block)
    if form.html is not None:
        ElementTree.fromstring(f"<x>{form.html.replace('<br>', '<br/>')}</x>")
    assert not _SLOT.search(form.latex + form.markdown + form.text + form.glyphs.chars)


@some
@given(
    nodes.inlines(notes=False).filter(
        lambda body: all(isinstance(n, Text | Styled | Break) for n in body)
    )
)
def test_the_glyphs_of_running_text_are_its_characters(body: Inlines) -> None:
    form = write_inlines(body)
    if "\\(" not in form.latex and "script{" not in form.latex:
        assert fold(form.text) == form.glyphs.chars


@some
@given(nodes.any_block)
def test_latex_has_no_comments_and_no_blank_line_in_a_display(block: Block) -> None:
    latex = write_block(block).latex
    assert not re.search(r"(?<!\\)(?:\\\\)*%", latex)
    for inside in re.findall(r"\\\[\n(.*?)\\\]|\\begin\{align\*\}(.*?)\\end", latex, re.DOTALL):
        assert "\n\n" not in "".join(inside).strip("\n")


EXACT = [
    r"a_{i}^{2} + \sqrt{b} = \frac{1}{2}",
    r"\sum_{i=1}^{n}x_{i} \leq \int_{0}^{1}f\left(x\right)\,dx",
    r"\lim_{x\to 0}\frac{\sin x}{x} = 1",
    r"\binom{n}{k} \in \mathbb{R}, \mathbf{x}\neq \mathcal{A}",
    r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}",
    r"f(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{else} \end{cases}",
    r"\operatorname{rank}A\not\subset B'",
    r"\bigl(a\bigr)\Gamma\alpha",
    r"\mathrm{Tr}(12x)",
]


@pytest.mark.parametrize("latex", EXACT)
def test_mathml_shows_the_glyphs(latex: str) -> None:
    formula = parse_formula(latex)
    markup = formula_mathml(formula)
    assert markup is not None
    shown = fold("".join(ElementTree.fromstring(markup).itertext()))
    glyphs = write_formula(formula).glyphs.chars.replace("√", "")  # an element, not a character
    assert sorted(unicodedata.normalize("NFD", shown)) == sorted(glyphs)


@some
@given(nodes.formulas)
def test_mathml_is_well_formed_or_absent(formula: Formula) -> None:
    markup = formula_mathml(formula)
    assert markup is None or ElementTree.fromstring(markup).tag == "math"


@pytest.mark.parametrize(
    "latex",
    [r"\begin{array}{c|c} a & b \end{array}", r"\mathbb{7}\mathfrak{\alpha}", r"\textbf{x}",
     r"\begin{array}{c} \hline a \end{array}"],
)  # fmt: skip
def test_what_mathml_cannot_say_is_absent(latex: str) -> None:
    assert formula_mathml(parse_formula(latex)) is None


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"x^{2}", "x²"),
        (r"x^{n+1}_{ij}", "xᵢⱼⁿ⁺¹"),
        (r"x^{q}", "x^q"),
        (r"e^{-\alpha t}", "e^(−αt)"),
        (r"\frac{a+b}{2c}", "(a + b)/(2c)"),
        (r"\sqrt[3]{x}+\sqrt{x+1}", "∛x + √(x+1)"),
        (r"\mathbf{x}' = \hat{y}", "x′ = ŷ"),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "(a  b; c  d)"),
        (r"\sin x\xrightarrow{f}y", "sin x →ᶠ y"),
    ],
)
def test_formulas_as_plain_text(latex: str, text: str) -> None:
    assert write_formula(parse_formula(latex)).text.split() == text.split()


def test_forms_of_each_block() -> None:
    x = (Symbol("x"),)
    single = Display("equation", ((x,),), (True,), ("",))
    assert filled(single) == Form(
        "\\begin{equation*}\nx \\tag{3.1}\n\\end{equation*}",
        "\\[\nx \\tag{3.1}\n\\]",
        "x (3.1)",
        '<div class="equation"><math display="block"><mi>x</mi></math>'
        '<span class="number">(3.1)</span></div>',
        filled(single).glyphs,
    )
    assert write_block(Display("equation", ((x,),), (False,), ("",))).latex == "\\[\nx\n\\]"
    rows = Display("align", ((x, x), ((), x)), (False, True), ("", "A.1"))
    assert write_block(rows).latex == "\\begin{align*}\nx & x \\\\\n& x \\tag{A.1}\n\\end{align*}"
    assert write_block(rows).slots == ()
    title = write_block(Heading(1, (Text("A & B"),)))
    assert (title.latex, title.markdown, title.text, title.html) == (
        "A \\& B",
        "A & B",
        "A & B",
        "A &amp; B",
    )
    assert write_block(Paragraph((Text("so"),), continued=True)).latex == "\\noindent so"
    quote = write_block(Quote((paragraph("a"), paragraph("b"))))
    assert quote.latex == "\\begin{quote}\na\n\nb\n\\end{quote}"
    assert quote.text == "a\n\nb"
    proof = write_block(Theorem("Proof", (paragraph("x"), single), None, numbered=False))
    assert proof.latex.startswith("\\DEtheorem{Proof}{}{x\n\\begin{equation*}")
    assert proof.latex.endswith("\n\n\\DEqed}")
    theorem = filled(Theorem("Theorem", (paragraph("x"),), (Text("n"),)))
    assert theorem.latex == "\\DEtheorem{Theorem 1.1}{n}{x}"
    assert theorem.markdown == "**Theorem 1.1** (n) x"
    assert theorem.text == "Theorem 1.1 (n) x"


def test_lists_have_their_labels_in_every_form() -> None:
    inner = ItemList("itemize", (Item((paragraph("b"),)),))
    block = ItemList(
        "enumerate", (Item((paragraph("a"), inner)), Item((paragraph("c"),), (Text("]"),)))
    )
    form = filled(block)
    assert form.latex == (
        "\\begin{itemize}\n\\item[1.] a\n\n\\begin{itemize}\n\\item[\\textbullet] b\n"
        "\\end{itemize}\n"
        "\\item[{]}] c\n\\end{itemize}"
    )
    assert form.markdown == "1. a\n  - b\n\n] c"
    assert form.text == "1. a\n\n• b\n] c"
    assert form.html is not None
    assert '<ol><li><span class="label">1.</span> <p>a</p><ul>' in form.html
    assert write_block(block).slots == ("enumerate:1", "itemize:1")


def test_slots_of_notes() -> None:
    form = write_inlines(
        (Text("a"), Footnote((Text("n"),)), Styled("bold", (Footnote((Text("m"),)),)))
    )
    assert form.latex == "a\\DEmark{\ue000}\\textbf{\\DEmark{\ue001}}"
    assert [note.text for note in form.notes] == ["n", "m"]


@pytest.mark.parametrize(
    "body",
    [
        (Footnote((Footnote(()),)),),
        (Math((Words("\\text", (Footnote(()),)),)),),
        (Math((Words("\\text", (Break(),)),)),),
    ],
)
def test_what_no_form_shows_is_an_error(body: Inlines) -> None:
    with pytest.raises(ValueError):
        write_inlines(body)


def test_blocks_nested_too_deep_are_an_error() -> None:
    block: Block = paragraph("x")
    for _ in range(5):
        block = ItemList("itemize", (Item((block,)),))
    with pytest.raises(ValueError, match="too deep"):
        write_block(block)
