"""A page is of the kind that it shows."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.latex_pages.content.nodes import Math, Paragraph, Symbol, Text
from pipelines.latex_pages.page.blocks import Block, make_block
from pipelines.latex_pages.page.kinds import actual_kind
from pipelines.latex_pages.page.numbering import Numbering
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.page.style import draw_style
from pipelines.latex_pages.page.templates import load_templates
from tests.pipelines.latex_pages.page.samples import display, heading, paragraph, piece, table

FORMULA = piece(Paragraph((Text("For "), Math((Symbol("x"),)), Text(" small."))))


def blocks(*pieces: Piece) -> list[Block]:
    rng = np.random.Generator(np.random.PCG64(1))
    style = draw_style(load_templates()["article"].draws, rng)
    numbering = Numbering(style, rng)
    return [make_block(one, number, style, numbering, 300) for number, one in enumerate(pieces)]


@pytest.mark.parametrize(
    ("kind", "pieces", "actual"),
    [
        ("prose_tables", [paragraph(), table()], "prose_tables"),
        ("prose_tables", [paragraph(), display()], "prose_formulas"),
        ("prose_tables", [heading(), paragraph()], "prose"),
        ("prose_formulas", [paragraph(), display()], "prose_formulas"),
        ("prose_formulas", [FORMULA], "prose_formulas"),
        ("prose_formulas", [heading(), paragraph()], "prose"),
        ("prose", [FORMULA], "prose"),
        ("tables", [table()], "tables"),
        ("formulas", [display()], "formulas"),
        ("table_crop", [table()], "table_crop"),
    ],
)
def test_the_kind_is_what_is_shown(kind: str, pieces: list[Piece], actual: str) -> None:
    assert actual_kind(kind, blocks(*pieces)) == actual
