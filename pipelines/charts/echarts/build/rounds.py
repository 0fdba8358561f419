"""Pies, donuts, roses and funnels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from pyecharts.charts import Funnel, Pie

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.board import Board, Option, line_height, put_legend
from pipelines.charts.echarts.build.parts import (
    OWN_TEXT,
    colour_of,
    edge_style,
    finish,
    finish_series,
    inner_colour,
)
from pipelines.charts.spec.labels import compose
from pipelines.charts.spec.model import Table

_LINE_1, _LINE_2, _LINE_GAP = 12.0, 10.0, 5.0
_CAPTION_GAP = 12.0
_SMALLEST_RADIUS = 45.0
_GOOD_RADIUS = 0.28
_NAMING = ("name", "name_value", "name_percent")


@dataclass(frozen=True, slots=True)
class Item:
    """A slice: its number among the categories, name, value and label."""

    at: int
    name: str
    value: float
    text: str


def items_of(board: Board) -> list[Item]:
    """Return the slices of a chart of parts."""
    spec, table = board.spec, board.spec.data
    assert isinstance(table, Table)
    row = table.series[0].values
    total = sum(value for value in row if value is not None) or 1.0
    made = []
    for at, (name, value) in enumerate(zip(table.categories, row, strict=True)):
        if value is None:
            continue
        share = spec.percent_format.text(100 * value / total)
        text = compose(spec.labels, name, spec.value.format.text(value), share, board.join)
        made.append(Item(at, name, value, text))
    return made


def put_item_legend(board: Board, items: list[Item]) -> None:
    """Lay out the legend of a chart whose colours tell items apart."""
    needed = board.spec.labels not in _NAMING
    put_legend(board, [item.name for item in items], needed=needed, icon="roundRect")


def put_caption(board: Board) -> None:
    """Write what the values of a chart without axes measure under its plot."""
    title, px = board.spec.value.title, board.frame.axis_title_px
    if not title:
        return
    lines = board.ruler.wrap(title, px, board.width)
    board.bottom -= len(lines) * line_height(px)
    x = (board.left + board.right) / 2
    colour = board.frame.text_colour
    board.add_title("y_title", lines, px, colour, x, board.bottom, align="center")
    board.bottom -= 8


def settle_caption(board: Board, lowest: float) -> None:
    """Move the caption up to the lowest line of the figure, if it is farther away than need be."""
    for title in board.titles:
        if title["id"] == "y_title":
            title["top"] = round(min(title["top"], lowest + _CAPTION_GAP), 2)


def build_pie(board: Board) -> Pie:
    """Build a pie, donut or rose."""
    spec, style, px = board.spec, board.style, board.frame.label_px
    items = items_of(board)
    put_item_legend(board, items)
    put_caption(board)
    board.need(140, 120)
    inside = spec.labels != "none" and style.label_place != "outside" and spec.kind != "rose"
    hole = style.hole if spec.kind in ("donut", "rose") else 0.0
    radius = min(board.width, board.height) / 2 - 4
    if inside and not _fit_inside(board, items, radius, hole):
        inside = False
    if spec.labels != "none" and not inside:
        beside = _first_line(board, items) + _LINE_2 + _LINE_GAP + 4
        least = max(_SMALLEST_RADIUS, _GOOD_RADIUS * min(board.width, board.height))
        items = [_wrapped(board, item, board.width / 2 - beside - least) for item in items]
        radius = _room_for_labels(board, items)
    if radius < _SMALLEST_RADIUS:
        raise CannotDraw("no-room", f"the pie's radius would be {radius:.0f} pixels")
    hanging = _first_line(board, items) + px if spec.labels != "none" and not inside else 0.0
    settle_caption(board, (board.top + board.bottom) / 2 + radius + hanging)
    chart = Pie()
    chart.add(
        "",
        [("", 0)],
        radius=[round(hole * radius, 2), round(radius, 2)],
        center=["50%", "50%"],
        rosetype="area" if spec.kind == "rose" else None,
        start_angle=90 - style.start_angle,
        label_opts=_label(board, inside),
        label_line_opts={
            "show": spec.labels != "none" and not inside,
            "length": round(_first_line(board, items), 2), "length2": _LINE_2,
        },
    )  # fmt: skip
    rows: list[Option] = []
    for item in items:
        colour = colour_of(board, item.at)
        row: Option = {"name": item.name, "value": item.value, "t": item.text, "i": item.at}
        row["itemStyle"] = edge_style(board, colour)
        if inside:
            row["label"] = {"color": inner_colour(board, colour)}
        rows.append(row)
    room = {"left": board.left, "top": board.top, "width": board.width, "height": board.height}
    finish_series(chart, "0", rows, **{name: round(value, 2) for name, value in room.items()})
    return finish(board, chart)


def _first_line(board: Board, items: list[Item]) -> float:
    """Return how far from its slice a label's middle is: off it, however many lines it has."""
    lines = 1 + max(item.text.count("\n") for item in items)
    return max(_LINE_1, 0.6 * board.frame.label_px * lines + 3)


