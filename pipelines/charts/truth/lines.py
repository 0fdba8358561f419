"""Drawn strings of a chart as single lines, wrapped ones by the names that the chart knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.charts.drawing import Text
from pipelines.charts.spec.model import Candles, Panels, Points, Spec
from pipelines.charts.truth.names import flat, leading, unwrap
from pipelines.charts.truth.naming import meant_items, meant_series


@dataclass(slots=True)
class Lines:
    """Joins the lines of wrapped texts, each name in the way that the ground truth writes it."""

    spec: Spec
    _known: dict[str, str] = field(default_factory=dict)

    def of(self, text: Text) -> str:
        """Return a text in one line."""
        drawn = text.string
        if "\n" not in drawn:
            return drawn
        if not self._known:
            self._known = {flat(one): one for one in _strings(self.spec)}
        whole = self._known.get(flat(drawn))
        if whole is not None:
            return whole
        if text.role == "label":
            items, series = meant_items(self.spec), meant_series(self.spec)
            for names, at in ((items, text.item), (series, max(text.series, 0))):
                name = names[at] if 0 <= at < len(names) else ""
                rest = leading(drawn, name)
                if rest is not None:
                    # A line feed between name and value is all that parts them.
                    return name + (f" {unwrap(rest[1:])}" if rest[:1] == "\n" else unwrap(rest))
        return unwrap(drawn)


def _strings(spec: Spec) -> Iterator[str]:
    yield from (spec.title, spec.subtitle, spec.source, *spec.notes, spec.category_title)
    size = spec.data.size if isinstance(spec.data, Points) else None
    yield from (axis.title for axis in (spec.value, spec.second, spec.x, size) if axis is not None)
    if isinstance(spec.data, Panels):
        yield from (panel.title for panel in spec.data.panels)
    if isinstance(spec.data, Candles):
        yield from (spec.data.rising, spec.data.falling)
    yield from meant_series(spec)
    yield from meant_items(spec)
