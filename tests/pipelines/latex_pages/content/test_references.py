"""References show the kind of what they refer to, or are refused."""

from __future__ import annotations

import pytest

from pipelines.latex_pages.content.nodes import Paragraph, Text
from pipelines.latex_pages.content.parsing import Parsed, Refused, parse_document
from pipelines.latex_pages.source.expansion import expand
from pipelines.latex_pages.source.works import Work


def read(body: str) -> list[Parsed | Refused]:
    source = f"\\documentclass{{article}}\\begin{{document}}{body}\\end{{document}}"
    return list(parse_document(expand(Work("main.tex", {"main.tex": source}))))


def last(body: str) -> str:
    found = read(body)[-1]
    if isinstance(found, Refused):
        return found.reason
    assert isinstance(found.block, Paragraph)
    assert all(isinstance(node, Text) for node in found.block.body)
    return "".join(node.text for node in found.block.body if isinstance(node, Text))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"See \cref{sec:a}.", "See Section 1."),
        (r"See \autoref{eq:a} and \Cref{fig:b}.", "See Equation (1) and Figure 1."),
        (r"See \cref{sec:a,sec:b,sec:c}.", "See Sections 1, 2, and 3."),
        (r"See \cref{cor:a,cor:b}.", "See Corollaries 1 and 2."),
        (r"See \cref{sec:a,fig:b}.", "See Section 1 and Figure 1."),
        (r"参见\cref{sec:a}和\autoref{eq:b}。", "参见节1和式(1)。"),
        (r"See \cref{unheard}.", "reference"),
        (r"See page \pageref{sec:a}.", "reference"),
        (r"See \nameref{sec:a}.", "reference"),
        (r"See \crefrange{eq:a}{eq:b}.", "reference"),
        (r"See Section~\ref{unheard}.", "See Section 1."),
    ],
)
def test_what_references_show(source: str, shown: str) -> None:
    assert last(source) == shown


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (r"\section{A}\label{x}", "Section 1"),
        (r"\chapter{A}\label{x}", "Chapter 1"),
        (r"\begin{lemma}\label{x}A claim.\end{lemma}", "Lemma 1"),
        (r"\begin{align}\label{x}a&=b\end{align}", "Equation (1)"),
        (r"\begin{figure}\caption{A}\label{x}\end{figure}", "Figure 1"),
        (r"\section{A}\begin{enumerate}\item\label{x} One.\end{enumerate}", "reference"),
    ],
)
def test_a_label_is_named_by_where_it_stands(before: str, shown: str) -> None:
    found = last(before + "\n\nWe use \\cref{x}.")
    assert found == (shown if shown == "reference" else f"We use {shown}.")
