"""Running text: ligatures, faces, blanks, references."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.latex_pages.content.nodes import (
    Break,
    Footnote,
    Inlines,
    Math,
    Script,
    Styled,
    Symbol,
    Text,
)
from pipelines.latex_pages.content.parsing import Refusal, parse_inlines

_PIECES = st.sampled_from(
    [
        *[
            r"word",
            r"字",
            r"\textbf{b}",
            r"\emph{",
            r"{",
            r"}",
            r"$x$",
            r"$",
            r"`",
            r"'",
            r"--",
            r"~",
            r"\\",
            r"\,",
            r"\'e",
            r"\'",
            r"[",
            r"]",
            r"\cite{a}",
            r"\url{a_b}",
        ],
        *(
            " ",
            r"\it ",
            r"\footnote{n}",
            r"\char`\\",
            r"\verb|a b|",
            r"\hspace{1em}",
            "\n\n",
            "%\n",
        ),
    ]
)


@given(st.lists(_PIECES, max_size=20).map("".join))
@settings(max_examples=300)
def test_text_is_in_its_normal_form_or_refused(text: str) -> None:
    try:
        body = parse_inlines(text)
    except Refusal:
        return
    _check(body, ())
    shown = _plain(body)
    assert "  " not in shown
    assert not shown.startswith(" ")


def _check(body: Inlines, faces: tuple[str, ...]) -> None:
    for left, right in pairwise(body):
        assert not (isinstance(left, Text) and isinstance(right, Text))
    for node in body:
        if isinstance(node, Styled):
            assert node.face not in faces
            assert node.body
            _check(node.body, (*faces, node.face))
        elif isinstance(node, Text):
            assert node.text


def _plain(body: Inlines) -> str:
    parts = []
    for node in body:
        match node:
            case Text(text=text):
                parts.append(text)
            case Styled(body=inner) | Script(body=inner):
                parts.append(_plain(inner))
            case Break():
                parts.append("\n")
            case Math():
                parts.append("M")
            case Footnote():
                parts.append("F")
    return "".join(parts)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("``a'' --- `b' -- c", "“a” — ‘b’ – c"),
        (r"\'e\"o\c{c}\ss\o\ae\v{s}\'\i", "éöçßøæší"),
        ("a~b\\ c\\,d", "a b c d"),
        (r"10\% \& \$ \# \_ \{ \}", "10% & $ # _ { }"),
        ("中文\n中文", "中文中文"),
        ("中文 abc 中文", "中文abc中文"),
        ("中文 $x$ 中文", "中文M中文"),
        ("see $x$ and", "see M and"),
        (r"\label{a}\index{b}\noindent text", "text"),
        (r"\ref{b} \eqref{a} \cite{k,l} \cite[p.~3]{k}", "1 (2) [1, 2] [1, p. 3]"),
        (r"\href{http://a/%_}{here} \url{a_b%c~d}", "here a_b%c~d"),
        (r"\LaTeX{} and \TeX", "LaTeX and TeX"),
        (r"\verb|a--b ``|", "a--b ``"),
        (r"\texttt{\char`\\x \char92}", "\\x \\"),
        (r"trun\-ca\-tion", "truncation"),
        (r"\num{1.5e3}, \SI{3}{\metre\per\second}, \ang{45}", "M, M m/s, M"),
        (r"\textcolor{red}{a} \mbox{b}", "a b"),
        (r"{\color[rgb]{0,.5,0}a} \textcolor[rgb]{1,0,0}{b}", "a b"),
        (r"\fcolorbox[gray]{0}[rgb]{1,1,1}{a}", "a"),
        ("他说—— 好…… 吧 —— 不", "他说——好……吧——不"),
        ("a — b … c", "a — b … c"),
        (r"\texttt{a$\langle$b$\rangle$} $\langle x\rangle$", "a⟨b⟩ M"),
        (r"\MakeUppercase{title a}", "TITLE A"),
    ],
)
def test_characters_as_the_page_shows_them(source: str, shown: str) -> None:
    assert _plain(parse_inlines(source)) == shown


def test_faces_are_nested_in_one_order() -> None:
    expected = (Styled("bold", (Styled("italic", (Text("x"),)),)),)
    assert parse_inlines(r"\textit{\textbf{x}}") == expected
    assert parse_inlines(r"{\bf\it x}") == expected
    assert parse_inlines(r"\textbf{\textbf{\emph{x}}}") == expected
    assert parse_inlines(r"\emph{a \emph{b} c}") == (
        Styled("italic", (Text("a"),)),
        Text(" b "),
        Styled("italic", (Text("c"),)),
    )


def test_footnotes_and_formulas() -> None:
    assert parse_inlines(r"a\footnote{note $x$}") == (
        Text("a"),
        Footnote((Text("note "), Math((Symbol("x"),)))),
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (r"\today", "unknown-command"),
        (r"\arabic{page}", "unknown-command"),
        (r"\input{x}", "unsafe-command"),
        (r"\includegraphics{x}", "graphics"),
        (r"\begin{tabular}{ll} a & b \end{tabular}", "nested-table"),
        ("$x", "unbalanced"),
        ("{x", "unbalanced"),
        ("Ж", "unknown-character"),
        (r"\char200", "unknown-character"),
        ("rgb]0,.5,0a", "unbalanced"),
        (r"\begin{tikzpicture}\end{tikzpicture}", "graphics"),
        (r"{\bf " * 2000 + "}" * 2000, "too-deep"),
    ],
)
def test_everything_else_is_refused(source: str, reason: str) -> None:
    with pytest.raises(Refusal) as found:
        parse_inlines(source)
    assert found.value.reason == reason
