"""Tables: styles of rules, spans, shades, widths; the forms of the cells put together."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.latex_pages.content.nodes import (
    Break,
    Cell,
    Column,
    Footnote,
    Rule,
    Styled,
    Table,
    Text,
)
from pipelines.latex_pages.forms.mathpix import normal
from pipelines.latex_pages.forms.table_cells import lines_of, table_forms
from pipelines.latex_pages.forms.tables import Rules, TableForms, render_table
from tests.pipelines.latex_pages.forms import strategies as nodes

some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STYLES: tuple[Rules, ...] = ("source", "booktabs", "grid", "lines", "none")


def cell(text: str, columns: int = 1, rows: int = 1, spec: str = "") -> Cell:
    return Cell((Text(text),) if text else (), columns, rows, spec)


SPANS = Table(
    (Column("l", bars=1), Column("c"), Column("p", 0.3)),
    1,
    (
        (cell("a", rows=2), cell("b & c", 2, 1, "c|")),
        (
            cell(""),
            Cell((Text("x"), Break(), Text("[y]"))),
            Cell((Text("n"), Footnote((Text("m"),)))),
        ),
        (cell("[1]"), cell("2"), cell("3")),
    ),
    (
        (Rule("toprule"),),
        (Rule("cmidrule", 2, 3, "lr"),),
        (Rule("midrule"),),
        (Rule("bottomrule"),),
    ),
    (Text("Caption"),),
)


@some
@given(nodes.filled_tables, st.sampled_from(STYLES))
def test_every_style_is_in_the_normal_form(table: Table, rules: Rules) -> None:
    form = render_table(table_forms(table), rules)
    assert normal(form.markdown) == form.markdown
    plain = render_table(table_forms(table), "none")
    assert (form.text, form.html, form.glyphs, form.slots) == (
        plain.text,
        plain.html,
        plain.glyphs,
        plain.slots,
    )


@some
@given(nodes.filled_tables)
def test_tables_come_back_from_plain_data(table: Table) -> None:
    forms = table_forms(table)
    assert TableForms.load(forms.dump()) == forms


def test_the_author_s_rules() -> None:
    form = render_table(table_forms(SPANS))
    assert form.latex == (
        "\\begin{tabular}{|lcp{0.300\\linewidth}|}\n\\toprule\n"
        "\\multirow{2}{*}{a} & \\multicolumn{2}{c|}{b \\& c} \\\\\n\\cmidrule(lr){2-3}\n"
        " & \\begin{tabular}{@{}c@{}} x \\\\ {}[y] \\end{tabular} & "
        "n\\DEmark{\ue000} \\\\\n\\midrule\n"
        "{}[1] & 2 & 3 \\\\\n\\bottomrule\n\\end{tabular}"
    )
    assert form.markdown == (
        "\\begin{tabular}{|lcl|}\n\\hline\n"
        "\\multirow{2}{*}{a} & \\multicolumn{2}{c|}{b \\& c} \\\\\n\\cline{2-3}\n"
        " & \\begin{tabular}{c} x \\\\ {}[y] \\end{tabular} & n[^\ue000] \\\\\n\\hline\n"
        "{}[1] & 2 & 3 \\\\\n\\hline\n\\end{tabular}"
    )
    assert form.text == "a\tb & c\n\tx [y]\tn\ue000\n[1]\t2\t3"
    assert form.html == (
        '<table><tr><td rowspan="2">a</td><td colspan="2">b &amp; c</td></tr>'
        "<tr><td>x<br>[y]</td><td>n\ue000</td></tr><tr><td>[1]</td><td>2</td><td>3</td></tr></table>"
    )
    assert form.glyphs.chars == "ab&cx[y]n\ue000[1]23"
    assert form.slots == ("footnote",)
    assert [note.text for note in form.notes] == ["m"]


@pytest.mark.parametrize(
    ("rules", "columns", "found"),
    [
        ("booktabs", "{lcp", ["toprule", "cmidrule(lr){2-3}", "midrule", "bottomrule"]),
        ("grid", "{|l|c|p", ["hline", "cline{2-3}", "hline", "hline"]),
        ("lines", "{lcp", ["hline", "cline{2-3}", "hline", "hline"]),
        ("none", "{lcp", []),
    ],
)
def test_styles_of_rules(rules: Rules, columns: str, found: list[str]) -> None:
    latex = render_table(table_forms(SPANS), rules).latex
    assert f"tabular}}{columns}{{0.300" in latex
    lines = [line[1:] for line in latex.splitlines() if re.match(r"\\[a-z]*(?:rule|line)", line)]
    assert lines == found
    spec = "c|" if rules == "grid" else "c"
    assert f"\\multicolumn{{2}}{{{spec}}}" in latex


def test_shades_change_nothing_but_the_page() -> None:
    rows = tuple((cell(f"a{n}"), cell(f"b{n}")) for n in range(4))
    forms = table_forms(Table((Column("l"), Column("l")), 0, rows, ((),) * 5))
    plain = render_table(forms)
    shaded = render_table(forms, header_shade="red", stripe="blue", width=0.5)
    assert (
        shaded.latex.replace("\\rowcolor{red}", "").replace("\\rowcolor{blue}", "") == plain.latex
    )
    assert re.findall(r"rowcolor\{(\w+)\}(\w+)", shaded.latex) == [("red", "a0"), ("blue", "a2")]
    assert (shaded.markdown, shaded.text) == (plain.markdown, plain.text)


def test_rows_under_a_span_are_not_shaded() -> None:
    latex = render_table(table_forms(SPANS), header_shade="red", stripe="blue").latex
    assert "rowcolor" not in latex


def test_widths_follow_the_factor() -> None:
    columns = (Column("l"), Column("X"), Column("X"), Column("m"))
    forms = table_forms(Table(columns, 0, (tuple(cell(c) for c in "abcd"),), ((), ())))
    assert (
        "{lp{0.425\\linewidth}p{0.425\\linewidth}m{0.200\\linewidth}}" in render_table(forms).latex
    )
    assert "{lp{0.212\\linewidth}" in render_table(forms, width=0.5).latex


def test_faces_go_on_in_each_line_of_a_cell() -> None:
    body = (Styled("bold", (Text("a"), Break(), Text("b"))), Text("c"))
    assert lines_of(body) == (
        (Styled("bold", (Text("a"),)),),
        (Styled("bold", (Text("b"),)), Text("c")),
    )


def test_a_row_wider_than_the_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="wider"):
        table_forms(Table((Column("l"),), 0, ((cell("a"), cell("b")),), ((), ())))
    with pytest.raises(ValueError, match="rules"):
        table_forms(Table((Column("l"),), 0, ((cell("a"),),), ((),)))


def test_a_table_is_put_together_fast() -> None:
    rows = tuple(tuple(cell(f"cell {r}.{c}") for c in range(6)) for r in range(10))
    forms = table_forms(Table((Column("l"),) * 6, 0, rows, ((),) * 11))
    best = min(_seconds(forms) for _ in range(20))
    assert best < 0.003  # measured: 0.0001


def _seconds(forms: TableForms) -> float:
    start = time.perf_counter()
    render_table(forms, "booktabs", stripe="gray")
    return time.perf_counter() - start
