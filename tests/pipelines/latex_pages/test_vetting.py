"""Candidates are set alone and measured; one that fails says why and costs no other anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.latex_pages.content.nodes import Heading, Paragraph, Table
from pipelines.latex_pages.content.parsing import parse_blocks
from pipelines.latex_pages.forms.form import Form, Glyphs
from pipelines.latex_pages.forms.write import table_forms, write_block
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.setting import Setter
from pipelines.latex_pages.vetting import Failed, Vetted, Vetter

SENTENCE = "The river carries what it can lift, and drops what it cannot. "
KINDS = {"ItemList": "list"}


def piece(source: str) -> Piece:
    """The candidate of one block."""
    (block,) = parse_blocks(source)
    kind = type(block).__name__
    named = KINDS.get(kind, kind.lower())
    if isinstance(block, Table):
        return Piece("table", table=table_forms(block))
    level = block.level if isinstance(block, Heading) else 0
    continued = isinstance(block, Paragraph) and block.continued
    return Piece(named, write_block(block), level=level, continued=continued)  # type: ignore[arg-type]


def vet(tex: Path, pieces: Sequence[Piece], language: str = "en") -> list[Vetted | Failed]:
    return list(Vetter(Setter(tex)).vet(pieces, language))


def sizes(tex: Path, *sources: str, language: str = "en") -> list[tuple[float, float]]:
    """Width and height of each, all of which must pass."""
    found = vet(tex, [piece(source) for source in sources], language)
    assert not [one for one in found if isinstance(one, Failed)], found
    return [(one.piece.width_pt, one.piece.height_pt) for one in found if isinstance(one, Vetted)]


def with_chars(one: Piece, old: str, new: str) -> Piece:
    glyphs = replace(one.form.glyphs, chars=one.form.glyphs.chars.replace(old, new))
    return replace(one, form=replace(one.form, glyphs=glyphs))


def test_heights_grow_line_by_line(tex: Path) -> None:
    found = sizes(tex, *(SENTENCE * count for count in (1, 2, 4, 8)))
    heights = [height for _, height in found]
    assert heights[0] == pytest.approx(12, abs=2)
    assert heights == sorted(heights)
    assert heights[3] == pytest.approx(8 * 61 / 80 * 12, abs=14)
    assert [width for width, _ in found] == [0, 0, 0, 0]


def test_tables_and_displays_know_their_natural_width(tex: Path) -> None:
    narrow, wide, formula, longer = sizes(
        tex,
        r"\begin{tabular}{ll} ab & ab \\ ab & ab \end{tabular}",
        r"\begin{tabular}{llll} ab & ab & ab & ab \\ ab & ab & ab & ab \end{tabular}",
        r"\[ a = b \]",
        r"\[ a + b + c + d + e = f + g + h + i \]",
    )
    assert wide[0] == pytest.approx(2 * narrow[0], abs=1)
    assert 15 < formula[0] < 40
    assert longer[0] > 3 * formula[0]


def test_rows_make_tables_higher(tex: Path) -> None:
    sources = [r"\begin{tabular}{l}" + r"x \\" * rows + r"\end{tabular}" for rows in (2, 4, 12)]
    two, four, twelve = (height for _, height in sizes(tex, *sources))
    assert four - two == pytest.approx(24, abs=3)
    assert twelve - four == pytest.approx(96, abs=10)


def test_a_footnote_does_not_make_its_paragraph_as_high_as_the_page(tex: Path) -> None:
    plain, noted = sizes(tex, SENTENCE, SENTENCE + r"So\footnote{By a rule of thumb.} it is.")
    assert noted[1] < plain[1] + 30


def test_chinese_is_vetted_with_chinese_fonts(tex: Path) -> None:
    ((_, height),) = sizes(
        tex, "鲜叶采下之后要先摊开晾干，水分减少以后才能杀青。" * 3, language="zh"
    )
    assert 20 < height < 80
    (found,) = vet(tex, [piece("鲜叶采下之后要先摊开晾干。")], "en")
    assert isinstance(found, Failed)
    assert found.reason in ("missing-character", "tex-error")
    assert "鲜" in found.detail or "9C9C" in found.detail


@pytest.mark.parametrize(
    ("old", "new", "reason"), [("river", "liver", "text-mismatch"), ("lift", "", "text-mismatch")]
)
def test_other_glyphs_than_demanded_are_refused(tex: Path, old: str, new: str, reason: str) -> None:
    whole = piece(SENTENCE)
    glyphs = whole.form.glyphs
    chars = glyphs.chars.replace(old, new)
    wrong = replace(whole, form=replace(whole.form, glyphs=Glyphs(chars, "n" * len(chars))))
    assert len(chars) != len(glyphs.chars) or chars != glyphs.chars
    (found,) = vet(tex, [wrong])
    assert isinstance(found, Failed)
    assert found.reason == reason
    assert "page shows" in found.detail


def test_faces_and_heights_are_proven_too(tex: Path) -> None:
    bold = piece(r"A \textbf{bold} word, and $x^2$.")
    flat = replace(bold.form.glyphs, faces="n" * len(bold.form.glyphs.faces))
    relations = tuple((i, j, "below") for i, j, _ in bold.form.glyphs.relations)
    low = replace(bold.form.glyphs, relations=relations)
    assert relations
    found = vet(tex, [replace(bold, form=replace(bold.form, glyphs=one)) for one in (flat, low)])
    reasons = [one.reason for one in found if isinstance(one, Failed)]
    assert reasons == ["face-mismatch", "script-mismatch"]


@pytest.mark.parametrize(
    ("latex", "reason", "detail"),
    [
        (r"Words \nosuchcommand{x} and more.", "tex-error", "Undefined control sequence"),
        (r"Words $x^1^2$ and more.", "tex-error", "Double superscript"),
        (r"Words {\bfseries and more.", "unbalanced", ""),
        (r"Words \iftrue and more.", "unbalanced", ""),
        (r"\global\let\par\relax Words", "leak", "par"),
        (r"Words \mbox{" + "wide and " * 60 + "} words", "too-wide", "345 pt"),
        (SENTENCE * 120, "too-tall", "680 pt"),
        (r"\vspace*{900pt} words", "too-tall", "680 pt"),
        (r"\end{document}", "", ""),
    ],
)
def test_what_tex_refuses_carries_its_message_and_leaves_the_others(
    tex: Path, latex: str, reason: str, detail: str
) -> None:
    before, after = piece("Before the storm."), piece(r"After it, $x^2$ \textbf{stays}.")
    bad = Piece("paragraph", Form(latex=latex, glyphs=Glyphs("x", "n")))
    one, found, other = vet(tex, [before, bad, after])
    assert isinstance(found, Failed)
    assert found.reason == reason or not reason
    assert detail in found.detail
    assert [one, other] == vet(tex, [before, after])
    assert isinstance(one, Vetted)
    assert isinstance(other, Vetted)


def test_a_wide_table_passes_and_one_wider_than_any_page_does_not(tex: Path) -> None:
    row = " & ".join(["seven words"] * 12)
    wide = piece(rf"\begin{{tabular}}{{{'l' * 12}}} {row} \end{{tabular}}")
    row = " & ".join(["seven words"] * 30)
    wider = piece(rf"\begin{{tabular}}{{{'l' * 30}}} {row} \end{{tabular}}")
    passed, failed = vet(tex, [wide, wider])
    assert isinstance(passed, Vetted)
    assert 345 < passed.piece.width_pt < 1200
    assert isinstance(failed, Failed)
    assert failed.reason == "too-wide"


def test_nothing_of_a_piece_is_changed_but_its_sizes(tex: Path) -> None:
    pieces = [piece(SENTENCE), piece(r"\[ a = b \]"), piece(r"\section{Moving water}")]
    pieces = [replace(one, source={"place": f"w.tex:{n}"}) for n, one in enumerate(pieces)]
    for before, found in zip(pieces, vet(tex, pieces), strict=True):
        assert isinstance(found, Vetted)
        assert replace(found.piece, width_pt=0.0, height_pt=0.0) == before


def test_sizes_do_not_hang_on_the_company(tex: Path) -> None:
    sources = [
        SENTENCE * 3,
        r"\[ \sum_{i=1}^n a_i \]",
        r"\begin{tabular}{ll} a & b \\ c & d \end{tabular}",
    ]
    together = sizes(tex, *sources)
    assert together == [size for source in sources for size in sizes(tex, source)]
    assert sizes(tex, *reversed(sources)) == together[::-1]
