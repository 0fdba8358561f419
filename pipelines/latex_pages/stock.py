"""Pieces as the material file stores them, and the stock that pages draw them from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dataengine.material import Material, Row
from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.forms.tables import TableForms
from pipelines.latex_pages.page.pieces import Piece


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


def load_piece(row: Row) -> Piece:
    """Return the piece of a stored row, with where it comes from."""
    body = row.body
    return Piece(
        kind=body["kind"],
        form=Form.load(body["form"]) if "form" in body else Form(),
        level=body.get("level", 0),
        table=TableForms.load(body["table"]) if "table" in body else None,
        width_pt=body.get("width", 0.0),
        height_pt=body["height"],
        continued=body.get("continued", False),
        source=_source(row, body),
    )


def _source(row: Row, body: Mapping[str, Any]) -> dict[str, str]:
    return {
        "corpus": row.corpus,
        "item": row.item,
        "place": body["place"],
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

    def count(self, group: str) -> int:
        """Return how many pieces a group holds; 0 for one that is not there."""
        return self._material.groups.get(self._renamed.get(group, group), 0)

    def read(self, group: str, start: int, count: int) -> Sequence[Piece]:
        """Return pieces start … start+count-1 of a group, fewer at its end."""
        count = min(count, self.count(group) - start)
        if count <= 0:
            return ()
        rows = self._material.read(self._renamed.get(group, group), start, count)
        return [load_piece(row) for row in rows]
