"""Flows (Sankey diagrams), with the names at the nodes and the values on the links."""

from __future__ import annotations

import numpy as np
from pyecharts.charts import Sankey

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.board import Board, Option
from pipelines.charts.echarts.build.flow_layout import Node, Stream, lay_out_flow
from pipelines.charts.echarts.build.hierarchies import node_names
from pipelines.charts.echarts.build.parts import OWN_TEXT, colour_of, finish, finish_series
from pipelines.charts.echarts.build.rounds import put_caption
from pipelines.charts.spec.model import Flow

_NODE_PX = 18
_SAMPLES, _HALF_LINE = 32, 0.45
# From the middle outwards.
_LABEL_SPOTS = tuple(0.5 + sign * at / 40 for at in range(19) for sign in (-1, 1))


def build_sankey(board: Board) -> Sankey:
    """Build a Sankey diagram with the names at the nodes and the values on the links."""
    spec, flow, px = board.spec, board.spec.data, board.frame.label_px
    assert isinstance(flow, Flow)
    put_caption(board)
    names = node_names(spec)
    beside = board.ruler.widest(list(names), px) + 8
    board.need(200 + beside, 150)
    gap = max(10, px + 4)
    printed = spec.labels not in ("none", "name")
    texts = [spec.value.format.text(link.value) for link in flow.links]
    offsets = [(0.0, 0.0)] * len(texts)
    if printed:
        placed = lay_out_flow(flow, names, board.width - beside, board.height, _NODE_PX, gap)
        offsets = _spread_labels(board, *placed, texts)
    nodes: list[Option] = [
        {"name": name, "t": name, "itemStyle": {"color": colour_of(board, at), "borderWidth": 0}}
        for at, name in enumerate(names)
    ]
    links: list[Option] = [
        {
            "source": link.source,
            "target": link.target,
            "value": link.value,
            "t": text,
            "edgeLabel": {"offset": [round(x, 2), round(y, 2)]},
        }
        for link, text, (x, y) in zip(flow.links, texts, offsets, strict=True)
    ]
    label = {"show": True, "fontSize": px, "formatter": OWN_TEXT, "position": "right"}
    values: Option = {"show": False}
    if printed:
        values = {"show": True, "fontSize": px, "formatter": OWN_TEXT}
        values["color"] = board.frame.text_colour
    chart = Sankey()
    chart.add(
        "", nodes, links, pos_left=round(board.left, 2), pos_top=round(board.top, 2),
        pos_right=round(board.frame.width - board.right + beside, 2),
        pos_bottom=round(board.frame.height - board.bottom, 2), node_width=_NODE_PX,
        node_gap=gap, is_draggable=False, edge_label_opt=values,
        label_opts=label | {"color": board.frame.text_colour},
        linestyle_opt={"color": "source", "opacity": 0.35, "curveness": 0.5},
    )  # fmt: skip
    finish_series(chart, "0")
    return finish(board, chart)


_Box = tuple[float, float, float, float]


def _spread_labels(
    board: Board, nodes: list[Node], streams: list[Stream], texts: list[str]
) -> list[tuple[float, float]]:
    """Return how far from the middle of its link each label is to stand, clear of all others."""
    px = board.frame.label_px
    taken: list[_Box] = []
    for node in nodes:
        wide = board.ruler.width(node.name, px)
        right = node.x + _NODE_PX
        taken.append((node.x, node.y, right, node.y + node.tall))
        taken.append((right + 3, node.middle - px * 0.7, right + 7 + wide, node.middle + px * 0.7))
    bands = [_Band(one) for one in streams]
    offsets = []
    for one, band, text in zip(streams, bands, texts, strict=True):
        half = board.ruler.width(text, px) / 2 + 2
        middle = (one.source.x + _NODE_PX + one.target.x) / 2
        others = [other for other in bands if other is not band]
        best: tuple[int, tuple[float, float], _Box] | None = None
        for at in _LABEL_SPOTS:
            x, y = one.place(at, _NODE_PX)
            box = (x - half, y - _HALF_LINE * px, x + half, y + _HALF_LINE * px)
            if any(_overlap(box, other) for other in taken):
                continue
            crossed = band.carries(box, others)
            if crossed is not None and (best is None or crossed < best[0]):
                best = crossed, (x - middle, y - one.centre), box
                if not crossed:
                    break
        if best is None:
            raise CannotDraw("no-room", "the labels of the links stand in one another's way")
        _, offset, box = best
        taken.append(box)
        offsets.append(offset)
    return offsets


class _Band:
    """The band of a link: its upper and lower edge along its way."""

    def __init__(self, stream: Stream) -> None:
        ways = [stream.place(at / _SAMPLES, _NODE_PX) for at in range(_SAMPLES + 1)]
        self._xs = [x for x, _ in ways]
        self._middles = [y for _, y in ways]
        self._half = stream.thick / 2
        self._top, self._bottom = min(self._middles) - self._half, max(self._middles) + self._half

    def reach(self, box: _Box) -> tuple[float, float, float, float] | None:
        """Return the highest and lowest place of the upper edge over a box, and of the lower one.

        None if the band does not come there.
        """
        if box[2] <= self._xs[0] or box[0] >= self._xs[-1]:
            return None
        if box[3] <= self._top or box[1] >= self._bottom:
            return None
        xs = np.linspace(max(box[0], self._xs[0]), min(box[2], self._xs[-1]), 5)
        middles = np.interp(xs, self._xs, self._middles)
        high, low = float(middles.min()), float(middles.max())
        return high - self._half, low - self._half, high + self._half, low + self._half

    def carries(self, box: _Box, others: list[_Band]) -> int | None:
        """Return how many other bands lie wholly over a box in this one.

        None if the box leaves this band, or any band ends within it. Labels taller than their
        band may stand out of it on both sides, but only where there is no other band.
        """
        own = self.reach(box)
        if own is None:
            return None
        within = own[1] <= box[1] and box[3] <= own[2]
        if not within and 2 * self._half > box[3] - box[1]:
            return None
        crossing = 0
        for other in others:
            there = other.reach(box)
            if there is None or there[3] <= box[1] or box[3] <= there[0]:
                continue
            covers = there[1] <= box[1] and box[3] <= there[2]
            if not covers or not within:
                return None
            crossing += 1
        return crossing


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
