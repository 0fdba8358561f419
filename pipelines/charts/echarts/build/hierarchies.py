"""Treemaps and sunbursts, and how nodes of trees and flows are counted."""

from __future__ import annotations

import math

from pyecharts.charts import Sunburst, TreeMap

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.board import Board, Option
from pipelines.charts.echarts.build.parts import (
    NO_LABEL,
    OWN_TEXT,
    colour_of,
    finish,
    finish_series,
    inner_colour,
)
from pipelines.charts.echarts.build.rounds import put_caption
from pipelines.charts.echarts.build.shades import off_ground, tint
from pipelines.charts.spec.labels import compose
from pipelines.charts.spec.model import Branch, Flow, LabelText, Spec, Tree

_HEAD_PX = 6
_NARROW = 0.65
_LEVEL_EM, _RADIAL_EM = 4.0, 1.15
_HOLE, _RING, _LEAST_RADIUS = 0.14, 0.42, 60.0
_NAMED: dict[LabelText, LabelText] = {
    "none": "name",
    "value": "name_value",
    "percent": "name_percent",
}


def node_names(spec: Spec) -> tuple[str, ...]:
    """Return the names of all nodes in the order that a `Drawing` counts them."""
    data = spec.data
    if isinstance(data, Tree):
        return tuple(one.name for root in data.roots for one in (root, *root.children))
    if isinstance(data, Flow):
        return tuple(
            dict.fromkeys(end for link in data.links for end in (link.source, link.target))
        )
    return ()


def leaf_labels(spec: Spec) -> LabelText:
    """Return what labels of leaves say: their names at least, there being no legend."""
    return _NAMED.get(spec.labels, spec.labels)


def _value(node: Branch) -> float:
    return node.value if node.value is not None else sum(_value(child) for child in node.children)


def _text(board: Board, node: Branch, total: float, join: str = "") -> str:
    """Return the label of a node: of a leaf with its value, of a parent its name."""
    spec = board.spec
    if node.children:
        return node.name
    value = _value(node)
    share = spec.percent_format.text(100 * value / total)
    printed = spec.value.format.text(value)
    return compose(leaf_labels(spec), node.name, printed, share, join or board.join)


def build_treemap(board: Board) -> TreeMap:
    """Build a treemap of one or two levels."""
    tree, px = board.spec.data, board.frame.label_px
    assert isinstance(tree, Tree)
    put_caption(board)
    board.need(200, 150)
    total = sum(_value(root) for root in tree.roots)
    head, ground = px + _HEAD_PX, board.frame.background
    rows: list[Option] = []
    for at, root in enumerate(tree.roots):
        colour = off_ground(colour_of(board, at), ground)
        ink = inner_colour(board, colour)
        row: Option = {
            "name": root.name,
            "value": _value(root),
            "t": _leaf_text(board, root, total),
        }
        row |= {"itemStyle": {"color": colour, "borderColor": colour}, "label": {"color": ink}}
        if root.children:
            # Each cell has an edge of the ground's colour, whatever the tints are.
            edge = {"borderColor": ground, "borderWidth": 1}
            row["upperLabel"] = {"show": True, "color": ink}
            row["children"] = [
                {
                    "name": child.name,
                    "value": _value(child),
                    "t": _leaf_text(board, child, total),
                    "itemStyle": edge | {"color": (shade := tint(colour, step, ground))},
                    "label": {"color": inner_colour(board, shade)},
                }
                for step, child in enumerate(root.children)
            ]
        rows.append(row)
    label = {"show": True, "fontSize": px, "formatter": OWN_TEXT, "position": "inside"}
    label |= {"overflow": "none", "lineHeight": round(px * 1.2)}
    upper = {"show": True, "height": head, "fontSize": px, "formatter": OWN_TEXT}
    chart = TreeMap()
    chart.add(
        "", rows, width=round(board.width, 2), height=round(board.height, 2),
        pos_left=round(board.left, 2), pos_top=round(board.top, 2), roam=False, node_click=False,
        label_opts=label, upper_label_opts=upper | {"overflow": "none"}, visible_min=0,
        breadcrumb_opts={"show": False},
    )  # fmt: skip
    plain = {"borderWidth": 0, "gapWidth": 4, "borderColor": ground}
    levels: list[Option] = [{"itemStyle": plain, "upperLabel": NO_LABEL}]
    levels.append({"itemStyle": {"borderWidth": 2, "gapWidth": 0}})
    finish_series(chart, "0", levels=levels)
    return finish(board, chart)


