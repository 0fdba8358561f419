"""Clean beside worn: a sheet of pairs with their boxes, for a look before training on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from dataengine.canonical import canonical_json
from dataengine.contact_sheet import contact_sheet
from dataengine.degrade.degrader import Outcome

_NOT_SHOWN = ("profile", "canvas")


@dataclass(frozen=True, slots=True)
class Pair:
    """A row, and what became of it."""

    row: Mapping[str, Any]
    outcome: Outcome

    def worn_row(self) -> Mapping[str, Any]:
        """Return the row with the worn picture in place of the stored one."""
        worn = self.outcome.worn
        if worn is None:
            return {**self.row, "template": f"left clean: {self.outcome.reason}", "source": None}
        path = f"{self.row['id']}.{worn.image_format}"
        return {
            **self.row,
            "image": {"bytes": worn.image, "path": path},
            "width": worn.width,
            "height": worn.height,
            "regions": worn.regions,
            "template": f"{self.outcome.profile} {worn.applied[0]['strength']:.2f}",
            "source": canonical_json({"item": " ".join(self.effects())}),
        }

    def effects(self) -> list[str]:
        """Return the names of the effects that were applied."""
        worn = self.outcome.worn
        applied = worn.applied if worn else ()
        return [str(one["name"]) for one in applied if one["name"] not in _NOT_SHOWN]

    def line(self) -> str:
        """Return one line about it."""
        worn = self.outcome.worn
        if worn is None:
            return f"{self.row['id']}: left clean ({self.outcome.reason})"
        said = worn.applied[0]
        return (
            f"{self.row['id']}: {self.outcome.profile} {said['strength']:.2f}, similarity "
            f"{said['similarity']:.2f}: {', '.join(self.effects())}"
        )

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON, without the picture."""
        worn = self.outcome.worn
        return {
            "id": self.row["id"],
            "reason": self.outcome.reason,
            "refused": list(self.outcome.refused),
            "applied": [dict(one) for one in worn.applied] if worn else [],
        }


def pairs_sheet(
    pairs: Sequence[Pair], *, columns: int, cell_px: int, levels: Sequence[str] = ()
) -> Image.Image:
    """Draw pairs, `columns` of them side by side; `levels` name the regions whose boxes to draw."""
    rows = [row for pair in pairs for row in (pair.row, pair.worn_row())]
    return contact_sheet(rows, columns=2 * columns, cell_px=cell_px, levels=levels)
