"""Pieces as the material file stores them, and the stock that pages draw them from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from dataengine.material import Material, Row
from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.forms.tables import TableForms
from pipelines.latex_pages.page.pieces import Piece

PIECES_KEPT = 1500
"""Some 10 kB each with all forms."""

DENSE_KINDS = ("table", "display")
"""Kinds of piece that dense pages and crops draw from groups of their own."""


def plain_group(language: str, kind: str) -> str:
    """Return the group of those tables or displays of a language that hold none of its script."""
    return f"{language}/plain-{kind}"


def dump_piece(piece: Piece) -> dict[str, Any]:
    """Return a piece as plain data with short keys; `source` holds its place alone."""
    data: dict[str, Any] = {"kind": piece.kind, "height": round(piece.height_pt, 1)}
    if piece.table is not None:
        data["table"] = piece.table.dump()
    else:
        data["form"] = piece.form.dump()
    if piece.level:
        data["level"] = piece.level
    if piece.width_pt:
        data["width"] = round(piece.width_pt, 1)
    if piece.continued:
        data["continued"] = True
    return data | {"place": piece.source.get("place", "")}


class StoredPiece(Piece):
    """A piece of a stored row; its forms are read when they are asked for.

    Most pieces that a page looks at are left out for their kind or size alone.
    """

    def __init__(self, row: Row) -> None:
        body = row.body
        self.__dict__.update(
            row=row,
            kind=body["kind"],
            level=body.get("level", 0),
            width_pt=body.get("width", 0.0),
            height_pt=body["height"],
            continued=body.get("continued", False),
            rendered={},
        )

    @cached_property
    def form(self) -> Form:
        """All its forms; of a table, nothing."""
        body = self.__dict__["row"].body
        return Form.load(body["form"]) if "form" in body else Form()

    @cached_property
    def table(self) -> TableForms | None:
        """Cells and caption of a table."""
        body = self.__dict__["row"].body
        return TableForms.load(body["table"]) if "table" in body else None

    @cached_property
    def source(self) -> Mapping[str, Any]:
        """Where it comes from."""
        row = self.__dict__["row"]
        return {
            "corpus": row.corpus,
            "item": row.item,
            "place": row.body["place"],
            "licence": row.licence,
            "url": row.url,
        }


class MaterialStock:
    """The stock of a plan's material file.

    Args:
        latin_only: give only such tables and displays of Chinese works as hold nothing Chinese:
            English templates have no font for it.
    """

    def __init__(self, material: Material, *, latin_only: bool = False) -> None:
        self._material = material
        self._renamed = (
            {f"zh/{kind}": plain_group("zh", kind) for kind in DENSE_KINDS} if latin_only else {}
        )
        self._kept: dict[tuple[str, int], Piece] = {}

    def count(self, group: str) -> int:
        """Return how many pieces a group holds; 0 for one that is not there."""
        return self._material.groups.get(self._renamed.get(group, group), 0)

    def read(self, group: str, start: int, count: int) -> Sequence[Piece]:
        """Return pieces start … start+count-1 of a group, fewer at its end."""
        count = min(count, self.count(group) - start)
        if count <= 0:
            return ()
        group = self._renamed.get(group, group)
        return [self._piece(group, start + step) for step in range(count)]

    def _piece(self, group: str, at: int) -> Piece:
        piece = self._kept.pop((group, at), None)
        if piece is None:
            (row,) = self._material.read(group, at, 1)
            piece = StoredPiece(row)
            if len(self._kept) >= PIECES_KEPT:
                del self._kept[next(iter(self._kept))]
        self._kept[group, at] = piece  # the last one asked for stands last
        return piece
