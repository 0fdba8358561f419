"""Radar charts and gauges."""

from __future__ import annotations

import math

from pyecharts.charts import Gauge, Radar
from pyecharts.commons.utils import JsCode

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.axes import tick_formatter
from pipelines.charts.echarts.build.board import Board, Option, put_legend
from pipelines.charts.echarts.build.lines import ink_of
from pipelines.charts.echarts.build.parts import (
    MISSING,
    NO_LABEL,
    colour_of,
    dash_of,
    finish,
    finish_series,
    symbol_of,
)
from pipelines.charts.echarts.build.radar_labels import place_corners
from pipelines.charts.echarts.build.rounds import put_caption, settle_caption
from pipelines.charts.echarts.build.scale import plan_scale
from pipelines.charts.echarts.build.script import packed
from pipelines.charts.spec.model import Table

_NAME_GAP = 10
_SMALLEST_RADIUS = 50.0
_TEXT_OF_CORNER = JsCode("function(p){return p.data.t[p.dimensionIndex]}")
_GAUGE_SHARE = 0.93
_HUB_SHARE = 0.1


def build_radar(board: Board) -> Radar:
    """Build a radar chart: every series a polygon over the same spokes."""
    spec, table, frame, style = board.spec, board.spec.data, board.frame, board.style
    assert isinstance(table, Table)
    names = [one.name for one in table.series]
    put_legend(board, names, needed=len(names) > 1)
    put_caption(board)
    wide = board.ruler.widest(list(table.categories), frame.tick_px)
    names_shown = table.categories
    if wide > 0.28 * board.width:
        room = 0.28 * board.width
        names_shown = tuple(
            "\n".join(board.ruler.wrap(name, frame.tick_px, room)) for name in table.categories
        )
        wide = board.ruler.widest(list(names_shown), frame.tick_px)
    lines = 1 + max(name.count("\n") for name in names_shown)
    tall = lines * frame.tick_px * 1.2 + _NAME_GAP
    radius = min((board.width - 2 * wide) / 2 - _NAME_GAP - 4, board.height / 2 - tall - 2)
    if radius < _SMALLEST_RADIUS:
        raise CannotDraw("no-room", f"the radar's radius would be {radius:.0f} pixels")
    values = [value for one in table.series for value in one.values if value is not None]
    low = min(0.0, *values)
    scale = plan_scale(
        spec.value, low, max(values), radius, max(24.0, 2 * frame.tick_px), zero=True
    )
    steps = len(scale.ticks) - 1
    settle_caption(board, (board.top + board.bottom) / 2 + radius + tall)
    chart = Radar()
    ticks = {
        "show": spec.labels == "none",
        "fontSize": max(9, frame.tick_px - 1),
        "color": frame.muted_colour,
        "formatter": tick_formatter(scale),
        "showMinLabel": False,
    }
    spokes: list[Option] = []
    for at, name in enumerate(names_shown):
        spoke: Option = {"name": name, "min": scale.low, "max": scale.high}
        spokes.append(spoke | {"axisLabel": ticks if at == 0 else NO_LABEL})
    line = {"color": frame.grid_colour, "type": frame.grid_dash}
    chart.add_schema(
        spokes,
        shape="circle" if style.extra.get("radar_circle", False) else "polygon",
        center=[round((board.left + board.right) / 2, 2), round((board.top + board.bottom) / 2, 2)],
        radius=round(radius, 2),
        splitline_opt={"show": True, "lineStyle": line},
        splitarea_opt={"show": False},
        axisline_opt={"lineStyle": {"color": frame.axis_colour, "opacity": 0.5}},
        textstyle_opts={"fontSize": frame.tick_px},
    )
    radar = chart.options["radar"][-1]
    # In front of the polygons, which would cover its ticks.
    radar |= {"splitNumber": steps, "axisNameGap": _NAME_GAP, "z": 3}
    text = {"fontSize": frame.tick_px, "color": frame.text_colour}
    radar["axisName"] = text | {"lineHeight": round(frame.tick_px * 1.2)}
    del radar["name"]
    layouts: list[JsCode] = []
    if spec.labels != "none":
        layouts = place_corners(board, table.series, names_shown, scale, radius, _NAME_GAP)
    for at, one in enumerate(table.series):
        colour, symbol = colour_of(board, at), symbol_of(board, at)
        size = style.marker_px
        if symbol == "none" and spec.labels != "none":
            # Labels hang on symbols: one that the line hides.
            symbol, size = "circle", max(1.0, style.line_px)
        row: Option = {
            "name": one.name,
            "value": [MISSING if value is None else value for value in one.values],
            "t": ["" if v is None else spec.value.format.text(v) for v in one.values],
        }
        label: Option = NO_LABEL
        if spec.labels != "none":
            label = {"show": True, "formatter": _TEXT_OF_CORNER, "fontSize": frame.label_px}
            label |= {"color": ink_of(board, at, len(names)), "position": "inside"}
        chart.add(
            one.name, [row], symbol=symbol, label_opts=label,
            linestyle_opts={"width": style.line_px, "color": colour, "type": dash_of(board, at)},
            areastyle_opts={"opacity": style.area_alpha * 0.6, "color": colour}
            if style.extra.get("radar_filled", True) else None,
        )  # fmt: skip
        finish_series(
            chart, str(at), itemStyle={"color": colour},
            symbolSize=size, **({"labelLayout": layouts[at]} if layouts else {}),
        )  # fmt: skip
    return finish(board, chart)


