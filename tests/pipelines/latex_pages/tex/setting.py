"""Formats, good pieces and comparisons for the tests of TeX runs."""

from __future__ import annotations

import re
from pathlib import Path

import pymupdf

from pipelines.latex_pages.tex.formats import Format, get_format
from pipelines.latex_pages.tex.installation import Engine
from pipelines.latex_pages.tex.results import Fault, Result, Set

PACKAGES = r"""
\usepackage{amsmath,amssymb,array,booktabs,multirow,bm}
\usepackage[table]{xcolor}
\usepackage[a5paper,margin=15mm]{geometry}
\newcommand{\DEnote}[1]{\emph{#1}}
"""
PREAMBLES: dict[Engine, str] = {
    "pdflatex": "\\documentclass{article}\n\\usepackage[T1]{fontenc}\\usepackage{lmodern}"
    + PACKAGES,
    "xelatex": "\\documentclass[fontset=none]{ctexart}" + PACKAGES,
}
PRELUDES: dict[Engine, str] = {
    "pdflatex": "",
    "xelatex": r"\setCJKmainfont{FandolSong-Regular.otf}[BoldFont=FandolHei-Regular.otf]",
}


def get(engine: Engine, cache: Path) -> Format:
    """The format that most tests use."""
    return get_format(engine, PREAMBLES[engine], cache)


def good(number: int) -> str:
    """One page with a heading, a numbered formula, a list and a table; none is like another."""
    return rf"""\section{{Part {number}}}
The value of item {number} is \textbf{{set}} beside $x_{{{number}}}^2+\alpha$, as \DEnote{{said}}.
\begin{{equation}} \sum_{{i=1}}^{{{number}}} \frac{{a_i}}{{b_i+{number}}} = 0 \end{{equation}}
\begin{{itemize}}\item first {number}\item second\end{{itemize}}
\begin{{tabular}}{{lr}}\toprule a & {number}\\\midrule b & \multicolumn{{1}}{{c}}{{7}}\\\bottomrule
\end{{tabular}}
"""


def look(result: Result) -> list[tuple[bytes, bytes]]:
    """Per page of a set piece: its content stream without font numbers, and its pixels."""
    assert isinstance(result, Set), result
    if not result.pages:
        return []
    with pymupdf.open(stream=result.pdf, filetype="pdf") as document:
        pages = [document[number] for number in result.pages]
        # Fonts are numbered in the order in which a run meets them.
        streams = [re.sub(rb"/F\d+ ", b"/F ", page.read_contents()) for page in pages]
        pixels = [page.get_pixmap(dpi=60).samples for page in pages]
        return list(zip(streams, pixels, strict=True))


def words(result: Result) -> str:
    """The text of all pages of a set piece, blanks made one."""
    assert isinstance(result, Set), result
    if not result.pages:
        return ""
    with pymupdf.open(stream=result.pdf, filetype="pdf") as document:
        return " ".join(" ".join(document[n].get_text() for n in result.pages).split())


def reasons(results: list[Result]) -> list[str]:
    """Reason per faulty piece, "" per set one."""
    return [result.reason if isinstance(result, Fault) else "" for result in results]
