"""Finds how category names have to be turned or wrapped to stand beside each other."""

from __future__ import annotations

import re
import textwrap

from pipelines.charts.fonts import FontSet, measure
from pipelines.charts.spec.model import Boxes, Candles, Panels, Spec, Table
from pipelines.charts.style.model import Frame

_DATE = re.compile(r"\d\s*[年月日季]|\d[-/]\d")
"""Names that a break would make hard to read."""
_PLOT_SHARE = 0.78
"""Width of the plot, of the picture's, where nothing better is known."""
_GAP = 0.6
"""Free space between neighbouring names, in font sizes."""
_MOST_LINES = 3
_TURNED_LINE = 1.25
"""Room that a steeply turned name takes along the axis, in font sizes."""


def category_names(spec: Spec) -> tuple[str, ...]:
    """Return the names that stand along the category axis, if there is one."""
    data = spec.data
    if isinstance(data, Table | Boxes | Candles):
        return data.categories
    return data.panels[0].table.categories if isinstance(data, Panels) else ()


def fit_categories(
    spec: Spec, frame: Frame, fonts: FontSet, *, safe: bool = False
) -> tuple[int, int]:
    """Return how far names are turned (degrees) and how many characters a line of them has.

    Args:
        safe: after a failed layout: leave half as much again.

    Returns:
        Turn 0 to 90, and 0 characters for names that are not wrapped.
    """
    names = category_names(spec)
    if not names or spec.about.horizontal:
        return 0, 0
    panels = panel_columns(len(spec.data.panels)) if isinstance(spec.data, Panels) else 1
    share = _PLOT_SHARE - (0.15 if frame.legend in ("left", "right") else 0.0)
    room = frame.width * share / panels / len(names) / (1.5 if safe else 1.0)
    room -= _GAP * frame.tick_px
    widest = max(measure(fonts, name, frame.tick_px) for name in names)
    if widest <= room or (isinstance(spec.data, Table) and spec.data.dates):
        return 0, 0
    if spec.kind not in ("candlestick", "heatmap") and not safe:
        wrap = _wrapped(names, room, frame.tick_px, fonts)
        if wrap:
            return 0, wrap
    if room + _GAP * frame.tick_px >= 2.2 * frame.tick_px and not safe:
        return (30 if widest < 2.5 * room else 45), 0
    return (60 if room >= _TURNED_LINE * frame.tick_px else 90), 0


def panel_columns(panels: int) -> int:
    """Return how many small charts stand side by side."""
    return panels if panels < 4 else -(-panels // 2)


def wrap_name(name: str, characters: int) -> str:
    """Return a name with line feeds so that no line is longer, as far as words allow it.

    Chinese breaks anywhere; words in other scripts only at their ends.
    """
    if not characters or len(name) <= characters or _DATE.search(name):
        return name
    if " " in name:
        return "\n".join(textwrap.wrap(name, characters, break_long_words=False))
    if name.isascii():
        return name
    lines = -(-len(name) // characters)
    even = -(-len(name) // lines)
    return "\n".join(name[at : at + even] for at in range(0, len(name), even))


def _wrapped(names: tuple[str, ...], room: float, size_px: float, fonts: FontSet) -> int:
    """Return the characters per line with which all names fit in few lines, 0 if none does."""
    for characters in range(max(map(len, names)) - 1, 1, -1):
        lines = [wrap_name(name, characters).split("\n") for name in names]
        if max(map(len, lines)) > _MOST_LINES:
            return 0
        if max(measure(fonts, line, size_px) for name in lines for line in name) <= room:
            return characters
    return 0