def _room_for_labels(board: Board, items: list[Item]) -> float:
    """Return the greatest radius with which every label has room beside its slice."""
    px, style = board.frame.label_px, board.style
    total = sum(item.value for item in items) or 1.0
    lines = 1 + max(item.text.count("\n") for item in items)
    if len(items) * (lines * px + 4) > 2 * board.height:
        return 0.0
    first = _first_line(board, items)
    half_wide, half_tall = board.width / 2, board.height / 2
    radius = min(half_wide, half_tall) - 4.0
    turned, sides = math.radians(style.start_angle), {True: 0.0, False: 0.0}
    for item in items:
        angle = turned + math.tau * item.value / total / 2
        turned += math.tau * item.value / total
        across, up = abs(math.sin(angle)), abs(math.cos(angle))
        wide = board.ruler.width(item.text, px) + _LINE_2 + _LINE_GAP + 6
        tall = px * 1.2 * (1 + item.text.count("\n"))
        sides[math.sin(angle) >= 0] += tall + 4
        if across > 0.05:
            radius = min(radius, (half_wide - wide) / across - first)
        if up > 0.05:
            radius = min(radius, (half_tall - tall / 2 - 2) / up - first)
    if board.spec.kind == "rose" or max(sides.values()) > 1.5 * radius:
        # Crowded labels are pushed along the edge, as far as the widest place.
        wide = board.ruler.widest([item.text for item in items], px)
        across = half_wide - wide - first - _LINE_2 - _LINE_GAP - 4
        radius = min(radius, across, half_tall - lines * px - first - 4)
    return radius


def _wrapped(board: Board, item: Item, room: float) -> Item:
    """Return a slice whose label's lines are no wider than `room` where breaks allow it."""
    px, lines = board.frame.label_px, item.text.split("\n")
    text = "\n".join(part for line in lines for part in board.ruler.wrap(line, px, room))
    return replace(item, text=text)


def _label(board: Board, inside: bool) -> Option:
    if board.spec.labels == "none":
        return {"show": False}
    return {
        "show": True,
        "position": "inside" if inside else "outside",
        "fontSize": board.frame.label_px,
        "color": board.frame.text_colour,
        "formatter": OWN_TEXT,
        "overflow": "none",
        "lineHeight": round(board.frame.label_px * 1.2),
        "distanceToLabelLine": _LINE_GAP,
        "bleedMargin": 2,
    }


def _fit_inside(board: Board, items: list[Item], radius: float, hole: float) -> bool:
    """Say whether every label fits into its slice."""
    total = sum(item.value for item in items) or 1.0
    middle = radius * (1 + hole) / 2
    px = board.frame.label_px
    for item in items:
        arc = 6.28 * middle * item.value / total
        wide = board.ruler.width(item.text, px)
        tall = px * (1 + item.text.count("\n"))
        if wide > radius * (1 - hole) * 0.95 or arc < 1.15 * min(wide, 2.2 * tall) + tall * 0.5:
            return False
    return True


def build_funnel(board: Board) -> Funnel:
    """Build a funnel, the widest part at the top."""
    spec, style, px = board.spec, board.style, board.frame.label_px
    items = items_of(board)
    put_item_legend(board, items)
    put_caption(board)
    board.need(160, 120)
    texts = [item.text for item in items]
    inside = spec.labels != "none" and style.label_place != "outside"
    width, height = 0.8 * board.width, board.height
    each = height / len(items)
    if inside and not _fit_funnel(board, items, width, each):
        inside = False
    left = board.left + 0.1 * board.width
    length = 12.0
    if spec.labels != "none" and not inside:
        # Labels hang on the middle of the slanting side, the longest on the widest part.
        # Where that side is flat, its line has to be longer to keep the label off it.
        half = 0.6 * px * (1 + max(text.count("\n") for text in texts))
        length += half * _steepest(items) * 0.8 * board.width / (2 * each)
        beside = board.ruler.widest(texts, px) + length + 14
        width = min(0.8 * board.width, board.width - beside)
        left = board.left + (board.width - width - beside) / 2
    if width < 100 or each < px + 4:
        raise CannotDraw("no-room", f"the funnel would be {width:.0f} x {height:.0f} pixels")
    chart = Funnel()
    label: Option = {"show": False}
    if spec.labels != "none":
        label = {
            "show": True,
            "position": "inside" if inside else "right",
            "fontSize": px,
            "color": board.frame.text_colour,
            "formatter": OWN_TEXT,
            "lineHeight": round(px * 1.2),
        }
    chart.add(
        "", [], min_=0, max_=max(item.value for item in items), min_size=0,
        max_size=round(width, 2), gap=2, label_opts=label,
        pos_left=round(left, 2), pos_top=round(board.top, 2), width=round(width, 2),
        height=round(height, 2),
    )  # fmt: skip
    rows: list[Option] = []
    for item in items:
        colour = colour_of(board, item.at)
        row: Option = {"name": item.name, "value": item.value, "t": item.text, "i": item.at}
        row["itemStyle"] = {"borderWidth": 0} | edge_style(board, colour)
        if inside:
            row["label"] = {"color": inner_colour(board, colour)}
        rows.append(row)
    line = {"show": not inside and spec.labels != "none", "length": round(length, 2)}
    finish_series(chart, "0", rows, labelLine=line)
    return finish(board, chart)


def _steepest(items: list[Item]) -> float:
    """Return the greatest difference between neighbouring layers, of the widest."""
    values = sorted((item.value for item in items), reverse=True)
    steps = [high - low for high, low in zip(values, [*values[1:], 0.0], strict=True)]
    return max(steps) / (values[0] or 1.0)


def _fit_funnel(board: Board, items: list[Item], width: float, each: float) -> bool:
    widths = sorted((item.value for item in items), reverse=True)
    texts = [item.text for item in sorted(items, key=lambda item: -item.value)]
    largest, px = widths[0] or 1.0, board.frame.label_px
    for at, text in enumerate(texts):
        below = widths[at + 1] if at + 1 < len(widths) else 0.0
        middle = (widths[at] + below) / 2 / largest * width
        if board.ruler.width(text, px) + 12 > middle or px * (1.3 + text.count("\n")) > each:
            return False
    return True
