"""Chosen pieces suit the page: of its kind, narrow enough, more than fill it, few reads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.latex_pages.content.nodes import Paragraph, Text
from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.page.choice import NoPieces, Wanted, choose_pieces
from pipelines.latex_pages.page.compose import fits
from pipelines.latex_pages.page.geometry import measure_page
from pipelines.latex_pages.page.heights import height_on_page
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.page.sentences import is_open
from pipelines.latex_pages.page.style import draw_style
from pipelines.latex_pages.page.templates import load_templates
from pipelines.latex_pages.page.wanted import suits
from tests.pipelines.latex_pages.page.samples import (
    EN,
    Shelf,
    display,
    heading,
    paragraph,
    piece,
    stock,
    table,
)

KINDS = (
    "prose", "prose_formulas", "prose_tables", "formulas", "tables", "table_crop", "formula_crop",
)  # fmt: skip


def wanted(kind: str, rng: np.random.Generator, language: str | None = "en") -> Wanted:
    style = draw_style(load_templates()["article"].draws, rng)
    return Wanted(kind, language, None, style, measure_page(style))  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 9999), st.sampled_from(KINDS), st.sampled_from(["en", "zh", None]))
def test_pieces_fill_the_page_and_fit(seed: int, kind: str, language: str | None) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    page = wanted(kind, rng, language)
    shelf = stock()
    pieces = choose_pieces(shelf, page, rng)
    assert all(fits(piece, page.style, page.geometry) for piece in pieces)
    assert shelf.read_pieces < 900
    if kind.endswith("crop"):
        assert [piece.kind for piece in pieces] == ["table" if kind[0] == "t" else "display"]
        return
    if kind in ("formulas", "tables"):
        assert {piece.kind for piece in pieces} == {"table" if kind == "tables" else "display"}
        assert len({id(piece) for piece in pieces}) == len(pieces)
        room = page.geometry.columns * page.geometry.text_height
        height = sum(height_on_page(piece, page.style, page.geometry) for piece in pieces)
        assert height <= room
        return
    height = sum(height_on_page(piece, page.style, page.geometry) for piece in pieces)
    assert height > page.geometry.columns * page.geometry.text_height
    assert pieces[-1].kind != "heading"
    if kind == "prose":
        assert not {piece.kind for piece in pieces} & {"display", "table", "theorem"}


def test_the_same_rng_chooses_the_same() -> None:
    chosen = []
    for _ in range(2):
        rng = np.random.Generator(np.random.PCG64(3))
        pieces = choose_pieces(stock(), wanted("prose_tables", rng), rng)
        chosen.append([piece.form for piece in pieces])
    assert chosen[0] == chosen[1]


def test_a_page_with_tables_has_one_where_the_text_has_none() -> None:
    rng = np.random.Generator(np.random.PCG64(5))
    shelf = Shelf({"en/flow": [heading(), paragraph()] * 100, "en/table": [table()]})
    pieces = choose_pieces(shelf, wanted("prose_tables", rng), rng)
    assert [piece.kind for piece in pieces].count("table") == 1


def test_plain_prose_keeps_no_sentence_that_a_display_ends() -> None:
    rng = np.random.Generator(np.random.PCG64(5))
    flow = [heading(), paragraph("Whole."), paragraph("It follows that"), display()]
    pieces = choose_pieces(Shelf({"en/flow": flow * 60}), wanted("prose", rng), rng)
    assert {piece.form.text for piece in pieces} == {"Main results", "Whole."}


def test_tables_may_come_from_the_other_language() -> None:
    rng = np.random.Generator(np.random.PCG64(5))
    page = wanted("tables", rng)
    foreign = Wanted(page.kind, "en", "zh", page.style, page.geometry)
    pieces = choose_pieces(stock(), foreign, rng)
    captions = {piece.table.caption.text for piece in pieces if piece.table and piece.table.caption}
    assert captions == {"结果"}


def test_crops_leave_out_what_has_notes_and_what_is_too_wide() -> None:
    rng = np.random.Generator(np.random.PCG64(2))
    shelf = Shelf({"en/table": [table(note="Seen."), table(width=2000.0)], "en/display": []})
    with pytest.raises(NoPieces, match="en/table"):
        choose_pieces(shelf, wanted("table_crop", rng), rng)
    with pytest.raises(NoPieces, match="en/display"):
        choose_pieces(shelf, wanted("formula_crop", rng), rng)


@pytest.mark.parametrize("flow", [[], [heading()], [display(width=3000.0)]])
def test_a_stock_without_such_text_is_said(flow: list[object]) -> None:
    rng = np.random.Generator(np.random.PCG64(2))
    with pytest.raises(NoPieces):
        choose_pieces(Shelf({"en/flow": flow}), wanted("prose", rng), rng)  # type: ignore[dict-item]


LEAD = "The following holds:"
GOES_ON = piece(Paragraph((Text("where it is small."),), continued=True))


@pytest.mark.parametrize("kind", ["prose", "prose_formulas", "prose_tables"])
@pytest.mark.parametrize("seed", range(6))
def test_no_sentence_is_left_without_its_display_or_start(kind: str, seed: int) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    wide = display(width=3000.0)
    flow = [paragraph("Whole."), paragraph(LEAD), wide, GOES_ON, paragraph("Also whole.")]
    shelf = Shelf({"en/flow": flow * 60, "en/table": [table()]})
    pieces = choose_pieces(shelf, wanted(kind, rng), rng)
    texts = {piece.form.text for piece in pieces if piece.kind == "paragraph"}
    assert texts == {"Whole.", "Also whole."}
    assert not any(is_open(piece) for piece in pieces)


@pytest.mark.parametrize("seed", range(12))
def test_a_table_is_put_behind_a_whole_sentence(seed: int) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    flow = [paragraph(), paragraph(LEAD), display(), GOES_ON, heading()]
    shelf = Shelf({"en/flow": flow * 60, "en/table": [table()]})
    page = wanted("prose_tables", rng)
    pieces = choose_pieces(shelf, page, rng)
    (at,) = [number for number, piece in enumerate(pieces) if piece.kind == "table"]
    assert pieces[at - 1].form.text in (EN, "where it is small.")
    above = sum(height_on_page(piece, page.style, page.geometry) for piece in pieces[:at])
    assert above < page.geometry.columns * page.geometry.text_height / 2 + 50


def test_a_table_far_down_does_not_make_a_page_with_tables() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    page = wanted("prose_tables", rng)
    high = Piece("paragraph", paragraph().form, height_pt=60.0)
    shelf = Shelf({"en/flow": [*[high] * 14, table()] * 20, "en/table": [table(caption="Put")]})
    for seed in range(20):
        rng = np.random.Generator(np.random.PCG64(seed))
        pieces = choose_pieces(shelf, page, rng)
        room = 0.8 * page.geometry.columns * page.geometry.text_height
        first = next(number for number, piece in enumerate(pieces) if piece.kind == "table")
        heights = (height_on_page(piece, page.style, page.geometry) for piece in pieces[:first])
        assert sum(heights) < room


def test_a_text_holds_nothing_almost_as_high_as_its_column() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    high = Piece("list", paragraph().form, height_pt=2000.0)
    shelf = Shelf({"en/flow": [high, paragraph()] * 100})
    pieces = choose_pieces(shelf, wanted("prose", rng), rng)
    assert {piece.kind for piece in pieces} == {"paragraph"}


def test_fonts_that_lack_a_command_are_not_asked_for_it() -> None:
    rng = np.random.Generator(np.random.PCG64(2))
    bold = Piece("display", Form(latex="\\[\\boldsymbol{a}\\]"), width_pt=40.0, height_pt=20.0)
    page = wanted("formulas", rng)
    times = replace(page, package="mathptmx")
    assert suits(bold, page)
    assert not suits(bold, times)
    cells = replace(table().table, caption=Form(latex="\\textsc{Results}"))  # type: ignore[type-var]
    assert not suits(Piece("table", table=cells, width_pt=20.0), times)
    with pytest.raises(NoPieces):
        choose_pieces(Shelf({"en/display": [bold] * 9}), times, rng)


def test_few_chinese_displays_are_joined_by_english_ones() -> None:
    rng = np.random.Generator(np.random.PCG64(2))
    shelf = Shelf({"zh/display": [display()] * 3, "en/display": [display(width=50.0)] * 90})
    pieces = choose_pieces(shelf, wanted("formulas", rng, "zh"), rng)
    assert {piece.width_pt for piece in pieces} == {60.0, 50.0}
    assert len(pieces) > 6


def test_no_piece_comes_twice_and_a_small_stock_yields_different_pages() -> None:
    flow = [replace(paragraph(), source={"number": number}) for number in range(200)]
    pages = []
    for seed in range(60):
        rng = np.random.Generator(np.random.PCG64(seed))
        chosen = choose_pieces(Shelf({"en/flow": flow}), wanted("prose", rng), rng)
        numbers = [piece.source["number"] for piece in chosen]
        assert len(set(numbers)) == len(numbers)
        pages.append(set(numbers))
    # Single stretches of so small a stock would be nearly the same in a third of all pages.
    alike = [
        number
        for number, page in enumerate(pages)
        if any(len(page & other) >= 0.9 * len(page | other) for other in pages[:number])
    ]
    assert len(alike) <= 6
