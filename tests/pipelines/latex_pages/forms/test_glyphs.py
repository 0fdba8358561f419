"""What forms demand to see: TeX's order, faces and heights, checked on set pages."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.content.nodes import (
    Accent,
    Alphabet,
    Atom,
    Delimited,
    Display,
    Formula,
    Fraction,
    Group,
    Math,
    Matrix,
    Operator,
    Paragraph,
    Root,
    Script,
    Scripts,
    Stack,
    Style,
    Styled,
    Symbol,
    Text,
    Theorem,
    Words,
)
from pipelines.latex_pages.content.symbols import fold
from pipelines.latex_pages.forms.form import SLOT_BASE
from pipelines.latex_pages.forms.glyphs import (
    glyphs_of_block,
    glyphs_of_formula,
    glyphs_of_inlines,
)
from pipelines.latex_pages.forms.latex import formula_latex
from pipelines.latex_pages.proof.compare import Disproved, prove
from pipelines.latex_pages.proof.page_glyphs import read_glyphs
from tests.pipelines.latex_pages.proof.setting import set_pages

N, K, X, Y, PLUS = (Symbol(name) for name in "nkxy+")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Co", "Cs"])))
def test_running_text_is_its_folded_characters(text: str) -> None:
    glyphs = glyphs_of_inlines((Text(text),))
    assert glyphs_of_inlines((Text(text), Text(text))).chars == 2 * glyphs.chars
    if text.isascii():
        assert glyphs.chars == fold(text)
        assert set(glyphs.faces) <= {"n"}


def test_limits_depend_on_the_style() -> None:
    total = (Scripts(Symbol("\\sum"), (K,), (N,)),)
    assert glyphs_of_formula(total).chars == "∑nk"
    assert glyphs_of_formula(total, display=True).chars == "n∑k"
    assert glyphs_of_formula((Style("\\displaystyle"), *total)).chars == "n∑k"
    inside = (Fraction("\\frac", total, (X,)),)
    assert glyphs_of_formula(inside, display=True).chars == "∑nkx"
    assert glyphs_of_formula((Fraction("\\cfrac", total, (X,)),)).chars == "∑nkx"
    aligned = (Matrix("aligned", ((total, (X,)),)),)
    assert glyphs_of_formula(aligned).chars == "n∑kx"
    integral = (Scripts(Symbol("\\int"), (K,), (N,)),)
    assert glyphs_of_formula(integral, display=True).chars == "∫nk"
    forced = (Scripts(Symbol("\\int"), (K,), (N,), limits="\\limits"),)
    assert glyphs_of_formula(forced).chars == "n∫k"


def test_relations_say_what_stands_above() -> None:
    glyphs = glyphs_of_formula((Scripts(X, (K,), (N,)), Fraction("\\frac", (X,), (Y,))))
    assert glyphs.chars == "xnkxy"
    assert set(glyphs.relations) == {
        (1, 0, "above"),
        (2, 0, "below"),
        (1, 2, "above"),
        (3, 4, "above"),
    }


def test_bold_is_demanded_where_the_source_has_it() -> None:
    formula = (X, Alphabet("\\mathbf", (X,)), Alphabet("\\boldsymbol", (Symbol("\\alpha"),)))
    assert glyphs_of_formula(formula).faces == "lhh"
    nested = (Styled("bold", (Text("a"), Styled("italic", (Text("b"),)))), Text("c"))
    assert glyphs_of_inlines(nested).faces == "bsn"
    assert glyphs_of_inlines((Styled("bold", (Math((X,)),)),)).faces == "l"


def test_numbers_are_slots() -> None:
    display = Display("equation", (((X,),),), (True,), ("",))
    assert glyphs_of_block(display).chars == f"x{chr(SLOT_BASE)}"
    theorem = Theorem("Lemma", (Paragraph((Text("Ab."),)), display), (Text("note"),))
    first, second = chr(SLOT_BASE), chr(SLOT_BASE + 1)
    assert glyphs_of_block(theorem).chars == f"Lemma{first}(note)Ab.x{second}"


def _atom(rng: random.Random, depth: int) -> Atom:
    simple = ["x", "y", "a", "7", "+", "=", "\\alpha", "\\leq", "\\neq", "\\rightarrow", "\\dots"]
    simple += ["\\ldots", "\\cdots", "\\infty", "\\partial", "\\sin", "(", ")", ",", "\\mapsto"]
    simple.remove("\\dots")
    if depth <= 0 or rng.random() < 0.35:
        return Symbol(rng.choice(simple))

    def inner(least: int = 1) -> Formula:
        return tuple(_atom(rng, depth - 1) for _ in range(rng.randint(least, 3)))

    def base() -> Atom:
        if rng.random() < 0.4:
            return Symbol(rng.choice(["\\sum", "\\int", "\\prod", "\\max", "\\lim", "\\bigcup"]))
        chosen = _atom(rng, depth - 1)
        return Group((chosen,)) if isinstance(chosen, Scripts) else chosen

    match rng.randrange(12):
        case 0 | 1 | 2:
            sub = inner() if rng.random() < 0.7 else None
            sup = inner() if sub is None or rng.random() < 0.5 else None
            return Scripts(base(), sub, sup, primes=rng.choice([0, 0, 0, 1, 2]))
        case 3 | 4:
            command = rng.choice(["frac", "dfrac", "tfrac", "binom", "cfrac", "dbinom"])
            return Fraction(f"\\{command}", inner(), inner())
        case 5:
            return Root(inner(), (K,) if rng.random() < 0.4 else None)
        case 6:
            if rng.random() < 0.5:  # amsmath sets accents within accents wrongly
                command = rng.choice(["hat", "widehat", "vec", "bar", "dot", "tilde"])
                return Accent(f"\\{command}", (X, PLUS, Y)[: rng.choice([1, 3])])
            commands = ["overline", "underline", "underbrace", "overbrace", "overrightarrow"]
            return Accent(f"\\{rng.choice(commands)}", inner())
        case 7:
            command = rng.choice(["\\overset", "\\underset", "\\stackrel", "\\xrightarrow"])
            if command == "\\xrightarrow":
                return Stack(command, inner(), (), (N,) if rng.random() < 0.5 else None)
            return Stack(command, inner(), (Symbol("="),))
        case 8:
            left, right = rng.choice(["()", "[]", "||", ".)"])
            if rng.random() < 0.3:
                return Delimited("\\{", "\\}", (inner(), inner()), ("|",))
            return Delimited(left, right, (inner(),))
        case 9:
            return Alphabet(rng.choice(["\\mathbf", "\\mathrm", "\\boldsymbol"]), (X, Symbol("A")))
        case 10:
            names = ["matrix", "pmatrix", "cases", "aligned", "gathered", "smallmatrix"]
            name = rng.choice([*names, "array", "Vmatrix", "bmatrix"])
            count = 1 if name == "gathered" else 2
            rows = tuple(tuple(inner() for _ in range(count)) for _ in range(2))
            return Matrix(name, rows, "cc" if name == "array" else "")
        case _:
            if rng.random() < 0.5:
                return Operator("rank", starred=rng.random() < 0.5)
            return Words("\\text", (Text("if "), Styled("bold", (Text("so"),)), Math((X,))))


@pytest.mark.parametrize("fonts", ["lm", "mathpazo", "xelatex"])
def test_random_formulas_show_what_is_demanded(tex: Path, tmp_path: Path, fonts: str) -> None:
    rng = random.Random(11)
    formulas = [tuple(_atom(rng, 3) for _ in range(rng.randint(1, 3))) for _ in range(150)]
    pieces = [f"$ {formula_latex(one)} $" for one in formulas]
    pieces += [f"$\\displaystyle {formula_latex(one)} $" for one in formulas]
    demanded = [glyphs_of_formula(one) for one in formulas]
    demanded += [glyphs_of_formula(one, display=True) for one in formulas]
    wrong = []
    pages = set_pages(tmp_path, fonts, pieces)
    for piece, page, wanted in zip(pieces, pages, demanded, strict=True):
        outcome = prove(read_glyphs(page), wanted)
        if isinstance(outcome, Disproved):
            wrong.append((piece, outcome.detail))
    assert wrong == []


def test_raised_text_stands_above_its_word() -> None:
    glyphs = glyphs_of_inlines((Text("m"), Script("super", (Text("2"),))))
    assert (glyphs.chars, glyphs.relations) == ("m2", ((1, 0, "above"),))
