"""Blocks: paragraphs around displays, lists, theorems, and neighbours of what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.latex_pages.content.blocks import read_blocks
from pipelines.latex_pages.content.inlines import read_words
from pipelines.latex_pages.content.nodes import (
    Display,
    Heading,
    Item,
    ItemList,
    Paragraph,
    Quote,
    Symbol,
    Table,
    Text,
    Theorem,
)
from pipelines.latex_pages.content.outcomes import Fault, Found
from pipelines.latex_pages.content.parsing import Refusal, parse_blocks
from pipelines.latex_pages.content.scope import Scope
from pipelines.latex_pages.source.tokens import tokenize

_NAMES = ["itemize", "equation", "align", "theorem", "center", "table", "tabular", "foo", "figure"]
_PIECES = st.sampled_from(
    [
        *(
            "word ",
            "\n\n",
            "$x$",
            "$$",
            "\\[",
            "\\]",
            "{",
            "}",
            "\\section{S}",
            "\\item ",
            "&",
            "\\\\",
        ),
        *(f"\\{side}{{{name}}}" for side in ("begin", "end") for name in _NAMES),
        *("{ll}", "\\caption{c}", "\\input{x}", "\\tag{1}", "\\footnote{f}"),
    ]
)


def _outcomes(text: str) -> list[Found | Fault]:
    return list(read_blocks(tokenize(text), Scope(read_words)))


@given(st.lists(_PIECES, max_size=30).map("".join))
@settings(max_examples=300)
def test_any_tokens_give_blocks_or_faults(text: str) -> None:
    for outcome in _outcomes(text):
        if isinstance(outcome, Fault):
            assert outcome.reason
        else:
            hash(outcome.block)


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_neighbours_in_paragraphs_of_their_own_survive(text: str) -> None:
    if text.count("$$") % 2 or text.count("{") != text.count("}") or "\\[" in text:
        return
    outcomes = _outcomes("\n\nBefore.\n\n" + text)
    assert outcomes
    assert isinstance(outcomes[0], Found)
    assert outcomes[0].block == Paragraph((Text("Before."),))


def test_a_refused_block_costs_no_neighbour() -> None:
    outcomes = _outcomes(
        "One.\n\nTwo \\nosuch.\n\n\\begin{foo}x\\end{foo}\n\nThree.\n\n\\begin{bar}\n\nFour."
    )
    blocks = [o.block for o in outcomes if isinstance(o, Found)]
    assert [b.body for b in blocks if isinstance(b, Paragraph)] == [
        (Text("One."),),
        (Text("Three."),),
        (Text("Four."),),
    ]
    assert [o.reason for o in outcomes if isinstance(o, Fault)] == [
        "unknown-command",
        "unknown-environment",
        "unbalanced",
    ]


def test_a_display_ends_its_paragraph() -> None:
    before, display, after, new = parse_blocks("a\n\\[ x \\]\nb\n\nc")
    assert before == Paragraph((Text("a"),))
    assert display == Display("equation", (((Symbol("x"),),),), (False,), ("",))
    assert after == Paragraph((Text("b"),), continued=True)
    assert new == Paragraph((Text("c"),))


@pytest.mark.parametrize(
    ("source", "environment", "numbered", "tags"),
    [
        (r"\begin{equation}x\label{a}\end{equation}", "equation", (True,), ("",)),
        (r"\begin{equation*}x\end{equation*}", "equation", (False,), ("",)),
        (r"$$x \eqno(3)$$", "equation", (True,), ("3",)),
        (r"\begin{align}x&=y\\z&=1\notag\\w&=2\tag{*}\end{align}", "align",
         (True, False, True), ("", "", "*")),
        (r"\begin{eqnarray*}a&=&b\\&=&c\end{eqnarray*}", "align", (False, False), ("", "")),
        (r"\begin{multline}a\\b\\c\end{multline}", "multline", (False, False, True), ("",) * 3),
        (r"\begin{gather}a\\b\end{gather}", "gather", (True, True), ("", "")),
        (r"\begin{alignat}{2}a&=b&c&=d\end{alignat}", "alignat", (True,), ("",)),
        (r"\begin{subequations}\begin{equation}x\end{equation}\end{subequations}", "equation",
         (True,), ("",)),
    ],
)  # fmt: skip
def test_displays(
    source: str, environment: str, numbered: tuple[bool, ...], tags: tuple[str, ...]
) -> None:
    (display,) = parse_blocks(source)
    assert isinstance(display, Display)
    assert (display.environment, display.numbered, display.tags) == (environment, numbered, tags)
    assert len({len(row) for row in display.rows}) == 1


def test_lists_and_their_items() -> None:
    (found,) = parse_blocks(
        r"\begin{enumerate}[(a)]\item one\item[x] two\begin{itemize}\item in\end{itemize}"
        r"\item bad \nosuch\end{enumerate}".replace(r"\item bad \nosuch", "")
    )
    assert isinstance(found, ItemList)
    assert found.kind == "enumerate"
    assert found.items[0] == Item((Paragraph((Text("one"),)),))
    assert found.items[1].label == (Text("x"),)
    assert isinstance(found.items[1].body[1], ItemList)


def test_theorems_quotes_and_headings() -> None:
    source = (
        r"\section*{T}\begin{theorem}[N]A.\end{theorem}\begin{proof}B.\end{proof}"
        r"\begin{quote}Q.\end{quote}\begin{figure}\includegraphics{a}\end{figure}"
    )
    outcomes = _outcomes(source)
    blocks = [o.block for o in outcomes if isinstance(o, Found)]
    assert blocks == [
        Heading(1, (Text("T"),)),
        Theorem("Theorem", (Paragraph((Text("A."),)),), (Text("N"),), True),
        Theorem("Proof", (Paragraph((Text("B."),)),), None, False),
        Quote((Paragraph((Text("Q."),)),)),
    ]
    (chinese,) = parse_blocks(r"\begin{lemma}文。\end{lemma}", chinese=True)
    assert isinstance(chinese, Theorem)
    assert chinese.name == "引理"


def test_frames_are_headings_with_their_content() -> None:
    blocks = parse_blocks(
        r"\begin{frame}{Title}\begin{columns}[c]\begin{column}{.5\textwidth}a\pause\end{column}"
        r"\end{columns}\begin{itemize}\item<1-> b\end{itemize}\end{frame}"
    )
    assert blocks[0] == Heading(2, (Text("Title"),))
    assert blocks[1] == Paragraph((Text("a"),))
    assert isinstance(blocks[2], ItemList)


def test_a_table_in_the_middle_of_a_page_is_a_block() -> None:
    blocks = parse_blocks(
        "Text.\n\n\\begin{center}\\begin{tabular}{ll}a&b\\end{tabular}\\end{center}"
    )
    assert [type(block) for block in blocks] == [Paragraph, Table]


def test_an_environment_inside_a_formula_is_no_block() -> None:
    (paragraph,) = parse_blocks(r"so $a = \begin{cases} 1 & x \\ 2 & y \end{cases}$ here")
    assert isinstance(paragraph, Paragraph)
    assert len(paragraph.body) == 3


@pytest.mark.parametrize(
    "text",
    [
        r"\begin{quote}" * 3000 + r"\end{quote}" * 3000,
        r"\begin{a}" * 20000,
        "{\n\n" * 3000 + "}" * 3000,
        "$" * 10001,
        r"\begin{itemize}\item " * 500 + r"\end{itemize}" * 500,
        "x " * 30000,
    ],
)
def test_hostile_documents_end_in_faults(text: str) -> None:
    assert any(isinstance(outcome, Fault) for outcome in _outcomes(text))


def test_strict_reading_raises() -> None:
    with pytest.raises(Refusal):
        parse_blocks("a \\nosuch")
