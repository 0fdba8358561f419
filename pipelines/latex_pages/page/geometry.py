"""Measures of a page, in TeX points, out of its drawn style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.latex_pages.page.style import Style

_MM = 72.27 / 25.4

PAPERS = {
    "a4": (210 * _MM, 297 * _MM),
    "a5": (148 * _MM, 210 * _MM),
    "b5": (176 * _MM, 250 * _MM),
    "letter": (8.5 * 72.27, 11 * 72.27),
    "wide": (160 * _MM, 90 * _MM),
    "screen": (128 * _MM, 96 * _MM),
}
"""Name -> width, height."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """One page; all lengths in points, rounded to hundredths.

    Attributes:
        width, height: of the paper.
        left, top: margins up to the text.
        text_width, text_height: of the text, all columns.
        columns: 1 to 3.
        column_width: of each.
        tries: how many more blocks are tried after one that fits nowhere.
    """

    width: float
    height: float
    left: float
    top: float
    text_width: float
    text_height: float
    columns: int
    column_width: float
    tries: int = 0


def measure_page(style: Style, tries: int = 0) -> Geometry:
    """Return the measures of a page with this style."""
    width, height = PAPERS[style["paper"]]
    columns = int(style["columns"])
    text_width = width - style["margin_left"] - style["margin_right"]
    column = (text_width - (columns - 1) * style["gutter"]) / columns
    return Geometry(
        width=round(width, 2),
        height=round(height, 2),
        left=round(style["margin_left"], 2),
        top=round(style["margin_top"], 2),
        text_width=round(text_width, 2),
        text_height=round(height - style["margin_top"] - style["margin_bottom"], 2),
        columns=columns,
        # A hundredth less, so that columns and gutters never exceed the text.
        column_width=round(column - 0.01, 2) if columns > 1 else round(text_width, 2),
        tries=tries,
    )
