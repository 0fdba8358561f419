"""Tables as stored: one form per cell, put together with the rules, shades and widths of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pipelines.latex_pages.content.nodes import Rule
from pipelines.latex_pages.forms.form import Form, Glyphs
from pipelines.latex_pages.forms.slots import shifted

Rules = Literal["source", "booktabs", "grid", "lines", "none"]

BREAKING = frozenset("pmbX")
"""Columns that break their lines."""


@dataclass(frozen=True, slots=True)
class CellForm:
    """One cell.

    Attributes:
        form: what stands in it, without its `\\multicolumn` and `\\multirow`.
        columns, rows: how many it spans.
        spec: bars and alignment of its `\\multicolumn` ("|c|"), or "".
        covered: it lies under a `\\multirow` from above.
    """

    form: Form
    columns: int = 1
    rows: int = 1
    spec: str = ""
    covered: bool = False


@dataclass(frozen=True, slots=True)
class TableForms:
    """A table whose look the page decides.

    Attributes:
        aligns: per column, l, c, r, or p, m, b, X, which break lines.
        widths: per column, its share of the line's width if it breaks lines, else 0.
        bars: upright rules before each column, and after the last: one more than columns.
        rows: cells of each row, spans counted once.
        rules: rules above row i; the last entry is below the last row.
        caption: the float's caption, or None.
        origin: the environment that the table came from.
    """

    aligns: str
    widths: tuple[float, ...]
    bars: tuple[int, ...]
    rows: tuple[tuple[CellForm, ...], ...]
    rules: tuple[tuple[Rule, ...], ...]
    caption: Form | None = None
    origin: str = "tabular"

    def dump(self) -> dict[str, Any]:
        """Return the table as plain data."""
        data: dict[str, Any] = {
            "aligns": self.aligns,
            "widths": list(self.widths),
            "bars": list(self.bars),
            "rows": [
                [
                    [cell.form.dump(), cell.columns, cell.rows, cell.spec, cell.covered]
                    for cell in row
                ]
                for row in self.rows
            ],
            "rules": [
                [[rule.kind, rule.first, rule.last, rule.trim] for rule in rules]
                for rules in self.rules
            ],
            "origin": self.origin,
        }
        if self.caption is not None:
            data["caption"] = self.caption.dump()
        return data

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> TableForms:
        """Return the table that `dump` wrote."""
        caption = data.get("caption")
        return cls(
            data["aligns"],
            tuple(data["widths"]),
            tuple(data["bars"]),
            tuple(
                tuple(CellForm(Form.load(form), *rest) for form, *rest in row)
                for row in data["rows"]
            ),
            tuple(tuple(Rule(*rule) for rule in rules) for rules in data["rules"]),
            None if caption is None else Form.load(caption),
            data["origin"],
        )


def render_table(
    table: TableForms,
    rules: Rules = "source",
    *,
    header_shade: str | None = None,
    stripe: str | None = None,
    width: float = 1.0,
) -> Form:
    """Return the whole tabular in every form; its caption is the page's to place.

    Args:
        rules: the author's own, or those of one style for all tables.
        header_shade: name of the colour behind the header's rows.
        stripe: name of the colour behind every second row below the header.
        width: factor on the widths of columns that break lines.
    """
    bars = _bars(table, rules)
    lines = _rules(table, rules)
    shades = _shades(table, header_shade, stripe)
    latex: list[str] = []
    markdown: list[str] = []
    text: list[str] = []
    traces: list[str] = []
    html: list[str] = []
    glyphs = _GlyphJoiner()
    slots: list[str] = []
    notes: list[Form] = []
    exact = True
    for number, row in enumerate(table.rows):
        latex.append(_rule_latex(lines[number]) + shades[number])
        markdown.append(_rule_markdown(lines[number]))
        row_latex: list[str] = []
        row_markdown: list[str] = []
        row_text: list[str] = []
        row_trace: list[str] = []
        row_html: list[str] = []
        first = 0
        for cell in row:
            form = cell.form
            cell_latex, cell_markdown = form.latex, form.markdown
            cell_text, cell_html, cell_trace = form.text, form.html, form.traced
            if form.slots:
                shift, count = len(slots), len(form.slots)
                cell_latex = shifted(cell_latex, count, shift)
                cell_markdown = shifted(cell_markdown, count, shift)
                cell_text = shifted(cell_text, count, shift)
                cell_trace = shifted(cell_trace, count, shift)
                cell_html = None if cell_html is None else shifted(cell_html, count, shift)
                glyphs.add(form.glyphs, count, shift)
                slots += form.slots
                notes += form.notes
            elif form.glyphs.chars:
                glyphs.add(form.glyphs, 0, 0)
            if cell.rows > 1:
                start = f"\\multirow{{{cell.rows}}}{{*}}{{"
                cell_latex, cell_markdown = f"{start}{cell_latex}}}", f"{start}{cell_markdown}}}"
            if cell.spec:
                spec = cell.spec if rules == "source" else _spec(cell, first, bars)
                start = f"\\multicolumn{{{cell.columns}}}{{{spec}}}{{"
                cell_latex, cell_markdown = f"{start}{cell_latex}}}", f"{start}{cell_markdown}}}"
            row_latex.append(cell_latex)
            row_markdown.append(cell_markdown)
            row_text.append(cell_text)
            row_trace.append(cell_trace)
            if cell_html is None:
                exact = False
            elif not cell.covered or cell_html:
                row_html.append(_td(cell, cell_html))
            first += cell.columns
        latex.append(_row(row_latex))
        markdown.append(_row(row_markdown))
        text.append("\t".join(row_text))
        traces.append("\t".join(row_trace))
        html.append(f"<tr>{''.join(row_html)}</tr>")
    latex.append(_rule_latex(lines[-1]))
    markdown.append(_rule_markdown(lines[-1]))
    return Form(
        f"\\begin{{tabular}}{{{_columns(table, bars, width)}}}\n{''.join(latex)}\\end{{tabular}}",
        f"\\begin{{tabular}}{{{_columns(table, bars, None)}}}\n{''.join(markdown)}\\end{{tabular}}",
        "\n".join(text),
        f"<table>{''.join(html)}</table>" if exact else None,
        glyphs.join(),
        tuple(slots),
        tuple(notes),
        "\n".join(traces),
    )


class _GlyphJoiner:
    """Glyphs of cells, one after another."""

    def __init__(self) -> None:
        self._chars: list[str] = []
        self._faces: list[str] = []
        self._relations: list[tuple[int, int, str]] = []
        self._count = 0

    def add(self, glyphs: Glyphs, slots: int, shift: int) -> None:
        self._chars.append(shifted(glyphs.chars, slots, shift))
        self._faces.append(glyphs.faces)
        if glyphs.relations:
            start = self._count
            self._relations += [(i + start, j + start, which) for i, j, which in glyphs.relations]
        self._count += len(glyphs.chars)

    def join(self) -> Glyphs:
        return Glyphs("".join(self._chars), "".join(self._faces), tuple(self._relations))


def _row(cells: list[str]) -> str:
    text = " & ".join(cells)
    if text.startswith(("[", "*")):  # else taken for an option of the `\\` or the rule before it
        text = "{}" + text
    return text + " \\\\\n"


def _td(cell: CellForm, html: str) -> str:
    if cell.columns == 1 and cell.rows == 1:
        return f"<td>{html}</td>"
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    if cell.rows > 1:
        spans += f' rowspan="{cell.rows}"'
    return f"<td{spans}>{html}</td>"


def _columns(table: TableForms, bars: Sequence[int], width: float | None) -> str:
    """The argument of tabular; for the markdown (`width` None) without widths."""
    parts = []
    for number, align in enumerate(table.aligns):
        parts.append("|" * bars[number])
        if align not in BREAKING:
            parts.append(align)
        elif width is None:
            parts.append("l")
        else:
            share = table.widths[number] * width
            parts.append(f"{'p' if align == 'X' else align}{{{share:.3f}\\linewidth}}")
    return "".join(parts) + "|" * bars[-1]


def _bars(table: TableForms, rules: Rules) -> Sequence[int]:
    if rules == "source":
        return table.bars
    return (1 if rules == "grid" else 0,) * len(table.bars)


def _spec(cell: CellForm, first: int, bars: Sequence[int]) -> str:
    """The column argument of a `\\multicolumn` that has the bars of the columns it spans."""
    before = "|" * bars[0] if first == 0 else ""
    return f"{before}{cell.spec.strip('|')}{'|' * bars[first + cell.columns]}"


def header_rows(table: TableForms) -> int:
    """Return how many rows stand above the first full rule inside the table; 1 if there is none.

    Rows into which the header's cells reach belong to it.
    """
    inner = range(1, len(table.rows))
    ruled = (n for n in inner if any(not rule.first for rule in table.rules[n]))
    head = next(ruled, min(1, len(table.rows)))
    for number, row in enumerate(table.rows):
        if number < head:
            head = max(head, number + max((cell.rows for cell in row), default=1))
    return min(head, len(table.rows))


def _rules(table: TableForms, style: Rules) -> list[tuple[Rule, ...]]:
    """Rules above each row, and below the last."""
    if style == "source":
        return list(table.rules)
    count = len(table.rows)
    lines: list[tuple[Rule, ...]] = [()] * (count + 1)
    if style == "booktabs":
        for number in range(1, count):
            lines[number] = tuple(
                Rule("cmidrule", rule.first, rule.last, "lr")
                for rule in table.rules[number]
                if rule.first
            )
        lines[header_rows(table)] = (Rule("midrule"),)
        lines[0], lines[-1] = (Rule("toprule"),), (Rule("bottomrule"),)
    elif style in ("grid", "lines"):
        lines = [_line(len(table.aligns), spanned) for spanned in _open_columns(table)]
    return lines


def _open_columns(table: TableForms) -> list[set[int]]:
    """Per row, the columns (from 1) that a cell from a row above still spans."""
    spanned: list[set[int]] = [set() for _ in range(len(table.rows) + 1)]
    for number, row in enumerate(table.rows):
        first = 1
        for cell in row:
            for below in range(number + 1, min(number + cell.rows, len(table.rows))):
                spanned[below].update(range(first, first + cell.columns))
            first += cell.columns
    return spanned


def _line(columns: int, spanned: set[int]) -> tuple[Rule, ...]:
    """A rule over all columns but those spanned."""
    if not spanned:
        return (Rule("hline"),)
    rules: list[Rule] = []
    for column in range(1, columns + 1):
        if column in spanned:
            continue
        if rules and rules[-1].last == column - 1:
            rules[-1] = Rule("cline", rules[-1].first, column)
        else:
            rules.append(Rule("cline", column, column))
    return tuple(rules)


def _rule_latex(rules: tuple[Rule, ...]) -> str:
    parts = []
    for rule in rules:
        trim = f"({rule.trim})" if rule.trim and rule.kind == "cmidrule" else ""
        span = f"{{{rule.first}-{rule.last}}}" if rule.first else ""
        parts.append(f"\\{rule.kind}{trim}{span}\n")
    return "".join(parts)


def _rule_markdown(rules: tuple[Rule, ...]) -> str:
    parts = []
    for rule in rules:
        if rule.first:
            parts.append(f"\\cline{{{rule.first}-{rule.last}}}\n")
        else:
            parts.append("\\hline\n")
    return "".join(parts)


def _shades(table: TableForms, header: str | None, stripe: str | None) -> list[str]:
    """`\\rowcolor` of each row; none where it would be painted over a cell that spans rows."""
    shades = [""] * len(table.rows)
    if header is None and stripe is None:
        return shades
    head = header_rows(table)
    spanned: set[int] = set()
    for number, row in enumerate(table.rows):
        rows = max((cell.rows for cell in row), default=1)
        if rows > 1:
            spanned.update(range(number, number + rows))
    for number in range(len(table.rows)):
        color = header if number < head else stripe if (number - head) % 2 else None
        if color and number not in spanned:
            shades[number] = f"\\rowcolor{{{color}}}"
    return shades
