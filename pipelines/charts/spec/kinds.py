"""The kinds of chart: what shape of data each needs, and which library draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Library = Literal["matplotlib", "pyecharts"]
Shape = Literal["table", "points", "histogram", "boxes", "candles", "tree", "flow", "panels"]
BOTH: tuple[Library, ...] = ("matplotlib", "pyecharts")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of chart.

    Attributes:
        name: as in recipes and in samples.
        shape: the class of `Spec.data`.
        family: "bar", "line", "point", "round", "statistic", "hierarchy" or "mixed".
        series: fewest and most series.
        items: fewest and most categories, points per series, boxes, bins or leaves.
        libraries: which draw it.
        horizontal: whether values run along x and categories along y.
        stacked: whether series stand on one another.
        axes: whether it has a value axis that values could be read from.
    """

    name: str
    shape: Shape
    family: str
    series: tuple[int, int]
    items: tuple[int, int]
    libraries: tuple[Library, ...] = BOTH
    horizontal: bool = False
    stacked: bool = False
    axes: bool = True


_ONLY_ECHARTS: tuple[Library, ...] = ("pyecharts",)

_ALL = (
    Kind("bar", "table", "bar", (1, 1), (3, 14)),
    Kind("bar_horizontal", "table", "bar", (1, 1), (3, 14), horizontal=True),
    Kind("bar_grouped", "table", "bar", (2, 4), (3, 8)),
    Kind("bar_grouped_horizontal", "table", "bar", (2, 3), (3, 7), horizontal=True),
    Kind("bar_stacked", "table", "bar", (2, 5), (3, 10), stacked=True),
    Kind("bar_stacked_horizontal", "table", "bar", (2, 4), (3, 9), stacked=True, horizontal=True),
    Kind("bar_percent", "table", "bar", (2, 5), (3, 9), stacked=True),
    Kind("waterfall", "table", "bar", (1, 1), (4, 10)),
    Kind("line", "table", "line", (1, 1), (4, 24)),
    Kind("line_multi", "table", "line", (2, 5), (4, 16)),
    Kind("line_step", "table", "line", (1, 3), (4, 14)),
    Kind("area", "table", "line", (1, 1), (4, 20)),
    Kind("area_stacked", "table", "line", (2, 4), (4, 14), stacked=True),
    Kind("composite", "table", "mixed", (2, 3), (4, 12)),
    Kind("dual_axis", "table", "mixed", (2, 2), (4, 12)),
    Kind("scatter", "points", "point", (1, 3), (6, 30)),
    Kind("bubble", "points", "point", (1, 2), (5, 14)),
    Kind("histogram", "histogram", "statistic", (1, 1), (5, 16)),
    Kind("box", "boxes", "statistic", (1, 2), (3, 7)),
    Kind("candlestick", "candles", "statistic", (1, 1), (6, 24)),
    Kind("pie", "table", "round", (1, 1), (2, 8), axes=False),
    Kind("donut", "table", "round", (1, 1), (2, 8), axes=False),
    Kind("rose", "table", "round", (1, 1), (4, 9), axes=False),
    Kind("radar", "table", "round", (1, 3), (4, 8), axes=False),
    Kind("funnel", "table", "round", (1, 1), (3, 7), axes=False),
    Kind("heatmap", "table", "statistic", (2, 8), (3, 10), axes=False),
    Kind("gauge", "table", "round", (1, 1), (1, 1), _ONLY_ECHARTS, axes=False),
    Kind("treemap", "tree", "hierarchy", (1, 1), (4, 14), _ONLY_ECHARTS, axes=False),
    Kind("sunburst", "tree", "hierarchy", (1, 1), (4, 12), _ONLY_ECHARTS, axes=False),
    Kind("sankey", "flow", "hierarchy", (1, 1), (3, 12), _ONLY_ECHARTS, axes=False),
    Kind("multiples", "panels", "mixed", (2, 4), (3, 8)),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
