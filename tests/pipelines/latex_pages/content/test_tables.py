"""Tables: columns, spans, rules, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.content.nodes import Break, Cell, Rule, Styled, Table, Text
from pipelines.latex_pages.content.parsing import Refusal, parse_blocks


def _table(columns: str, body: str, environment: str = "tabular") -> Table:
    (table,) = parse_blocks(f"\\begin{{{environment}}}{{{columns}}}{body}\\end{{{environment}}}")
    assert isinstance(table, Table)
    return table


_WORD = st.text("abcxyz", min_size=1, max_size=4)


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.lists(_WORD, min_size=1, max_size=n))))
def test_cells_are_where_they_were(rows: list[list[str]]) -> None:
    width = max(map(len, rows), default=1)
    if sum(map(len, rows)) < 2:
        return
    table = _table("l" * width, " \\\\ ".join(" & ".join(row) for row in rows))
    found = [[cell.body for cell in row] for row in table.rows]
    assert found == [[*((Text(w),) for w in r), *[()] * (width - len(r))] for r in rows]
    assert all(sum(cell.columns for cell in row) == width for row in table.rows)
    assert len(table.rules) == len(table.rows) + 1


def test_columns() -> None:
    table = _table("|l||*{2}{c|}@{}p{0.3\\textwidth}", "a & b & c & d")
    assert [(c.align, c.bars) for c in table.columns] == [("l", 1), ("c", 2), ("c", 1), ("p", 1)]
    assert table.columns[3].width == 0.3
    assert table.bars_after == 0
    bold = _table(">{\\bfseries}l<{!}r", "a & b")
    assert bold.rows[0][0].body == (Styled("bold", (Text("a!"),)),)


def test_spans_and_rules() -> None:
    table = _table(
        "|l|c|r|",
        r"\hline \multicolumn{2}{|c|}{ab} & \multirow{2}{*}{z} \\ \cline{1-2}"
        r" 1 & 2 & \\ \hline\hline",
    )
    assert table.rows[0] == (Cell((Text("ab"),), 2, 1, "|c|"), Cell((Text("z"),), 1, 2))
    assert table.rows[1][2] == Cell(())
    hline = Rule("hline")
    assert table.rules == ((hline,), (Rule("cline", 1, 2),), (hline, hline))


def test_booktabs_and_decorations() -> None:
    table = _table(
        "lll",
        r"\toprule a & \cellcolor{red} b & \makecell{c\\d} \\ \cmidrule(lr){2-3} \addlinespace"
        r" 1 & \begin{tabular}[c]{@{}l@{}}2\\3\end{tabular} & 4 \\ \bottomrule",
    )
    assert table.rows[0][2].body == (Text("c"), Break(), Text("d"))
    assert table.rows[1][1].body == (Text("2"), Break(), Text("3"))
    assert table.rules[1] == (Rule("cmidrule", 2, 3, "lr"),)


def test_longtable_keeps_one_head_and_its_caption() -> None:
    table = _table(
        "ll",
        r"\caption{Cap}\label{t}\\ \hline a & b \\ \endfirsthead a & b (again) \\ \endhead"
        r" \hline next page \endfoot \hline \endlastfoot 1 & 2 \\ 3 & 4 \\",
        "longtable",
    )
    assert table.caption == (Text("Cap"),)
    assert [row[0].body[0] for row in table.rows] == [Text("a"), Text("1"), Text("3")]
    assert table.rules[3] == (Rule("hline"),)


def test_float_gives_its_caption() -> None:
    (table,) = parse_blocks(
        r"\begin{table}[h]\centering\caption[s]{Long $x$}\label{t}\resizebox{\textwidth}{!}{"
        r"\begin{tabularx}{\textwidth}{lX} a & b \end{tabularx}}\end{table}"
    )
    assert isinstance(table, Table)
    assert table.caption is not None
    assert table.caption[0] == Text("Long ")
    assert table.origin == "tabularx"


@pytest.mark.parametrize(
    ("columns", "body", "reason"),
    [
        ("ll", "a & b & c", "span"),
        ("ll", r"\multicolumn{3}{c}{a}", "span"),
        ("ll", r"\multirow{2}{*}{a} & b \\ c & d", "span"),
        ("ll", r"\multirow{3}{*}{a} & b \\ & d", "span"),
        ("ll", r"\multirow{-2}{*}{a} & b", "span"),
        ("ll", r"\cline{1-9} a & b", "span"),
        ("ll", r"\begin{tabular}{ll} a & b \end{tabular} & c", "nested-table"),
        ("q", "a", "column-spec"),
        ("l@{:}l", "a & b", "column-spec"),
        ("*{99}{l}", "a & b", "column-spec"),
        ("*{2}{*{2}{*{2}{*{2}{*{2}{l}}}}}", "a & b", "column-spec"),
        ("l", "a", "layout"),
        ("ll", r" & \\ \hline", "empty"),
        ("ll", r"a & \includegraphics{x}", "graphics"),
        ("ll", r"a & \diagbox{a}{b}", "unknown-command"),
        ("ll", r"a & b \\ " * 90, "too-long"),
    ],
)
def test_what_no_table_can_say_is_refused(columns: str, body: str, reason: str) -> None:
    with pytest.raises(Refusal) as found:
        _table(columns, body)
    assert found.value.reason == reason
