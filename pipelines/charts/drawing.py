"""What a renderer hands over: the picture, and what stands where in it, read back from the drawing.

Nothing here is copied from the specification: strings are those of the drawn texts, boxes and
measures those of the artists or of the laid-out chart. Ground truth and proof are made of it.

Pixels are those of the stored picture, the origin at its top left, y downwards; boxes are floats
(x0, y0, x1, y1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Box = tuple[float, float, float, float]
Colour = tuple[int, int, int]

TextRole = Literal[
    "title", "subtitle", "source", "note", "panel_title",
    "x_title", "y_title", "y2_title", "x_tick", "y_tick", "y2_tick", "legend_title",
    "legend", "label", "name", "other",
]  # fmt: skip
"""`label`: a printed value at a mark. `name`: what a slice, node, radar axis or bubble is called.
`x_tick` and `y_tick` go by where they stand: a horizontal bar chart's categories are y ticks."""

MarkRole = Literal[
    "bar", "point", "slice", "cell", "box", "candle", "funnel", "spoke", "pointer", "rectangle",
    "sector", "node", "link",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """A drawn string; a wrapped one has its lines parted by a line feed.

    Attributes:
        string: as drawn.
        role: see `TextRole`.
        box: encloses its glyphs (ascent to descent is fine, padding is not).
        corners: the four corners of its box before turning, turned; None if it is not turned.
        size_px: font size.
        colour: of its ink.
        panel: which small chart it belongs to.
        series, item: what it labels or names: indices into the data (a tick of a category has the
            item, a legend entry the series or, where colours tell items apart, the item); -1: none.
            Nodes of trees and flows count in the order of `nodes`.
        value: for ticks of number axes, the value at its place as the axis has it; else None.
        missing: characters for which the font has no glyph.
        hidden: why it cannot be seen whole: "", "clipped" (by a clip region or the edge of the
            canvas) or "covered" (by something opaque drawn later).
    """

    string: str
    role: TextRole
    box: Box
    size_px: float
    colour: Colour = (0, 0, 0)
    corners: tuple[tuple[float, float], ...] | None = None
    panel: int = 0
    series: int = -1
    item: int = -1
    value: float | None = None
    missing: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something drawn that stands for a value.

    `measures`, in pixels along the value axis's direction unless said otherwise (coordinates, not
    lengths), by role:

    * bar: base, tip; also funnel: left and right end of its wider edge
    * point (vertex of a line or area, point of a scatter plot): x, y; a bubble adds its diameter
    * slice (pie, donut, rose) and sector (sunburst): start and end angle in radians, clockwise from
      twelve o'clock; inner and outer radius
    * box: lowest, first quartile, median, third quartile, highest
    * candle: open, close, lowest, highest
    * spoke (radar vertex): distance from the centre, distance of the axis's end from the centre
    * pointer (gauge): angle as a fraction of the scale, 0 to 1
    * cell, rectangle, node, link: none; `colour` and `box` say all

    Attributes:
        box: encloses what is drawn (for vertices without a marker: the vertex).
        colour: main colour as drawn (fill, or stroke where there is no fill); None if invisible.
        series, item: indices into the data of the specification.
        looks: what tells it from others besides colour: hatch, marker, dash; "" for none.
        visible: whether it lies in the plot area and is not wholly covered.
    """

    role: MarkRole
    box: Box
    measures: tuple[float, ...]
    colour: Colour | None
    series: int
    item: int
    panel: int = 0
    looks: str = ""
    visible: bool = True


@dataclass(frozen=True, slots=True)
class AxisDrawn:
    """An axis of numbers or of categories as laid out.

    Attributes:
        which: "x", "y", "y2" by place; "radius" for radar and rose; "colour" for heatmaps' scale.
        scale: "linear", "log", "category" or "time".
        pixels: where its low and its high end are (x or y coordinates; for a radius: 0 and its
            length).
        values: the values there (category: index bounds; time: days since 1970).
    """

    which: Literal["x", "y", "y2", "radius", "colour"]
    scale: Literal["linear", "log", "category", "time"]
    pixels: tuple[float, float]
    values: tuple[float, float]
    panel: int = 0


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A swatch of the legend; its text is the `Text` of role "legend" with the same indices."""

    series: int
    item: int
    box: Box
    colour: Colour | None
    looks: str = ""


@dataclass(slots=True)
class Drawing:
    """A drawn chart.

    Attributes:
        pixels: uint8 (height, width, 3), C-contiguous.
        texts: every string in the picture, in the order of drawing.
        marks: every value in the picture.
        axes: as laid out.
        legend: entries in order.
        plots: plot area per panel.
        nodes: names of the nodes of a tree (root, its children, next root, …) or flow, in the order
            that `series`/`item` count them: `item` is the node's number; links count in the order
            of the specification.
        seconds: CPU seconds by stage.
    """

    pixels: npt.NDArray[np.uint8]
    texts: list[Text] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    axes: list[AxisDrawn] = field(default_factory=list)
    legend: list[LegendEntry] = field(default_factory=list)
    plots: list[Box] = field(default_factory=list)
    nodes: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


class CannotDraw(Exception):
    """A renderer cannot draw this specification in this style.

    Attributes:
        reason: one of `reasons.REASONS`.
        detail: one sentence.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
