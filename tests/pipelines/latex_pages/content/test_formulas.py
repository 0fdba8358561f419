"""Formulas: one spelling, strictness, hostile input."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.latex_pages.content.nodes import Matrix, Operator, Scripts, Symbol, Words
from pipelines.latex_pages.content.parsing import Refusal, parse_formula
from pipelines.latex_pages.forms.latex import formula_latex

_PIECES = st.sampled_from(
    [
        r"x",
        r"2",
        r"+",
        r"=",
        r"(",
        r")",
        r"{",
        r"}",
        r"^",
        r"_",
        r"&",
        r"$",
        r"'",
        r"\\",
        r"\frac",
        r"\sqrt",
        r"[",
        r"]",
        r"\left(",
        r"\right)",
        r"\right.",
        r"\alpha",
        r"\over",
        r"\bf",
        r"\text{a}",
        r"\begin{matrix}",
        r"\end{matrix}",
        r"\begin{cases}",
        r"\limits",
        r"\hat",
        r"\not",
        r"\middle|",
        r"\big",
        r"\%",
        r"\,",
        r"中",
        r"\mathrm",
        r"\operatorname",
        r"\overset",
        r"\xrightarrow",
        r"\substack",
        r"\pmod",
        r"\label",
        r"\mathop",
        r"\input",
    ]
)


@given(st.lists(_PIECES, max_size=25).map(" ".join))
@settings(max_examples=300)
def test_any_tokens_are_read_or_refused(text: str) -> None:
    try:
        formula = parse_formula(text)
    except Refusal:
        return
    assert isinstance(formula, tuple)
    hash(formula)


@pytest.mark.parametrize(
    ("spelling", "same"),
    [
        (r"x \le y", r"x\leq y"),
        (r"x \ne y", r"x \not= y"),
        (r"a \to b", r"a \rightarrow b"),
        (r"f^{\prime}", "f'"),
        (r"f^{\prime\prime}", "f''"),
        (r"{a \over b}", r"\frac{a}{b}"),
        (r"{n \choose k}", r"\binom nk"),
        (r"{\bf x} y", r"\mathbf{x} y"),
        (r"\mbox{if}", r"\mathrm{if}"),
        (r"x^{{2}}", "x^2"),
        (r"{x}^2_1", "x_{1}^{2}"),
        (r"\frac12", r"\frac{1}{2}"),
        (r"\dots", r"\ldots"),
        (r"x \quad", "x"),
        (r"x\label{eq:a}\nonumber", "x"),
        (r"\begin{dcases} a & b \end{dcases}", r"\begin{cases} a & b \end{cases}"),
        (r"\pmatrix{a & b \cr c & d \cr}", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}"),
        (r"\left<x\right>", r"\left\langle x\right\rangle"),
        (r"α ≤ β", r"\alpha\leq\beta"),
        (r"\mathrel{\leq}", r"\leq"),
        (r"\ensuremath{x}", "x"),
        (r"\Set{x | y}", r"\left\{x\middle|y\right\}"),
        (r"\dd[3]{x}", r"\mathrm{d}^3 x"),
        (r"\hbox to.8em{$x$} y", r"\text{$x$} y"),
        (r"\hbox to \hsize{if}", r"\text{if}"),
        (r"\abs{x}", r"\left|x\right|"),
        (r"\raisebox{1ex}{$\cdot$}", r"\cdot"),
    ],
)
def test_one_spelling_for_what_looks_the_same(spelling: str, same: str) -> None:
    assert parse_formula(spelling) == parse_formula(same)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x^2", "x_2"),
        (r"\mathbf{x}", "x"),
        (r"\frac{a}{b}", r"\frac{b}{a}"),
        (r"\ldots", r"\cdots"),
        (r"{}^{14}C", "^{14}C + "),
        (r"\dfrac12", r"\frac12"),
        (r"\phi", r"\varphi"),
    ],
)
def test_what_looks_different_stays_different(left: str, right: str) -> None:
    assert parse_formula(left) != parse_formula(right)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (r"\input{/etc/passwd}", "unsafe-command"),
        (r"\write18{ls}", "unsafe-command"),
        (r"\directlua{x}", "unsafe-command"),
        (r"\csname x\endcsname", "unsafe-command"),
        (r"\def\a{\a}\a", "unsafe-command"),
        (r"\catcode`\$=12", "unsafe-command"),
        (r"\pdfobj file{/etc/passwd}", "unsafe-command"),
        (r"\special{x}", "unsafe-command"),
        (r"\nosuchcommand", "unknown-command"),
        (r"\phantom{x}", "unknown-command"),
        (r"\begin{tikzcd} a \end{tikzcd}", "unknown-environment"),
        (r"\left( x", "unbalanced"),
        ("x_1_2", "unbalanced"),
        ("{x", "unbalanced"),
        ("x & y", "unbalanced"),
        ("x # y", "unknown-character"),
        ("中", "unknown-character"),
        (r"\includegraphics{a}", "graphics"),
        (r"\begin{array}{p{3cm}} x \end{array}", "column-spec"),
        (r"\begin{array}{c} x & y \end{array}", "unbalanced"),
    ],
)
def test_everything_else_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(Refusal) as found:
        parse_formula(text)
    assert found.value.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "{" * 5000 + "x" + "}" * 5000,
        r"\frac" * 3000,
        r"\sqrt{" * 3000 + "}" * 3000,
        "x" + r"^{x" * 3000 + "}" * 3000,
        r"\left(" * 3000 + r"\right)" * 3000,
        r"\text{$" * 300 + "$}" * 300,
        r"\begin{matrix}" * 2000 + r"\end{matrix}" * 2000,
        r"x^\frac" * 2000,
    ],
)
def test_nesting_without_end_is_refused_and_not_followed(text: str) -> None:
    with pytest.raises(Refusal):
        parse_formula(text)


def test_nodes_of_a_formula() -> None:
    (limit,) = parse_formula(r"\operatorname*{arg\,max}\limits_x")
    assert limit == Scripts(
        Operator("arg\\,max", starred=True), sub=(Symbol("x"),), limits="\\limits"
    )
    (matrix,) = parse_formula(r"\begin{array}{c|c}\hline a & b \\[2pt] c & \\ \hline\end{array}")
    assert isinstance(matrix, Matrix)
    assert matrix.columns == "c|c"
    assert matrix.rules == (0, 2)
    assert matrix.rows[1] == ((Symbol("c"),), ())
    (words,) = parse_formula(r"\text{ if $x>0$ }")
    assert isinstance(words, Words)
    assert words.body[0].text == " if "  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "option", ["[2pt]", "[-1.5ex]", "[0.5\\baselineskip]", "[\\smallskipamount]"]
)
def test_lengths_behind_a_rows_end_are_dropped(option: str) -> None:
    rows = parse_formula(f"\\begin{{aligned}} a \\\\ {option} b \\end{{aligned}}")
    assert rows == parse_formula(r"\begin{aligned} a \\ b \end{aligned}")


@pytest.mark.parametrize("start", ["[f]", "[2]", "[xy]", "[\\alpha]"])
def test_other_brackets_behind_a_rows_end_are_read_and_written(start: str) -> None:
    rows = f"\\begin{{aligned}} a \\\\ {start} b \\end{{aligned}}"
    written = formula_latex(parse_formula(rows))
    assert "{}" + start in written
    assert formula_latex(parse_formula(written)) == written


@pytest.mark.parametrize(
    ("source", "written"),
    [
        (r"\sqrt{{p^{-1}}}", r"\sqrt{p^{-1}}"),
        (r"{{f}^{-1}}(x)", r"f^{-1}(x)"),
        (r"\left\{{(x,x)}\right\}", r"\left\{(x, x)\right\}"),
        (r"{x^2}_3", r"{x^{2}}_{3}"),
        (r"a{=}b", r"a{=}b"),
        (r"{\sum_i}x", r"{\sum_{i}}x"),
        (r"x_{\textrm{max}}", r"x_{\mathrm{max}}"),
        (r"x_{\mbox{2n}}", r"x_{\mathrm{2n}}"),
        (r"\mbox{a b}", r"\text{a b}"),
        (r"a:=b", r"a := b"),
        (r"a:\equiv b", r"a :\equiv b"),
    ],
)
def test_one_spelling_without_needless_braces(source: str, written: str) -> None:
    assert formula_latex(parse_formula(source)) == written
    assert formula_latex(parse_formula(written)) == written
