"""Histograms, box plots, candlesticks and heat maps."""

from __future__ import annotations

from typing import Any

from pyecharts.charts import Boxplot, HeatMap, Kline
from pyecharts.charts.basic_charts.custom import Custom
from pyecharts.commons.utils import JsCode

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.axes import tick_formatter
from pipelines.charts.echarts.build.board import Board, Option, line_height, put_legend
from pipelines.charts.echarts.build.cartesian import Span, lay_out, lay_out_cells
from pipelines.charts.echarts.build.names import Names
from pipelines.charts.echarts.build.parts import (
    NO_LABEL,
    colour_of,
    finish,
    finish_series,
    label_style,
)
from pipelines.charts.echarts.build.scale import Scale, plan_scale
from pipelines.charts.echarts.build.script import packed
from pipelines.charts.echarts.build.shades import contrast, mixed, two_apart
from pipelines.charts.spec.model import Boxes, Candles, Histogram, Table

# Data of a bin: its edges and count. The text of its label comes ready made, by number.
_BIN = """function(p,a){var l=a.coord([a.value(0),a.value(2)]),r=a.coord([a.value(1),0]);
return {type:'rect',shape:{x:l[0],y:l[1],width:r[0]-l[0],height:r[1]-l[1]},
style:{fill:a.visual('color'),stroke:'EDGE',lineWidth:1},
textContent:{style:{text:TEXT,fill:'INK',fontSize:SIZE}},
textConfig:{position:'PLACE',distance:4}}}""".replace("\n", "")
_COLOUR_BAR = 14
_MAX_BAR_PX = 220.0


def build_histogram(board: Board) -> Custom:
    """Build a histogram: touching bars between the edges of their bins."""
    spec, data, frame = board.spec, board.spec.data, board.frame
    assert isinstance(data, Histogram)
    assert spec.x is not None
    labelled = spec.labels != "none"
    head = frame.label_px + 9.0 if labelled else 6.0
    texts = [spec.value.format.text(count) for count in data.counts]
    up = Span(spec.value, 0, max(data.counts), head=head)
    plot = lay_out(board, up, Span(spec.x, data.edges[0], data.edges[-1], edges=data.edges))
    room = plot.width / len(texts)
    if labelled and board.ruler.widest(texts, frame.label_px) + 2 > room:
        raise CannotDraw("no-room", "labels are wider than the bins")
    code = (
        _BIN.replace("EDGE", board.style.edge or frame.plot_background)
        .replace("TEXT", f"{packed(texts)}[p.dataIndex]" if labelled else "''")
        .replace("INK", frame.text_colour)
        .replace("SIZE", str(frame.label_px))
        .replace("PLACE", "top")
    )
    chart = Custom()
    chart.options |= {"xAxis": [plot.x], "yAxis": [plot.y[0]]}
    rows = [
        [low, high, count]
        for low, high, count in zip(data.edges, data.edges[1:], data.counts, strict=False)
    ]
    chart.add("", render_item=JsCode(code), data=rows, encode={"x": [0, 1], "y": 2})
    finish_series(
        chart, "0", rows, itemStyle={"color": colour_of(board, 0)}, coordinateSystem="cartesian2d"
    )
    finish(board, chart)
    chart.options["grid"] = [plot.grid]
    return chart


def build_boxes(board: Board) -> Boxplot:
    """Build a box plot."""
    spec, data, frame = board.spec, board.spec.data, board.frame
    assert isinstance(data, Boxes)
    names = [one.name for one in data.series]
    put_legend(board, names, needed=len(names) > 1, inside=True)
    values = [value for one in data.series for box in one.boxes for value in box]
    span = Span(spec.value, min(values), max(values), board.style.value_from_zero, 6.0, 6.0)
    plot = lay_out(board, span, Names(data.categories, spec.category_title))
    chart = Boxplot()
    chart.add_xaxis(plot.x["data"])
    widest = plot.width / len(data.categories) * board.style.bar_share / len(names)
    for at, one in enumerate(data.series):
        chart.add_yaxis(one.name, [])
        fill = {"color": colour_of(board, at), "borderColor": frame.text_colour}
        boxes = [list(box) for box in one.boxes]
        finish_series(
            chart, str(at), boxes, itemStyle=fill, boxWidth=[6, max(8.0, min(widest, 60.0))]
        )
    if "data" in board.legend:
        # Their swatches would have the colour of the outlines.
        board.legend["data"] = [
            {"name": name, "itemStyle": {"color": colour_of(board, at)}}
            for at, name in enumerate(names)
        ]
    finish(board, chart, xaxis_opts=plot.x, yaxis_opts=plot.y[0])
    chart.options["grid"] = [plot.grid]
    return chart


