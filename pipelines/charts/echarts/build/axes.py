"""Writes the options of axes: ranges, ticks, labels, titles and lines across the plot."""

from __future__ import annotations

from collections.abc import Sequence

from pyecharts.commons.utils import JsCode

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.board import Board, Option, line_height
from pipelines.charts.echarts.build.names import Fitted, Names, name_line_height
from pipelines.charts.echarts.build.scale import Scale
from pipelines.charts.echarts.build.script import packed

MARGIN = 8
"""Pixels between an axis and its labels."""
_TICK_PX = 5
_OVER_MARKS = 4
MS_PER_DAY = 86_400_000


def title_lines(board: Board, title: str, length: float) -> list[str]:
    """Return the lines of an axis title along so many pixels."""
    return board.ruler.wrap(title, board.frame.axis_title_px, length) if title else []


def title_room(board: Board, title: str, length: float) -> float:
    """Return the room that an axis title takes across its axis."""
    lines = title_lines(board, title, length)
    if len(lines) > 3:
        raise CannotDraw("no-room", "an axis title needs too many lines")
    return len(lines) * line_height(board.frame.axis_title_px) + 6 if lines else 0.0


def tick_formatter(scale: Scale) -> JsCode:
    """Return a function that prints a tick's value as its format does.

    The strings come ready made, by the place of the value among the ticks: JavaScript need not
    agree with Python about rounding.
    """
    values = ",".join(repr(tick) for tick in scale.ticks)
    return JsCode(
        f"function(v){{var a=[{values}],k=0;for(var i=1;i<a.length;i++)"
        f"if(Math.abs(a[i]-v)<Math.abs(a[k]-v))k=i;return {packed(scale.labels)}[k]}}"
    )


def _common(board: Board, which: str, title: str, length: float, gap: float) -> Option:
    frame = board.frame
    side = {"x": "bottom", "y": "left", "y2": "right"}[which]
    line = {"color": frame.axis_colour, "width": 1}
    option: Option = {
        "axisLine": {"show": side in frame.spines, "onZero": False, "lineStyle": line},
        "axisTick": {
            "show": frame.ticks != "none",
            "inside": frame.ticks == "in",
            "length": _TICK_PX,
            "lineStyle": line,
        },
        "axisLabel": {"margin": MARGIN, "fontSize": frame.tick_px, "color": frame.muted_colour},
        "position": side,
    }
    lines = title_lines(board, title, length)
    if lines:
        option |= {
            "name": "\n".join(lines),
            "nameLocation": "middle",
            "nameGap": gap,
            "nameTextStyle": board.text_style(frame.axis_title_px, frame.text_colour),
        }
        if which != "x":
            option["nameRotate"] = 90
    return option


def _split_line(board: Board, show: bool) -> Option:
    frame = board.frame
    style = {"color": frame.grid_colour, "width": 1, "type": frame.grid_dash}
    return {"show": show, "lineStyle": style}


def value_axis(board: Board, scale: Scale, title: str, length: float, which: str) -> Option:
    """Return the option of an axis of numbers; `which` is "x", "y" or "y2"."""
    frame = board.frame
    if which == "x":
        room = frame.tick_px * 1.2
    else:
        room = board.ruler.widest(scale.labels, frame.tick_px)
    option = _common(board, which, title, length, MARGIN + room + 6)
    lines = frame.grid != "none" and which != "y2"
    option |= {
        "type": "log" if scale.log else "value",
        "min": scale.low,
        "max": scale.high,
        "splitLine": _split_line(board, lines),
    }
    option["axisLabel"]["formatter"] = tick_formatter(scale)
    if not scale.step:
        option["axisLabel"]["customValues"] = list(scale.ticks)
        option["axisTick"]["customValues"] = list(scale.ticks)
    else:
        option["interval"] = scale.step
    if scale.log:
        option["startValue"] = scale.low
    return option


def name_axis(
    board: Board, along: Names, fitted: Fitted, length: float, times: tuple[int, ...], which: str
) -> Option:
    """Return the option of an axis of categories, or of dates where there are `times`."""
    frame = board.frame
    option = _common(board, which, along.title, length, MARGIN + fitted.size + 6)
    label = option["axisLabel"]
    label |= {"interval": 0, "lineHeight": name_line_height(frame.tick_px)}
    if fitted.turn:
        label["rotate"] = fitted.turn
    option["splitLine"] = _split_line(board, frame.grid == "both")
    if times:
        low, high = along.ends
        shown = [times[at] for at, text in enumerate(fitted.texts) if text]
        label["customValues"] = shown
        label["formatter"] = _text_by_value(shown, [text for text in fitted.texts if text])
        label["hideOverlap"] = False
        option["axisTick"]["customValues"] = shown
        return option | {
            "type": "time", "min": round(low * MS_PER_DAY), "max": round(high * MS_PER_DAY)
        }  # fmt: skip
    option["type"] = "category"
    if not option["splitLine"]["show"]:
        # Its line covers the feet of the bars.
        option["z"] = _OVER_MARKS
    option["splitLine"]["interval"] = 0
    option["axisTick"] |= {"interval": 0, "alignWithLabel": frame.ticks == "in"}
    option["data"] = list(fitted.texts)
    if which == "y":
        option["inverse"] = True
    return option


def _text_by_value(values: Sequence[float], texts: Sequence[str]) -> JsCode:
    listed = ",".join(repr(value) for value in values)
    return JsCode(f"function(v){{return {packed(texts)}[[{listed}].indexOf(v)]}}")
