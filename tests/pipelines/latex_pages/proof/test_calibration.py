"""Every symbol, delimiter and alphabet shows what its form demands, in every set of fonts."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.latex_pages.content.nodes import (
    Accent,
    Alphabet,
    Big,
    Delimited,
    Formula,
    Matrix,
    Negated,
    Root,
    Symbol,
)
from pipelines.latex_pages.content.symbols import DELIMITERS, SYMBOLS
from pipelines.latex_pages.forms.glyphs import glyphs_of_formula
from pipelines.latex_pages.forms.latex import formula_latex
from pipelines.latex_pages.proof.compare import Disproved, prove
from pipelines.latex_pages.proof.font_sets import is_fit
from pipelines.latex_pages.proof.page_glyphs import read_glyphs
from tests.pipelines.latex_pages.proof.setting import FONTS, set_pages

X, Y, PLUS = Symbol("x"), Symbol("y"), Symbol("+")
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _formulas() -> list[Formula]:
    formulas: list[Formula] = []
    for name, info in SYMBOLS.items():
        if info.kind == "accent":
            formulas.append((Accent(name, (X,)),))
            formulas.append((Accent(name, (X, PLUS, Y, PLUS, X, PLUS, Y)),))
        else:
            formulas.append((X, Symbol(name), Y))
            if info.kind in ("ord", "bin", "rel"):
                formulas.append((X, Alphabet("\\boldsymbol", (Symbol(name),)), Y))
    for name in ("=", "<", ">", "\\in", "\\equiv", "\\sim", "\\approx", "\\subset", "\\leq"):
        formulas.append((X, Negated(Symbol(name)), Y))
    for delimiter in sorted(DELIMITERS - {"."}):
        for size in ("\\big", "\\Big", "\\bigg", "\\Bigg"):
            formulas.append((X, Big(size, delimiter), Y))
        for height in (1, 2, 3, 6):
            column = Matrix("matrix", (((X,),),) * height)
            formulas.append((Delimited(delimiter, ".", ((column,),)), Y))
    for height in (1, 2, 3, 6, 15):
        formulas.append((Root((Matrix("matrix", (((X,),),) * height),), (Symbol("3"),)),))
    for letter in LETTERS + "0123456789":
        alphabets = ["\\mathbf", "\\mathrm", "\\mathit", "\\mathsf", "\\boldsymbol"]
        alphabets += ["\\mathfrak"] if letter.isalpha() else []
        alphabets += ["\\mathcal", "\\mathbb"] if letter.isupper() else []
        formulas += [(Alphabet(alphabet, (Symbol(letter),)),) for alphabet in alphabets]
    formulas += [(X, Symbol(char), Y) for char in "()[]|/.<>,;:!?+-*='@\""]
    return formulas


@pytest.mark.parametrize("fonts", sorted(FONTS))
def test_every_symbol_shows_what_its_form_demands(tex: Path, tmp_path: Path, fonts: str) -> None:
    formulas = [one for one in _formulas() if is_fit(fonts, formula_latex(one))]
    assert len(formulas) > 1000
    pieces = [f"$ {formula_latex(one)} $" for one in formulas]
    demanded = [glyphs_of_formula(one) for one in formulas]
    large = [(X, Symbol(name), Y) for name, info in SYMBOLS.items() if info.kind == "op"]
    large = [one for one in large if is_fit(fonts, formula_latex(one))]
    pieces += [f"$\\displaystyle {formula_latex(one)} $" for one in large]
    demanded += [glyphs_of_formula(one, display=True) for one in large]
    pages = set_pages(tmp_path, fonts, pieces)
    wrong = [
        (piece, outcome.detail)
        for piece, page, wanted in zip(pieces, pages, demanded, strict=True)
        if isinstance(outcome := prove(read_glyphs(page), wanted), Disproved)
    ]
    assert wrong == []
