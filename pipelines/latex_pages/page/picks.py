"""Random tables and displays: one for a crop or amid a text, many for a dense page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipelines.latex_pages.page.geometry import Geometry
from pipelines.latex_pages.page.pieces import Piece, Stock
from pipelines.latex_pages.page.wanted import NoPieces, Wanted, height_of, suits

if TYPE_CHECKING:
    import numpy as np

_TRIES = 12
_PICKS = 400
_LEAST_ROOM = 40.0
"""Points: less room in the last column is not filled any more."""
_DRAWS_AFTER = 60
"""Random picks in a row that find no room, until a dense page is taken as full."""


def pick_piece(
    stock: Stock,
    name: str,
    wanted: Wanted,
    rng: np.random.Generator,
    keeps: Callable[[Piece], bool],
) -> Piece:
    """One random table or display that fits."""
    group = f"{wanted.foreign or wanted.language or 'en'}/{name}"
    total = stock.count(group)
    for _ in range(_TRIES if total else 0):
        found = stock.read(group, int(rng.integers(total)), 1)
        if found and keeps(found[0]) and suits(found[0], wanted):
            return found[0]
    raise NoPieces(group)


def fill_with_picks(
    stock: Stock, name: str, wanted: Wanted, rng: np.random.Generator
) -> list[Piece]:
    """Random tables or displays, each of which has room in a column by its estimated height."""
    language = wanted.foreign or wanted.language or "en"
    groups = [f"{language}/{name}"]
    if wanted.language != "en" or wanted.foreign:
        # Chinese templates set both; their few displays alone would leave pages half empty.
        groups.append(f"{'en' if language == 'zh' else 'zh'}/{name}")
    columns = _Columns(wanted.geometry)
    pieces: list[Piece] = []
    for group in groups:
        total = stock.count(group)
        seen: set[int] = set()
        missed = 0
        for _ in range(min(2 * total, _PICKS)):
            if missed >= _DRAWS_AFTER or columns.full:
                break
            at = int(rng.integers(total))
            if at in seen:
                continue
            seen.add(at)
            found = stock.read(group, at, 1)
            if not found or not suits(found[0], wanted):
                continue
            if columns.put(height_of(found[0], wanted)):
                pieces.append(found[0])
                missed = 0
            else:
                missed += 1
    if not pieces:
        raise NoPieces(groups[0])
    return pieces


class _Columns:
    """The columns of a page while they are filled by estimated heights, one after the other."""

    def __init__(self, geometry: Geometry) -> None:
        self._height = geometry.text_height
        self._left = geometry.columns - 1
        self._room = self._height

    @property
    def full(self) -> bool:
        """Whether the last column has hardly any room left."""
        return not self._left and self._room < _LEAST_ROOM

    def put(self, height: float) -> bool:
        """Put a piece, in the next column if need be; say whether it had room."""
        if height > self._room:
            # A column is not left half empty for one high piece.
            if not self._left or height > self._height or self._room > self._height / 4:
                return False
            self._left -= 1
            self._room = self._height
        self._room -= height
        return True


def croppable(piece: Piece) -> bool:
    if piece.table is None:
        return not piece.form.notes
    return not any(cell.form.notes for row in piece.table.rows for cell in row)
