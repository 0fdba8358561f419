"""From a specification and a look to a pyecharts chart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyecharts.charts.base import Base

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.bars import build_bars, build_waterfall
from pipelines.charts.echarts.build.board import Board, open_board
from pipelines.charts.echarts.build.dials import build_gauge, build_radar
from pipelines.charts.echarts.build.flows import build_sankey
from pipelines.charts.echarts.build.hierarchies import build_sunburst, build_treemap
from pipelines.charts.echarts.build.lines import build_lines
from pipelines.charts.echarts.build.mixed import build_mixed
from pipelines.charts.echarts.build.panels import build_panels
from pipelines.charts.echarts.build.points import build_points
from pipelines.charts.echarts.build.rounds import build_funnel, build_pie
from pipelines.charts.echarts.build.ruler import ruler
from pipelines.charts.echarts.build.statistics import (
    build_boxes,
    build_candles,
    build_heatmap,
    build_histogram,
)
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.model import Style

_CODE_MARK = "--x_x--0_0--"

BUILDERS: dict[str, Callable[[Board], Any]] = {
    "bar": build_bars,
    "bar_horizontal": build_bars,
    "bar_grouped": build_bars,
    "bar_grouped_horizontal": build_bars,
    "bar_stacked": build_bars,
    "bar_stacked_horizontal": build_bars,
    "bar_percent": build_bars,
    "waterfall": build_waterfall,
    "line": build_lines,
    "line_multi": build_lines,
    "line_step": build_lines,
    "area": build_lines,
    "area_stacked": build_lines,
    "composite": build_mixed,
    "dual_axis": build_mixed,
    "scatter": build_points,
    "bubble": build_points,
    "histogram": build_histogram,
    "box": build_boxes,
    "candlestick": build_candles,
    "pie": build_pie,
    "donut": build_pie,
    "rose": build_pie,
    "radar": build_radar,
    "funnel": build_funnel,
    "heatmap": build_heatmap,
    "gauge": build_gauge,
    "treemap": build_treemap,
    "sunburst": build_sunburst,
    "sankey": build_sankey,
    "multiples": build_panels,
}


def build_chart(spec: Spec, style: Style) -> Base:
    """Return the chart that a specification and a look make.

    Raises:
        CannotDraw: there is no room for it.
        ToolMissing: its fonts are not installed.
    """
    if _CODE_MARK in spec.model_dump_json():
        # pyecharts would take what follows it for code.
        raise CannotDraw("echarts-unsupported", "a text has pyecharts' mark for code in it")
    chart: Base = BUILDERS[spec.kind](open_board(spec, style, ruler(style.frame.fonts)))
    chart.options["useUTC"] = True
    return chart
