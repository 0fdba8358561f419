"""About how high a piece stands on a page, before TeX has set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.page.blocks import TABLE_SIZES, table_size
from pipelines.latex_pages.page.pieces import MEASURED_WIDTH, Piece

if TYPE_CHECKING:
    from pipelines.latex_pages.page.geometry import Geometry
    from pipelines.latex_pages.page.style import Style

_AROUND_TABLE, _AROUND_DISPLAY = 13.0, 5.0
"""Points at 10 points of type: the room that a table or display has around it."""
_HEADING = 34.0
_SAFETY = 4.0


def height_on_page(piece: Piece, style: Style, geometry: Geometry) -> float:
    """Return the height in points, room around the piece included."""
    size = float(style["size"]) / 10
    spacing = float(style["spacing"])
    if piece.kind == "heading":
        return _HEADING * size
    if piece.kind == "display":
        return (piece.height_pt + _AROUND_DISPLAY) * size
    if piece.kind == "table":
        name = table_size(piece, style, geometry.column_width - _SAFETY)
        factor = TABLE_SIZES[name or "scriptsize"] * float(style["table_stretch"])
        return (piece.height_pt * factor + _AROUND_TABLE) * size * spacing
    wider = geometry.column_width / MEASURED_WIDTH
    height = piece.height_pt * size * size * spacing / wider
    return max(height, 12 * size * spacing) + 12 * size * float(style["parskip"])
