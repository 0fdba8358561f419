"""Pieces come out the same alone, in any batch, and beside any neighbour."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.latex_pages.tex import runs
from pipelines.latex_pages.tex.formats import FormatError
from pipelines.latex_pages.tex.installation import Engine
from pipelines.latex_pages.tex.results import Fault, Set
from pipelines.latex_pages.tex.runs import typeset
from pipelines.latex_pages.tex.sandbox import Limits
from tests.pipelines.latex_pages.tex.setting import (
    PRELUDES,
    get,
    good,
    look,
    reasons,
    words,
)

FAULTY = {
    r"\nosuchcommand": "tex-error",
    "text }": "tex-error",
    r"$\left( x$": "tex-error",
    "a & b": "tex-error",
    r"$$ x": "unbalanced",
    r"\begin{tabular}{l} a & b & c \end{tabular}": "tex-error",
    "\udcff\udcfe": "tex-error",
    "{ open": "unbalanced",
    r"\begin{itemize}\item x": "unbalanced",
    r"\end{itemize}": "unbalanced",
    r"\begingroup": "unbalanced",
    r"\begin{tabular}{l} a": "unbalanced",
    r"\newpage x" * 20: "page-flood",
}


@pytest.mark.parametrize("engine", ["pdflatex", "xelatex"])
def test_a_piece_is_the_same_alone_and_in_batches(tex: Path, engine: Engine) -> None:
    format = get(engine, tex)
    pieces = [good(number) for number in range(40)]
    forty = typeset(format, PRELUDES[engine], pieces)
    eight = typeset(format, PRELUDES[engine], pieces[16:24])
    assert reasons(forty) == [""] * 40
    for number in (16, 19, 23):
        alone = typeset(format, PRELUDES[engine], [pieces[number]])[0]
        assert look(alone) == look(forty[number]) == look(eight[number - 16])
        assert f"Part {number}" in words(alone)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(["", "", *FAULTY]), min_size=1, max_size=7))
def test_no_neighbour_matters(tex: Path, spoilt: list[str]) -> None:
    format = get("pdflatex", tex)
    reference = typeset(format, "", [good(number) for number in range(7)])
    pieces = [bad or good(number) for number, bad in enumerate(spoilt)]
    results = typeset(format, "", pieces, limits=Limits(cpu_s=2))
    for number, (bad, result) in enumerate(zip(spoilt, results, strict=True)):
        if bad:
            assert isinstance(result, Fault)
            assert result.reason == FAULTY[bad]
        else:
            assert look(result) == look(reference[number])


def test_each_fault_has_its_reason_and_texs_own_words(tex: Path) -> None:
    results = typeset(get("pdflatex", tex), "", list(FAULTY))
    assert reasons(results) == list(FAULTY.values())
    first = results[0]
    assert isinstance(first, Fault)
    assert first.detail == r"! Undefined control sequence. l.1 \nosuchcommand"


def test_runs_give_the_same_bytes(tex: Path) -> None:
    for engine in ("pdflatex", "xelatex"):
        pieces = [good(1), good(2)]
        first, second = (typeset(get(engine, tex), PRELUDES[engine], pieces)[0] for _ in range(2))
        assert isinstance(first, Set)
        assert isinstance(second, Set)
        assert first.pdf == second.pdf


def test_a_piece_may_ship_no_page_or_many(tex: Path) -> None:
    pieces = ["", r"a\newpage b\newpage c", "", "d", "% nothing"] + [""] * 30
    results = typeset(get("pdflatex", tex), "", pieces)
    assert [len(result.pages) for result in results if isinstance(result, Set)] == [
        *(0, 3, 0, 1, 0),
        *[0] * 30,
    ]
    assert words(results[1]) == "a 1 b 2 c 3"
    assert words(results[3]) == "d 1"


def test_counters_begin_anew_for_each_piece(tex: Path) -> None:
    piece = r"\section{A}\begin{equation}x\end{equation}\setcounter{page}{7}\footnote{n}"
    results = typeset(get("pdflatex", tex), "", [piece] * 3)
    assert len({words(result) for result in results}) == 1
    assert look(results[0]) == look(results[2])


def test_log_lines_and_overfull_boxes_go_to_their_piece(tex: Path) -> None:
    marked = r"\write-1{@@late \thepage}\immediate\write-1{@@now}text"
    wide = r"\noindent\rule{200mm}{1mm}"
    results = typeset(get("pdflatex", tex), "", [good(1), marked, wide, good(2)])
    first, second, third, fourth = results
    assert isinstance(second, Set)
    assert isinstance(third, Set)
    assert isinstance(fourth, Set)
    assert second.log == ("@@now", "@@late 1")
    assert third.overfull[0].startswith(r"Overfull \hbox (")
    assert [line[:23] for line in third.log] == [r"@@FULL Overfull \hbox ("]
    assert not fourth.overfull
    assert isinstance(first, Set)
    assert first.pdf is fourth.pdf


@pytest.mark.parametrize(
    ("engine", "piece"),
    [("pdflatex", r"\char0 \usefont{OT1}{cmr}{m}{n}\char200"), ("xelatex", "😀")],
)
def test_a_character_without_a_glyph_is_a_fault(tex: Path, engine: Engine, piece: str) -> None:
    results = typeset(get(engine, tex), PRELUDES[engine], [good(1), piece, good(2)])
    assert reasons(results) == ["", "missing-character", ""]


def test_a_leak_that_caution_does_not_see_is_caught(
    tex: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "needs_own_run", lambda piece: False)
    format = get("pdflatex", tex)
    leaks = [
        r"\gdef\section#1{gone}",
        r"\global\let\textbf\textit",
        r"\global\pdfpagewidth=10mm x",
        r"\global\catcode`\$=12 x",
        r"\globaldefs=1 \parindent=3cm x",
        r"\globaldefs=1 x",
        r"\endgroup\parskip=4cm\begingroup x",
        r"\global\everypar{leak}",
        r"\global\output{\shipout\box255}",
        r"\gdef\DEnote#1{other}",
        r"\global\endlinechar=65",
        r"\global\mathcode`+=`-",
    ]
    pieces = [piece for bad in leaks for piece in (good(1), bad)] + [good(2)]
    results = typeset(format, "", pieces)
    alone = look(typeset(format, "", [good(1)])[0])
    assert all(look(result) == alone for result in results[0:-1:2])
    assert set(reasons(results[1::2])) <= {"leak", "unbalanced", "uncounted", "tex-error", "fatal"}


def test_a_faulty_prelude_is_not_blamed_on_pieces(tex: Path) -> None:
    with pytest.raises(FormatError, match="Undefined control sequence"):
        typeset(get("pdflatex", tex), r"\nosuchprelude", [good(1)])


def test_what_the_prelude_defines_is_guarded_and_used(tex: Path) -> None:
    prelude = r"\newcommand{\DEword}{seen}\parindent=0pt"
    results = typeset(get("pdflatex", tex), prelude, [r"\DEword", r"\gdef\DEword{x}\DEword"])
    assert words(results[0]) == "seen 1"
    assert reasons(results) == ["", "leak"]
