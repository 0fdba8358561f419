"""Spellings that reach beyond a piece are seen; ordinary pages are not slowed down by them."""

from __future__ import annotations

import time

import pytest

from pipelines.latex_pages.tex.caution import needs_own_run, reads_past_settings
from tests.pipelines.latex_pages.tex.setting import good

REACHING = [
    *(r"\global\x", r"\gdef\x{}", r"\xdef\x{}", r"\globaldefs=1", r"\csname x\endcsname"),
    *(
        r"\catcode`\$=12",
        r"\endgroup",
        r"\aftergroup\x",
        r"\input x",
        r"\openout3=x",
        "^^69",
        r"\makeatletter",
    ),
    *(r"\end{document}", r"\end {document}", r"\end", r"\end\x", r"\stop", r"\special{x}"),
    *(r"\pdfobj", r"\fontdimen2\font", r"\batchmode", r"\AddToHook{x}{}", r"\newcounter{x}"),
    *(r"\output{}", r"\shipout\hbox{}", r"\DEend{1}", r"\DEnonce", r"\hyphenation{x}", r"\dump"),
]
ORDINARY = [
    *(
        r"\end{itemize}",
        r"\endash x",
        r"\newline",
        r"\newpage",
        r"\stopper",
        r"\outputs",
        r"\marker",
    ),
    *(r"\pdfsavepos\write-1{@@E 1}", "a@b.org", r"\pdfpagewidth=10cm", r"\dumpling"),
    *(r"\DEmark{2}", r"\fontsize{9}{10}\selectfont", r"\inclined"),
    *(r"\textbf{x}", r"\setcounter{page}{2}", r"\readable"),
]


@pytest.mark.parametrize("piece", REACHING)
def test_what_reaches_out_runs_alone(piece: str) -> None:
    assert needs_own_run(f"some words {piece} and more")


@pytest.mark.parametrize("piece", [*ORDINARY, good(3)])
def test_ordinary_pieces_share_a_run(piece: str) -> None:
    assert not needs_own_run(piece)


def test_what_settings_do_not_stop_is_named() -> None:
    assert reads_past_settings(r"x \immediate\pdfobj stream file{a}") == r"\pdfobj"
    assert reads_past_settings(r"\^^70dfobj") == "^^"
    assert reads_past_settings(good(1)) == ""


def test_long_pieces_are_searched_in_linear_time() -> None:
    begun = time.process_time()
    for filler in ("\\", "\\end ", "\\new", "^", "\\pdf"):
        needs_own_run(filler * 40000)
        reads_past_settings(filler * 40000)
    assert time.process_time() - begun < 2
