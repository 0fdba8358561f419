"""Estimated heights follow the type, the column and the size of a table."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.latex_pages.page.blocks import table_size
from pipelines.latex_pages.page.geometry import measure_page
from pipelines.latex_pages.page.heights import height_on_page
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.page.style import Style, draw_style
from pipelines.latex_pages.page.templates import load_templates
from tests.pipelines.latex_pages.page.samples import display, paragraph, table


def style(**draws: object) -> Style:
    drawn = draw_style(load_templates()["article"].draws, np.random.Generator(np.random.PCG64(1)))
    fixed = {"paper": "a4", "size": 10, "spacing": 1.0, "parskip": 0, "table_stretch": 1.0}
    return {**drawn, **fixed, "table_size": "normalsize", **draws}


def height(piece: Piece, **draws: object) -> float:
    drawn = style(**draws)
    return height_on_page(piece, drawn, measure_page(drawn))


@pytest.mark.parametrize("piece", [paragraph(), display(), table()], ids=lambda one: one.kind)
def test_larger_type_is_higher(piece: Piece) -> None:
    assert height(piece, size=10) < height(piece, size=12)


def test_text_is_higher_in_narrow_columns_and_wide_lines() -> None:
    assert height(paragraph(), columns=2, gutter=20) > 1.9 * height(paragraph(), columns=1)
    assert height(paragraph(), spacing=1.5) == pytest.approx(1.5 * height(paragraph(), spacing=1))


def test_tables_follow_their_size_and_stretch() -> None:
    assert height(table(), table_size="small") < height(table())
    assert height(table(), table_stretch=1.4) > 1.2 * height(table())


def test_small_type_is_wider_than_scaled_type() -> None:
    drawn = style()
    assert table_size(table(width=300.0), drawn, 300) == "normalsize"
    # Nine tenths of 300 points are 270, but type for 9 points is wider.
    assert table_size(table(width=300.0), drawn, 271) == "footnotesize"
    assert table_size(table(width=300.0), drawn, 280) == "small"
    assert table_size(table(width=300.0), drawn, 100) is None