def build_candles(board: Board) -> Kline:
    """Build a candlestick chart."""
    spec, data = board.spec, board.spec.data
    assert isinstance(data, Candles)
    put_legend(board, [data.rising, data.falling], needed=True, inside=True)
    values = [value for candle in data.candles for value in candle]
    span = Span(spec.value, min(values), max(values), False, 6.0, 6.0)
    plot = lay_out(board, span, Names(data.categories, spec.category_title))
    chart = Kline()
    chart.add_xaxis(plot.x["data"])
    up, down = two_apart(board.style.palette, board.frame.plot_background)
    fill = {"color": up, "borderColor": up, "color0": down, "borderColor0": down}
    chart.add_yaxis(data.rising, [], itemstyle_opts=fill)
    wide = plot.width / len(data.candles) * board.style.bar_share
    # Left alone, it compares candles that close at their opening with the one before.
    flat = {"color0": up, "borderColor0": up, "borderColorDoji": up}
    rows: list[Any] = [
        {"value": list(candle), "itemStyle": flat} if candle[0] == candle[1] else list(candle)
        for candle in data.candles
    ]
    finish_series(chart, "0", rows, barWidth=round(wide, 2))
    # An empty series: only there for the entry in the legend.
    chart.add_yaxis(data.falling, [], itemstyle_opts={"color": down, "borderColor": down})
    finish_series(chart, "1", [])
    finish(board, chart, xaxis_opts=plot.x, yaxis_opts=plot.y[0])
    chart.options["grid"] = [plot.grid]
    return chart


def build_heatmap(board: Board) -> HeatMap:
    """Build a heat map: rows are series, the first at the top."""
    spec, table, frame = board.spec, board.spec.data, board.frame
    assert isinstance(table, Table)
    values = [value for one in table.series for value in one.values if value is not None]
    scale = plan_scale(spec.value, min(values), max(values), 240.0, 40.0, zero=False)
    with_bar = bool(board.style.extra.get("colour_bar", True))
    if spec.value.title:
        _put_measure(board, spec.value.title)
    bar_top = board.top
    wide = board.ruler.widest([scale.labels[0], scale.labels[-1]], frame.tick_px)
    bar_room = max(wide, _COLOUR_BAR) + 14
    if with_bar:
        board.right -= bar_room
    rows = tuple(one.name for one in table.series)
    plot = lay_out_cells(board, Names(table.categories, spec.category_title), Names(rows, ""))
    ends = _ends(board)
    cells, texts = _cells(board, table, scale, ends)
    if spec.labels != "none":
        fits = board.ruler.widest(texts, frame.label_px) + 4 <= plot.width / len(table.categories)
        if not fits or frame.label_px + 4 > plot.height / len(rows):
            raise CannotDraw("no-room", "a label does not fit into its cell")
    chart = HeatMap()
    chart.add_xaxis(plot.x["data"])
    label = NO_LABEL
    if spec.labels != "none":
        label = label_style(board, "inside", "#000000")
    chart.add_yaxis("", plot.y[0]["data"], [], label_opts=label)
    gap = {"borderColor": board.style.edge or frame.background, "borderWidth": 1}
    finish_series(chart, "0", cells, itemStyle=gap)
    length = min(_MAX_BAR_PX, plot.height - 2 * frame.tick_px - 20)
    finish(board, chart, xaxis_opts=plot.x, yaxis_opts=plot.y[0])
    chart.options["visualMap"] = [_visual_map(board, scale, ends, with_bar, length, bar_top)]
    chart.options["grid"] = [plot.grid]
    return chart


def _put_measure(board: Board, title: str) -> None:
    px = board.frame.legend_px
    lines = board.ruler.wrap(title, px, board.width)
    x = board.right - board.ruler.widest(lines, px)
    board.add_title("legend_title", lines, px, board.frame.text_colour, x, board.top)
    board.top += len(lines) * line_height(px) + 4


def _ends(board: Board) -> tuple[str, str]:
    """Return the colours of the least and the greatest value."""
    strong = colour_of(board, 0)
    pale = "#" + "".join(f"{int(strong[a : a + 2], 16) * 15 // 100 + 216:02x}" for a in (1, 3, 5))
    return pale, strong


def _cells(
    board: Board, table: Table, scale: Scale, ends: tuple[str, str]
) -> tuple[list[Any], list[str]]:
    spec = board.spec
    cells: list[Any] = []
    texts = []
    for row, one in enumerate(table.series):
        for column, value in enumerate(one.values):
            if value is None:
                continue
            cell: Option = {"value": [column, row, value]}
            if spec.labels != "none":
                text = spec.value.format.text(value)
                texts.append(text)
                ink = contrast(mixed(*ends, scale.place(value)))
                cell |= {"t": text, "label": {"color": ink}}
            cells.append(cell)
    return cells, texts


def _visual_map(
    board: Board, scale: Scale, ends: tuple[str, str], show: bool, length: float, top: float
) -> Option:
    frame = board.frame
    low, high = scale.labels[0], scale.labels[-1]
    return {
        "show": show,
        "type": "continuous",
        "min": scale.low,
        "max": scale.high,
        "calculable": False,
        "inRange": {"color": list(ends)},
        "text": [high, low],
        "textGap": 6,
        "itemWidth": _COLOUR_BAR,
        "itemHeight": round(length, 2),
        "padding": 0,
        "left": round(board.right + 12, 2),
        "top": round(top + 4, 2),
        "formatter": tick_formatter(scale),
        "textStyle": {"fontSize": frame.tick_px, "color": frame.muted_colour},
    }