def _leaf_text(board: Board, node: Branch, total: float) -> str:
    """Return the label of a node of a treemap, in two lines where its box is likely narrow."""
    text = _text(board, node, total)
    side = math.sqrt(board.width * board.height * _value(node) / total)
    if board.ruler.width(text, board.frame.label_px) < _NARROW * side:
        return text
    return _text(board, node, total, "\n")


def build_sunburst(board: Board) -> Sunburst:
    """Build a sunburst: roots inside, their children around them."""
    tree, px = board.spec.data, board.frame.label_px
    assert isinstance(tree, Tree)
    put_caption(board)
    board.need(200, 180)
    total = sum(_value(root) for root in tree.roots)
    deep = any(root.children for root in tree.roots)
    leaves = [leaf for root in tree.roots for leaf in (root.children or (root,))]
    radius, place = _rim(board, leaves, total) if deep else (0.0, {})
    outside = radius >= _LEAST_RADIUS
    if not outside:
        radius, place = min(board.width, board.height) / 2 - 4, {"rotate": "radial"}
        wide = board.ruler.widest([_text(board, leaf, total) for leaf in leaves], px)
        if wide + 6 > radius * (_RING if deep else 0.8):
            raise CannotDraw("no-room", "names do not fit into the rings")
    rows: list[Option] = []
    for at, root in enumerate(tree.roots):
        colour = off_ground(colour_of(board, at), board.frame.background)
        text = _text(board, root, total)
        row: Option = {"name": root.name, "t": text, "itemStyle": {"color": colour}}
        row["label"] = {"color": inner_colour(board, colour)}
        if root.children:
            row["children"] = []
            for step, child in enumerate(root.children):
                shade = tint(colour, step, board.frame.background)
                ink = board.frame.text_colour if outside else inner_colour(board, shade)
                row["children"].append(
                    {
                        "name": child.name,
                        "value": _value(child),
                        "t": _text(board, child, total),
                        "itemStyle": {"color": shade},
                        "label": {"color": ink},
                    }
                )
        else:
            row["value"] = _value(root)
        rows.append(row)
    chart = Sunburst()
    x, y = (board.left + board.right) / 2, (board.top + board.bottom) / 2
    hole = _HOLE * radius
    label = {"show": True, "fontSize": px, "formatter": OWN_TEXT, "minAngle": 0}
    chart.add(
        "", rows, center=[round(x, 2), round(y, 2)], radius=[0, round(radius, 2)],
        label_opts=label, itemstyle_opts={"borderWidth": 1, "borderColor": board.frame.background},
    )  # fmt: skip
    middle = radius * (_HOLE + _RING)
    turned = {"rotate": _turn_of_roots(board, tree.roots, total, radius) if deep else "radial"}
    inner = {"r0": round(hole, 2), "r": round(middle if deep else radius, 2)}
    levels: list[Option] = [{}, inner | {"label": turned}]
    levels.append({"r0": round(middle, 2), "r": round(radius, 2), "label": place})
    finish_series(chart, "0", levels=levels, nodeClick=False)
    return finish(board, chart)


def _rim(board: Board, leaves: list[Branch], total: float) -> tuple[float, Option]:
    """Return the radius that leaves room for names around it, and how these stand."""
    px = board.frame.label_px
    texts = [_text(board, leaf, total) for leaf in leaves]
    wide, lines = board.ruler.widest(texts, px), 1 + max(text.count("\n") for text in texts)
    across, upright = board.width / 2 - 4, board.height / 2 - 4
    least = min(map(_value, leaves)) / total * math.tau
    radius = min(across - wide - 1.5 * px, upright - (lines + 1) * px)
    if least * (radius + px) >= _LEVEL_EM * px:
        return radius, {"position": "outside", "rotate": 0, "distance": px}
    radius = min(across, upright) - wide - 8
    if least * (radius + px) < _RADIAL_EM * lines * px:
        return 0.0, {}
    return radius, {"position": "outside"}


def _turn_of_roots(board: Board, roots: tuple[Branch, ...], total: float, radius: float) -> str:
    """Return how the names in the inner ring run: along it, or from the middle outwards."""
    px = board.frame.label_px
    middle, along, across = radius * (_HOLE + _RING / 2), True, True
    for root in roots:
        wide = board.ruler.width(_text(board, root, total), px) + 4
        half = min(_value(root) / total * math.pi, math.pi / 2)
        along = along and wide <= 2 * (middle - px / 2) * math.sin(half)
        across = across and wide <= radius * _RING and 2 * half * middle > 1.3 * px
    if not along and not across:
        raise CannotDraw("no-room", "names do not fit into the inner ring")
    return "tangential" if along else "radial"