def build_gauge(board: Board) -> Gauge:
    """Build a gauge with one pointer, its name and value under it."""
    spec, table, frame, style = board.spec, board.spec.data, board.frame, board.style
    assert isinstance(table, Table)
    value = table.series[0].values[0]
    assert value is not None
    put_caption(board)
    board.need(180, 160)
    # Three quarters of a circle: its lower end lies at sin 45 degrees.
    below = math.sin(math.pi / 4)
    radius = min(board.width / 2, board.height / (1 + below)) * _GAUGE_SHARE - 4
    top = spec.percent_format is not None and spec.value.format.suffix == "%" and 0 <= value <= 100
    highest = 100.0 if top else value * 1.25 or 1.0
    scale = plan_scale(spec.value, min(0.0, value), highest, 8.0 * 40, 40.0, zero=True)
    band = max(8.0, radius * float(style.extra.get("gauge_band", 0.1)))
    wide = board.ruler.widest(scale.labels, frame.tick_px)
    if radius < 70 or wide > radius * 0.42:
        raise CannotDraw("no-room", f"the gauge's radius would be {radius:.0f} pixels")
    text = spec.value.format.text(value)
    detail_px = max(frame.label_px, min(28, round(radius * 0.16)))
    while detail_px > 10 and board.ruler.width(text, detail_px, True) > radius * 1.1:
        detail_px -= 1
    colour = colour_of(board, 0)
    name_lines = board.ruler.wrap(table.categories[0], frame.label_px, radius * 0.9)
    shown = spec.labels != "none"
    value_at = radius * 0.38 + detail_px / 2
    name_at = value_at + (detail_px / 2 + 4 if shown else 0.0)
    name_at += len(name_lines) * frame.label_px * 0.6
    middle = board.top + (board.height - radius * (1 + below)) / 2 + radius
    settle_caption(board, middle + radius * below)
    chart = Gauge()
    chart.add(
        "",
        [("\n".join(name_lines), value)],
        min_=scale.low,
        max_=scale.high,
        split_number=len(scale.ticks) - 1,
        center=[round((board.left + board.right) / 2, 2), round(middle, 2)],
        radius=round(radius, 2),
        title_label_opts={
            "show": True, "offsetCenter": [0, round(name_at, 2)],
            "fontSize": frame.label_px, "color": frame.text_colour,
            "lineHeight": round(frame.label_px * 1.2),
        },
        detail_label_opts={
            "show": shown, "offsetCenter": [0, round(value_at, 2)],
            "fontSize": detail_px, "fontWeight": "bold", "color": frame.text_colour,
            "formatter": JsCode(f"function(v){{return {packed([text])}[0]}}"),
        },
        progress={"show": True, "width": round(band, 2), "itemStyle": {"color": colour}},
        pointer={"show": True, "length": "60%", "width": 6, "itemStyle": {"color": colour}},
        anchor={
            "show": True, "showAbove": True, "size": round(_HUB_SHARE * radius, 2),
            "itemStyle": {"color": colour},
        },
        axisline_opts={"lineStyle": {"width": round(band, 2), "color": [[1, frame.grid_colour]]}},
        axistick_opts={"distance": 3, "length": 4, "lineStyle": {"color": frame.axis_colour}},
        axislabel_opts={
            "distance": round(band + 10, 2), "fontSize": frame.tick_px, "rotate": 0,
            "color": frame.muted_colour, "formatter": tick_formatter(scale),
        },
        itemstyle_opts={"color": colour},
    )  # fmt: skip
    split = {"distance": 3, "length": 8, "lineStyle": {"color": frame.axis_colour, "width": 2}}
    finish_series(chart, "0", splitLine=split)
    return finish(board, chart)
