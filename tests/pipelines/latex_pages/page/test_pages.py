"""Pages that TeX has set: every block accounted for, nothing cut, glyphs as expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pymupdf
import pytest

from pipelines.latex_pages.page.assemble import assemble, read_put
from pipelines.latex_pages.page.choice import Wanted, choose_pieces
from pipelines.latex_pages.page.compose import ComposedPage, compose
from pipelines.latex_pages.page.geometry import measure_page
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.page.style import draw_style
from pipelines.latex_pages.page.templates import load_templates
from pipelines.latex_pages.proof.compare import Proved, prove
from pipelines.latex_pages.proof.page_glyphs import read_glyphs
from pipelines.latex_pages.tex.formats import get_format
from pipelines.latex_pages.tex.results import Set
from pipelines.latex_pages.tex.runs import typeset
from tests.pipelines.latex_pages.page.samples import (
    EN,
    display,
    heading,
    mixture,
    paragraph,
    stock,
    table,
)

KINDS = ("prose_formulas", "prose_tables", "formulas", "tables", "table_crop", "formula_crop")


def set_pages(tex: Path, template: str, fontset: str, pieces: list[str]) -> list[Set]:
    chosen = load_templates()[template]
    made = get_format(chosen.about.engine, chosen.preamble(fontset), tex)
    results = typeset(made, chosen.prelude(fontset), pieces)
    for result in results:
        assert isinstance(result, Set), result
    return [result for result in results if isinstance(result, Set)]


def compose_page(pieces: list[Piece], seed: int = 1, **draws: object) -> ComposedPage:
    rng = np.random.Generator(np.random.PCG64(seed))
    template = load_templates()["article"]
    fixed: dict[str, Any] = {"title_page": False, "paper": "a4", "size": 10, "parskip": 0}
    style = {**draw_style(template.draws, rng), **fixed, **draws}
    return compose(template, style, "prose_formulas", "en", pieces, rng)


def words_of(result: Set, name: str) -> list[str]:
    return [line for line in result.log if line.startswith(f"@@{name} ")]


@pytest.mark.parametrize(
    ("name", "fontset", "language"), [("article", "lm", "en"), ("zh_article", "fandol", "zh")]
)
def test_pages_of_every_kind_are_proven(tex: Path, name: str, fontset: str, language: str) -> None:
    template = load_templates()[name]
    rng = np.random.Generator(np.random.PCG64(11))
    pages = []
    for kind in KINDS * (2 if language == "en" else 1):
        style = draw_style(template.draws, rng)
        if kind == "prose_tables":
            style = {**style, "columns": 2, "flush": 24, "title_page": True}
        wanted = Wanted(kind, language, None, style, measure_page(style))  # type: ignore[arg-type]
        pieces = choose_pieces(stock(), wanted, rng)
        pages.append(compose(template, style, kind, language, pieces, rng))
    results = set_pages(tex, name, fontset, [page.tex for page in pages])
    for page, result in zip(pages, results, strict=True):
        put = read_put(result.log)
        dropped = {line.split()[1] for line in words_of(result, "DROP")}
        assert {name for name, _ in put} | dropped == {block.id for block in page.blocks}
        assert not {name for name, _ in put} & dropped
        assert len(put) + len(dropped) - len(page.blocks) <= page.geometry.columns - 1
        made = assemble(page, put)
        assert made.blocks
        assert made.blocks[-1].kind != "heading"
        assert not result.overfull
        assert len(result.pages) == 1
        document = pymupdf.open(stream=result.pdf)
        proof = prove(read_glyphs(document[result.pages[0]]), made.glyphs)
        assert isinstance(proof, Proved), (page.kind, proof)


def test_text_goes_on_in_the_next_column_and_notes_stay_in_theirs(tex: Path) -> None:
    pieces = [paragraph(note="Below one."), *[paragraph(" ".join([EN] * 4)) for _ in range(12)]]
    narrow = {"columns": 2, "gutter": 20, "margin_left": 60, "margin_right": 60}
    page = compose_page(pieces, header=["", "", ""], footer=["", "", ""], **narrow)
    (result,) = set_pages(tex, "article", "lm", [page.tex])
    put = read_put(result.log)
    twice = [name for name, _ in put if [other for other, _ in put].count(name) == 2]
    assert len(set(twice)) == 1
    assert [column for name, column in put if name == twice[0]] == [1, 2]
    document = pymupdf.open(stream=result.pdf)
    shown = document[result.pages[0]]
    assert isinstance(prove(read_glyphs(shown), assemble(page, put).glyphs), Proved)
    (note,) = shown.search_for("Below one.")
    bottom = max(block[3] for block in shown.get_text("blocks"))
    assert note.y1 > bottom - 15
    assert note.x1 < shown.rect.width / 2


def test_what_is_too_wide_is_dropped_and_said(tex: Path) -> None:
    unbreakable = paragraph("x" * 160 + ".")
    page = compose_page([paragraph(), unbreakable, display(), paragraph("The end.")])
    (result,) = set_pages(tex, "article", "lm", [page.tex])
    assert words_of(result, "OVER") == ["@@OVER b1"]
    assert words_of(result, "DROP") == ["@@DROP b1"]
    assert [name for name, _ in read_put(result.log)] == ["b0", "b2", "b3"]


def test_a_heading_never_ends_a_column_or_a_page(tex: Path) -> None:
    lines = [paragraph("A line.") for _ in range(200)]
    pages = [compose_page([*lines[:count], heading(), *lines]) for count in range(30, 60)]
    for page, result in zip(
        pages, set_pages(tex, "article", "lm", [p.tex for p in pages]), strict=True
    ):
        put = [name for name, _ in read_put(result.log)]
        kinds = {block.id: block.kind for block in page.blocks}
        assert kinds[put[-1]] != "heading"


def test_normal_lines_are_spaced_evenly_across_blocks(tex: Path) -> None:
    page = compose_page([paragraph("Ag fj.") for _ in range(12)], spacing=1.0, header=["", "", ""])
    (result,) = set_pages(tex, "article", "lm", [page.tex])
    glyphs = read_glyphs(pymupdf.open(stream=result.pdf)[result.pages[0]])
    lines = sorted({round(float(y), 1) for y in glyphs.ys})
    gaps = np.diff([y for y in lines if y < lines[0] + 11 * 12.5])
    assert np.allclose(gaps, 12 * 72 / 72.27, atol=0.11)


def test_natural_sizes_do_not_depend_on_the_number(tex: Path) -> None:
    rows = r"\begin{align}a&=b+c%s\\ d&=e\notag\end{align}"
    code = "".join(
        rf"\DEmeasure{{m{n}}}{{{rows % tag}}}" for n, tag in enumerate((r"\tag{7}", r"\notag"))
    )
    cells = r"\DEmeasure{t}{\begin{tabular}{ll}a&b\\ c&d\end{tabular}}"
    (result,) = set_pages(tex, "article", "lm", [rf"{{\DEsize{{10}}{{1}}{code}{cells}}}"])
    sizes = [line.split()[2:] for line in words_of(result, "SIZE")]
    assert len(sizes) == 3
    assert sizes[0] == sizes[1]
    assert 30 < float(sizes[0][0].removesuffix("pt")) < 60


def test_a_crop_is_as_large_as_it_says(tex: Path) -> None:
    rng = np.random.Generator(np.random.PCG64(4))
    template = load_templates()["article"]
    page = compose(template, draw_style(template.draws, rng), "table_crop", "en", [table()], rng)
    (result,) = set_pages(tex, "article", "lm", [page.tex])
    width, height = (
        float(word.removesuffix("pt")) for word in words_of(result, "PAGE")[0].split()[1:]
    )
    rect = pymupdf.open(stream=result.pdf)[result.pages[0]].rect
    assert rect.width == pytest.approx(width * 72 / 72.27, abs=0.1)
    assert rect.height == pytest.approx(height * 72 / 72.27, abs=0.1)
    left, top, right, bottom = page.draws["crop_margins"]
    assert width > left + right + 20
    assert height > top + bottom + 20


def assert_independent(tex: Path, template: str, pages: list[str]) -> None:
    together = set_pages(tex, template, "lm", pages)
    for code, neighbour in zip(pages, together, strict=True):
        (alone,) = set_pages(tex, template, "lm", [code])
        assert alone.log == neighbour.log
        pictures = [
            pymupdf.open(stream=result.pdf)[result.pages[0]].get_pixmap().samples
            for result in (alone, neighbour)
        ]
        assert pictures[0] == pictures[1]


def test_pages_do_not_depend_on_their_neighbours(tex: Path) -> None:
    assert_independent(tex, "article", [compose_page(mixture() * 4, seed).tex for seed in range(4)])


def test_colours_of_rules_do_not_reach_the_next_page(tex: Path) -> None:
    template = load_templates()["dense_tables"]
    pages = []
    for accent in ("7A1F1F", "000000", "1A3C6E"):
        rng = np.random.Generator(np.random.PCG64(2))
        fixed = {"accent": accent, "table_rules": "grid", "table_shade": "none"}
        style = {**draw_style(template.draws, rng), **fixed}
        made = compose(template, style, "tables", "en", [table()] * 3, rng).tex
        pages.append(made)
    assert_independent(tex, "dense_tables", pages)
    colours = []
    for result in set_pages(tex, "dense_tables", "lm", pages):
        page = pymupdf.open(stream=result.pdf)[result.pages[0]]
        colours.append({path["fill"] or path["color"] for path in page.get_drawings()})
    black = {(0.0, 0.0, 0.0)}
    assert colours[1] == black
    assert colours[0] - black
    assert colours[2] - black
    assert colours[0] - black != colours[2] - black


def test_columns_of_an_array_and_a_table_are_told_apart(tex: Path) -> None:
    formula = r"\[ \begin{array}{lr} a & b \\ c & d \end{array} \]"
    tabular = r"\begin{tabular}{lr} a word & b \\ \multicolumn{2}{l}{two words} \end{tabular}"
    start = r"\DEsize{10}{1}\DEopen\DEplainrules"
    pages = [
        rf"{{{start}\DEblock{{{kind}}}{{b0}}{{{content}}}{{}}\DEship}}"
        for kind, content in (("display", formula), ("table", tabular), ("display", formula))
    ]
    assert_independent(tex, "article", pages)


def test_a_sentence_without_room_for_its_display_ends_the_page(tex: Path) -> None:
    lines = [paragraph() for _ in range(6)]
    high = Piece("display", display().form, width_pt=60.0, height_pt=2000.0)
    rest = [paragraph("Not shown."), paragraph("Nor this.")]
    open_end = compose_page([*lines, paragraph("It holds that"), high, *rest])
    whole = compose_page([*lines, paragraph("It holds."), high, *rest])
    for page, shown in ((open_end, 7), (whole, 9)):
        (result,) = set_pages(tex, "article", "lm", [page.tex])
        assert len(read_put(result.log)) == shown
        assert words_of(result, "DROP")[0] == "@@DROP b7"


def test_what_goes_on_with_a_block_left_out_is_left_out(tex: Path) -> None:
    wide = paragraph("x" * 160 + " that")
    page = compose_page([paragraph(), wide, display(), paragraph("The end.")])
    (result,) = set_pages(tex, "article", "lm", [page.tex])
    assert [name for name, _ in read_put(result.log)] == ["b0", "b3"]


def test_a_block_that_surely_has_no_room_is_not_set(tex: Path) -> None:
    high = Piece("table", table=table().table, width_pt=60.0, height_pt=2000.0)
    page = compose_page([paragraph(), high, paragraph("The end.")])
    (result,) = set_pages(tex, "article", "lm", [page.tex])
    assert "@@SET b1" not in result.log
    assert words_of(result, "DROP") == ["@@DROP b1"]
    assert [name for name, _ in read_put(result.log)] == ["b0", "b2"]


def test_a_table_shrinks_as_a_whole_with_its_size(tex: Path) -> None:
    code = "".join(
        rf"\DEmeasure{{{name}}}{{\{name}\begin{{tabular}}{{llll}}a&b&c&d\end{{tabular}}}}"
        for name in ("normalsize", "footnotesize")
    )
    (result,) = set_pages(tex, "article", "lm", [rf"{{\DEsize{{10}}{{1}}{code}}}"])
    large, small = (float(line.split()[2][:-2]) for line in words_of(result, "SIZE"))
    assert small == pytest.approx(0.8 * large, rel=0.03)
