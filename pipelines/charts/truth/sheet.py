"""The strings of a drawing, found by role and by what they label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pipelines.charts.drawing import Drawing, Text
from pipelines.charts.truth.names import unwrap
from pipelines.charts.truth.places import Key

_TICKS = {"x": "x_tick", "y": "y_tick", "y2": "y2_tick", "radius": "y_tick"}
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class Sheet:
    """Texts of a drawing by role.

    Attributes:
        by_role: texts in the order of drawing.
        labels: printed values by key; of several at one mark the first.
    """

    by_role: dict[str, list[Text]] = field(default_factory=dict)
    labels: dict[Key, Text] = field(default_factory=dict)

    def texts(self, role: str) -> Sequence[Text]:
        """Return the texts of a role."""
        return self.by_role.get(role, ())

    def line(self, role: str, meant: str = "") -> str:
        """Return the first text of a role as one line, "" if there is none."""
        found = self.texts(role)
        return unwrap(found[0].string, meant) if found else ""

    def lines(self, role: str, meant: Sequence[str] = ()) -> list[str]:
        """Return all texts of a role, each as one line."""
        hints = [*meant, *[""] * len(self.texts(role))]
        return [
            unwrap(one.string, hint) for one, hint in zip(self.texts(role), hints, strict=False)
        ]

    def names(
        self, role: str, meant: Sequence[str], *, panel: int | None = None, by: str = "item"
    ) -> dict[int, str]:
        """Return the names that texts of a role give to items or series, by index.

        Args:
            role: of the texts; those with a tick value are none.
            meant: what the names are believed to be, by index; see `unwrap`.
            panel: only texts of one panel.
            by: the index that counts: "item" or "series".
        """
        found: dict[int, str] = {}
        for one in self.texts(role):
            index = one.item if by == "item" else one.series
            if index < 0 or one.value is not None or (panel is not None and one.panel != panel):
                continue
            hint = meant[index] if index < len(meant) else ""
            found.setdefault(index, unwrap(one.string, hint))
        return found

    def ticks(self, which: str, panel: int) -> Iterable[Text]:
        """Yield the texts of ticks of numbers of an axis."""
        return (
            one
            for one in self.texts(_TICKS.get(which, ""))
            if one.value is not None and one.panel == panel
        )


def read_sheet(drawing: Drawing, dates: Sequence[str] = ()) -> Sheet:
    """Sort the texts of a drawing.

    Args:
        drawing: of the chart.
        dates: of the categories if these stand along a time axis; a tick that stands at one of them
            names its category.
    """
    sheet = Sheet()
    by_role, labels = sheet.by_role, sheet.labels
    days = {date.fromisoformat(one).toordinal() - _EPOCH: at for at, one in enumerate(dates)}
    for one in drawing.texts:
        if days and one.role == "x_tick" and one.value is not None:
            item = days.get(round(one.value), -1)
            one = replace(one, item=item, value=None)
        by_role.setdefault(one.role, []).append(one)
        if one.role == "label":
            labels.setdefault((one.panel, max(one.series, 0), one.item), one)
    return sheet
