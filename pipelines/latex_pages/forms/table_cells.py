"""Tables from their nodes: the form of every cell, written once."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.latex_pages.content.nodes import Break, Cell, Column, Inlines, Styled, Table
from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.forms.latex import MARKDOWN, PAGE, inlines_latex
from pipelines.latex_pages.forms.lines import write_inlines
from pipelines.latex_pages.forms.slots import Slots
from pipelines.latex_pages.forms.tables import BREAKING, CellForm, TableForms

_SPEC = re.compile(r"(\|{0,9})([lcrpmbX])(?:\{[^{}]*\})?(\|{0,9})")
_DEFAULT_WIDTH = 0.2
"""Share of the line's width of a column that breaks lines and has no width."""


def table_forms(table: Table) -> TableForms:
    """Return the forms of a table's cells and caption.

    Raises:
        ValueError: a row holds more columns than the table has, or rows and rules do not match.
    """
    if len(table.rules) != len(table.rows) + 1:
        raise ValueError(f"{len(table.rows)} rows with {len(table.rules)} places for rules")
    covered: set[tuple[int, int]] = set()
    rows = []
    for number, row in enumerate(table.rows):
        cells = []
        first = 0
        for cell in row:
            if first + cell.columns > len(table.columns):
                raise ValueError(f"row {number} is wider than the table")
            forms = _cell(cell, table.columns[first].align)
            cells.append(replace(forms, covered=(number, first) in covered))
            for column in range(first, first + cell.columns):
                covered.update((number + down, column) for down in range(1, cell.rows))
            first += cell.columns
        rows.append(tuple(cells))
    caption = None if table.caption is None else write_inlines(table.caption)
    return TableForms(
        "".join(column.align for column in table.columns),
        _widths(table.columns),
        (*(column.bars for column in table.columns), table.bars_after),
        tuple(rows),
        table.rules,
        caption,
        table.origin,
    )


def _widths(columns: tuple[Column, ...]) -> tuple[float, ...]:
    given = sum(column.width for column in columns)
    free = sum(column.align == "X" and not column.width for column in columns)
    fixed = sum(column.align not in BREAKING for column in columns)
    share = max(0.1, (0.95 - given - 0.1 * fixed) / free) if free else 0.0
    widths = []
    for column in columns:
        if column.align not in BREAKING:
            widths.append(0.0)
        else:
            default = share if column.align == "X" else _DEFAULT_WIDTH
            widths.append(column.width or default)
    return tuple(widths)


def _cell(cell: Cell, align: str) -> CellForm:
    spec = ""
    if cell.columns > 1 or cell.spec:
        match = _SPEC.fullmatch(cell.spec.replace(" ", "") or "c")
        before, letter, after = match.groups() if match else ("", "c", "")
        align = "l" if letter in BREAKING else letter
        spec = before + align + after
    return CellForm(_cell_form(cell.body, align), cell.columns, cell.rows, spec)


def _cell_form(body: Inlines, align: str) -> Form:
    form = write_inlines(body)
    lines = lines_of(body)
    slots, markdown_slots = Slots(), Slots()
    latex = [inlines_latex(line, slots, PAGE).strip(" ") for line in lines]
    markdown = [inlines_latex(line, markdown_slots, MARKDOWN).strip(" ") for line in lines]
    breaking = align in BREAKING
    return replace(
        form,
        latex="\\newline ".join(latex) if breaking else _stacked(latex, f"@{{}}{align}@{{}}"),
        markdown=_stacked(markdown, "l" if breaking else align),
        text=_in_line(form.text),
        trace=_in_line(form.trace),
    )


def _in_line(text: str) -> str:
    return text.replace("\n", " ").strip(" ")


def _stacked(lines: list[str], columns: str) -> str:
    """Several lines in a cell as a table inside it."""
    if len(lines) == 1:
        return lines[0]
    safe = ["{}" + line if line.startswith(("[", "*")) else line for line in lines]
    rows = " \\\\ ".join(safe)
    return f"\\begin{{tabular}}{{{columns}}} {rows} \\end{{tabular}}"


def lines_of(body: Inlines) -> tuple[Inlines, ...]:
    """Return the lines of a cell, parted at its breaks; faces go on in each line."""
    lines: list[Inlines] = [()]
    for node in body:
        if isinstance(node, Break):
            lines.append(())
        elif isinstance(node, Styled):
            first, *rest = (
                (replace(node, body=line),) if line else () for line in lines_of(node.body)
            )
            lines[-1] += first
            lines.extend(rest)
        else:
            lines[-1] += (node,)
    return tuple(lines)
