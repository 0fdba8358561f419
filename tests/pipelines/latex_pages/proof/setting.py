"""Sets small pieces with plain LaTeX, one page each, for tests of what the page then shows."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pymupdf

REPOSITORY = Path(__file__).parents[4]
COMPLETION = REPOSITORY / "templates" / "latex" / "shared" / "tounicode.tex"
FONTS = {
    "lm": ("pdflatex", r"\usepackage[T1]{fontenc}\usepackage{lmodern}"),
    "mathptmx": ("pdflatex", r"\usepackage[T1]{fontenc}\usepackage{lmodern,mathptmx}"),
    "mathpazo": ("pdflatex", r"\usepackage[T1]{fontenc}\usepackage{lmodern,mathpazo}"),
    "txfonts": ("pdflatex", r"\usepackage[T1]{fontenc}\usepackage{txfonts}"),
    "xelatex": ("xelatex", r"\usepackage{fontspec}"),
    "ctex": ("xelatex", r"\usepackage[UTF8,scheme=plain,fontset=fandol]{ctex}"),
}
_PREAMBLE = r"""\documentclass[10pt]{article}
\usepackage{amsmath,amssymb}
%s
\usepackage{bm,booktabs,array,multirow,textcomp,xcolor}
\usepackage[paperwidth=16cm,paperheight=26cm,margin=2cm]{geometry}
\input{tounicode}
\pagestyle{empty}\parindent0pt \hbadness10000 \vbadness10000 \hfuzz\maxdimen
\newcommand\DEmark[1]{\textsuperscript{#1}}
\newcommand\DEtheorem[3]{\textbf{#1}\def\note{#2}\ifx\note\empty\else\ (#2)\fi\ {\itshape #3}}
\newcommand\DEqed{$\square$}
\begin{document}
"""


def set_pages(folder: Path, fonts: str, pieces: Sequence[str]) -> list[pymupdf.Page]:
    """Set each piece on a page of its own; a piece that TeX refuses fails the test."""
    engine, packages = FONTS[fonts]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tounicode.tex").write_bytes(COMPLETION.read_bytes())
    body = "".join(f"{{{piece}\\par}}\\clearpage\n" for piece in pieces)
    text = f"{_PREAMBLE % packages}{body}\\end{{document}}\n"
    (folder / "set.tex").write_text(text, encoding="utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "set.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    assert not done.returncode, done.stdout.decode(errors="replace")[-1500:]
    document = pymupdf.open(folder / "set.pdf")
    assert document.page_count == len(pieces)
    return list(document)
