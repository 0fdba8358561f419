"""A value of the ground truth with the names that lead to it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.charts.truth.places import Key
from pipelines.charts.truth.values import Reading


@dataclass(frozen=True, slots=True)
class Entry:
    """A value, point, box or candle.

    Attributes:
        key: panel, series and item.
        names: that lead to it in the dict, outermost first.
        parts: names of its numbers: "value"; "x", "y"; "min", "q1", …
        readings: as many as `parts`; () where a category has no value.
    """

    key: Key
    names: tuple[str, ...]
    parts: tuple[str, ...]
    readings: tuple[Reading, ...]
