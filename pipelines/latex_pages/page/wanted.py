"""`Wanted`: what a page is to be, and whether a piece suits it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.page.compose import fits
from pipelines.latex_pages.page.geometry import Geometry
from pipelines.latex_pages.page.heights import height_on_page
from pipelines.latex_pages.page.pieces import EMPTY, Piece
from pipelines.latex_pages.proof.font_sets import is_fit

if TYPE_CHECKING:
    from pipelines.latex_pages.page.style import Style

Language = Literal["en", "zh"]


class NoPieces(Exception):
    """The stock holds nothing for such a page; the message names the group."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page needs to be chosen.

    Attributes:
        kind: page kind.
        language: of prose; None draws from both in turn.
        foreign: language of tables and displays that are picked at random.
        style, geometry: what they must fit.
        package: of mathematical fonts, where the font set has such (see `proof.font_sets`).
    """

    kind: str
    language: Language | None
    foreign: Language | None
    style: Style
    geometry: Geometry
    package: str | None = None


def suits(piece: Piece, wanted: Wanted) -> bool:
    """Whether a piece is narrow enough for a column and its formulas can be set with the fonts."""
    if not fits(piece, wanted.style, wanted.geometry):
        return False
    return wanted.package is None or all(
        is_fit(wanted.package, form.latex) for form in _forms(piece)
    )


def _forms(piece: Piece) -> Iterator[Form]:
    if piece.table is None:
        yield piece.form
        yield from piece.form.notes
        return
    cells = [cell.form for row in piece.table.rows for cell in row]
    for form in (*cells, piece.table.caption or EMPTY):
        yield form
        yield from form.notes


def height_of(piece: Piece, wanted: Wanted) -> float:
    """Return about how high a piece stands on the page, in points."""
    return height_on_page(piece, wanted.style, wanted.geometry)
