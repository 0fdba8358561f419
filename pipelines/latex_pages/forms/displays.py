"""Displayed formulas as the page sets them and as the markdown holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content.nodes import Display, Formula, Matrix
from pipelines.latex_pages.forms.escapes import escape
from pipelines.latex_pages.forms.latex import MARKDOWN, PAGE, Spelling, formula_latex, rows_latex
from pipelines.latex_pages.forms.layout import is_labelled, row_label

if TYPE_CHECKING:
    from pipelines.latex_pages.forms.slots import Slots

INNER = {"align": "aligned", "gather": "gathered", "alignat": "aligned"}
"""Environment of a display without numbers -> the one that stands for it inside `\\[ \\]`."""


def display_latex(display: Display, slots: Slots) -> str:
    """Return the display as amsmath sets it: starred, with a `\\tag` for each number."""
    rows = _tagged(display, slots, PAGE)
    if display.environment == "equation" and not is_labelled(display):
        return f"\\[\n{rows[0]}\n\\]"
    return _starred(display, rows)


def display_markdown(display: Display, slots: Slots) -> str:
    """Return the display in the markdown's normal form."""
    rows = _tagged(display, slots, MARKDOWN)
    if display.environment == "equation":
        matrix = _only_matrix(display)
        if matrix is not None and not is_labelled(display):
            inner = rows_latex(matrix.rows, MARKDOWN)
            return _bracketed(_environment(matrix.environment, "", inner))
        return _bracketed(rows[0])
    if display.environment in INNER and not is_labelled(display):
        return _bracketed(_environment(INNER[display.environment], "", rows))
    return _starred(display, rows)


def _only_matrix(display: Display) -> Matrix | None:
    formula: Formula = display.rows[0][0]
    if len(formula) == 1 and isinstance(formula[0], Matrix):
        matrix = formula[0]
        if matrix.environment in INNER.values() and not matrix.rules:
            return matrix
    return None


def _tagged(display: Display, slots: Slots, spelling: Spelling) -> list[str]:
    if display.environment == "equation":
        rows = [formula_latex(display.rows[0][0], spelling)]
    else:
        rows = rows_latex(display.rows, spelling)
    rows = [row or "{}" for row in rows]  # a blank line would end the display
    for number, row in enumerate(rows):
        label, own = row_label(display, number, slots)
        if label:
            label = escape(label, signs=spelling.signs) if own else label
            rows[number] = f"{row} \\tag{{{label}}}"
    return rows


def _starred(display: Display, rows: list[str]) -> str:
    argument = ""
    if display.environment == "alignat":  # its pairs of columns
        argument = str((max(len(row) for row in display.rows) + 1) // 2)
    return _environment(f"{display.environment}*", argument, rows)


def _environment(name: str, argument: str, rows: list[str]) -> str:
    argument = f"{{{argument}}}" if argument else ""
    body = " \\\\\n".join(rows)
    return f"\\begin{{{name}}}{argument}\n{body}\n\\end{{{name}}}"


def _bracketed(body: str) -> str:
    return f"\\[\n{body}\n\\]"
