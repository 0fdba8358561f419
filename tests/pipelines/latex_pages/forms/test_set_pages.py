"""LaTeX sets what the writers write: every example in one document, without an error."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.latex_pages.content.nodes import Table
from pipelines.latex_pages.forms.mathpix import normal
from pipelines.latex_pages.forms.table_cells import table_forms
from pipelines.latex_pages.forms.tables import render_table
from tests.pipelines.latex_pages.forms.examples import BLOCKS
from tests.pipelines.latex_pages.forms.fill import filled, filled_page, labels_for

PREAMBLE = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[table]{xcolor}
\usepackage{amsmath,amssymb,array,booktabs,multirow,textcomp,bm}
\newcommand\DEmark[1]{\textsuperscript{#1}}
\newcommand\DEqed{$\square$}
\newcommand\DEtheorem[3]{\par\textbf{#1} (#2) #3\par}
\begin{document}
"""


def test_every_example_is_in_the_normal_form() -> None:
    text = filled_page(tuple(block for block in BLOCKS if not isinstance(block, Table)))
    assert normal(text) == text


def test_pdflatex_sets_every_example(tmp_path: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    parts = [filled(block).latex for block in BLOCKS]
    for block in BLOCKS:
        if isinstance(block, Table):
            for rules in ("source", "booktabs", "grid", "lines", "none"):
                form = render_table(table_forms(block), rules, header_shade="red", stripe="blue")
                parts.append(form.fill(labels_for(form)).latex)
    (tmp_path / "x.tex").write_text(
        PREAMBLE + "\n\n".join(parts) + "\n\\end{document}\n", encoding="utf-8"
    )
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-no-shell-escape", "x.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    log = run.stdout.decode("latin-1")
    errors = [log[at : at + 300] for at in range(len(log)) if log.startswith("\n! ", at)]
    assert not errors, "\n".join(errors)
    assert run.returncode == 0
