"""Markdown reads back as what was written, and a changed letter is noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.latex_pages.content.parsing import parse_blocks
from pipelines.latex_pages.forms.write import write_block
from pipelines.latex_pages.readback import reads_back

SOURCES = [
    r"Words, \textbf{bold} ones, and $x_i^2+\frac{a}{b}$ too\footnote{A note.}.",
    r"\[ \sum_{i=1}^n a_i = \left( \frac{x}{y} \right) \]",
    r"\begin{align} a &= b \\ c &= d \notag \end{align}",
    r"\begin{enumerate}\item One. \item Two: \begin{itemize}\item deep\end{itemize}\end{enumerate}",
    r"1. This looks like an item, and \# this like a heading.",
    r"\begin{tabular}{l|r} a & b \\ \hline $c$ & \textbf{d} \end{tabular}",
]


@pytest.mark.parametrize("source", SOURCES)
def test_what_we_write_reads_back(source: str) -> None:
    (block,) = parse_blocks(source)
    assert reads_back(write_block(block)) == ""


@pytest.mark.parametrize("source", SOURCES)
def test_a_changed_digit_or_letter_is_noticed(source: str) -> None:
    (block,) = parse_blocks(source)
    form = write_block(block)
    for old, new in (("a", "q"), ("O", "Q"), ("T", "F")):
        if old in form.glyphs.chars and old in form.markdown:
            changed = replace(form, markdown=form.markdown.replace(old, new))
            if changed.markdown.count("\\") == form.markdown.count("\\"):
                assert reads_back(changed) != ""


def test_markdown_that_cannot_be_read_says_so() -> None:
    form = write_block(parse_blocks(r"\[ a+b \]")[0])
    assert "cannot be read" in reads_back(replace(form, markdown="\\[\n\\write18{x}\n\\]"))
