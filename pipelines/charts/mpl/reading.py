"""Reads a chart's drawing back from its artists."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.collections import PathCollection
from matplotlib.patches import Patch, Rectangle
from matplotlib.transforms import Bbox

from pipelines.charts.drawing import (
    AxisDrawn,
    Box,
    Colour,
    Drawing,
    LegendEntry,
    Mark,
    MarkRole,
    Text,
)
from pipelines.charts.mpl.label import Label
from pipelines.charts.mpl.looks import looks_of, over
from pipelines.charts.mpl.scene import Drawn, DrawnAxis, Scene

_Read = tuple[Box, tuple[float, ...], Colour | None]


def read(scene: Scene, pixels: npt.NDArray[np.uint8]) -> Drawing:
    """Return the drawing of a scene that has been painted."""
    axes = [_axis(scene, axis) for axis in scene.axes]
    return Drawing(
        pixels=pixels,
        texts=[_text(scene, label, axes) for label in scene.labels],
        marks=[_mark(scene, drawn) for drawn in scene.marks],
        axes=axes,
        legend=[
            LegendEntry(
                one.series,
                one.item,
                _swatch(scene, one.artists[0]),
                _colour(scene, one.artists[0]),
                looks_of(one.artists[0]),
            )
            for one in scene.swatches
        ],
        plots=list(scene.plots),
    )


def _text(scene: Scene, label: Label, axes: list[AxisDrawn]) -> Text:
    corners = label.corners()
    height = scene.frame.height
    xs, ys = [x for x, _ in corners], [height - y for _, y in corners]
    box = (min(xs), min(ys), max(xs), max(ys))
    inside = box[0] >= 0 and box[1] >= 0 and box[2] <= scene.frame.width and box[3] <= height
    string = label.text
    return Text(
        string=string,
        role=label.role,
        box=box,
        size_px=float(label.setter.size_px),
        colour=label.rgb,
        corners=tuple(zip(xs, ys, strict=True)) if label.angle % 360 else None,
        panel=label.panel,
        series=label.series,
        item=label.item,
        value=_value_at(scene, label, axes) if label.at is not None else None,
        missing=label.setter.lacks(string),
        hidden="" if inside else "clipped",
    )


def _value_at(scene: Scene, label: Label, read: list[AxisDrawn]) -> float | None:
    """Return the value that the axis has where a tick's label stands."""
    which = "colour" if label.role == "other" else label.role.partition("_")[0]
    axis = next((one for one in read if one.which == which and one.panel == label.panel), None)
    if axis is None:
        return _radius_at(scene, label)
    x, y = label.x, label.y
    (low_px, high_px), (low, high) = axis.pixels, axis.values
    share = ((x if which == "x" else scene.frame.height - y) - low_px) / (high_px - low_px)
    if axis.scale == "log":
        found = low * (high / low) ** share
        close = abs(math.log(found / label.at)) <= 1e-6 if label.at else False
    else:
        found = low + (high - low) * share
        close = abs(found - label.at) <= 1e-6 * abs(high - low) if label.at is not None else False
    return label.at if close else float(found)


def _radius_at(scene: Scene, label: Label) -> float | None:
    """Return the value on the radius beside which a tick's label stands, at its height."""
    for axis in scene.axes:
        if axis.line is not None and label.at is not None:
            (_, y0), (_, y1) = axis.axes.at(axis.line.get_xydata())
            share = (label.y - y0) / (y1 - y0)
            found = axis.values[0] + share * (axis.values[1] - axis.values[0])
            close = abs(found - label.at) <= 1e-6 * abs(axis.values[1])
            return label.at if close else float(found)
    return None


def _axis(scene: Scene, drawn: DrawnAxis) -> AxisDrawn:
    axes = drawn.axes
    if drawn.line is not None:
        (x0, y0), (x1, y1) = axes.at(drawn.line.get_xydata())[[0, -1]]
        return AxisDrawn(
            drawn.which, drawn.scale, (0.0, math.hypot(x1 - x0, y1 - y0)), drawn.values, drawn.panel
        )
    sideways = drawn.which == "x" or drawn.sideways
    low, high = axes.x_limits if sideways else axes.y_limits
    other = (axes.y_limits if sideways else axes.x_limits)[0]
    points = [(low, other), (high, other)] if sideways else [(other, low), (other, high)]
    ends = axes.at(points)
    if sideways:
        pixels = float(ends[0][0]), float(ends[1][0])
    else:
        pixels = scene.frame.height - float(ends[0][1]), scene.frame.height - float(ends[1][1])
    return AxisDrawn(drawn.which, drawn.scale, pixels, (float(low), float(high)), drawn.panel)


def _mark(scene: Scene, drawn: Drawn) -> Mark:
    box, measures, colour = _READERS[drawn.role](scene, drawn)
    plot = scene.plots[drawn.panel]
    seen = (
        colour is not None
        and all(math.isfinite(one) for one in (*box, *measures))
        and box[0] < plot[2] + 1 and box[2] > plot[0] - 1
        and box[1] < plot[3] + 1 and box[3] > plot[1] - 1
    )  # fmt: skip
    return Mark(
        drawn.role, box, measures, colour, drawn.series, drawn.item, drawn.panel,
        drawn.looks or looks_of(drawn.artists[0]), seen,
    )  # fmt: skip


def _bar(scene: Scene, drawn: Drawn) -> _Read:
    bar = drawn.artists[0]
    x, y, width, height = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
    (x0, y0), (x1, y1) = _into(bar).transform([(x, y), (x + width, y + height)])
    up = scene.frame.height
    ends = (x0, x1) if drawn.horizontal else (up - y0, up - y1)
    return _box(scene, x0, y0, x1, y1), (float(ends[0]), float(ends[1])), _colour(scene, bar)


def _point(scene: Scene, drawn: Drawn) -> _Read:
    artist, up = drawn.artists[0], scene.frame.height
    x, y = _into(artist).transform(artist.get_xydata()[drawn.index])
    size = artist.get_markersize() if str(artist.get_marker()) not in ("", "None") else 0.0
    measures = [float(x), up - float(y)]
    if len(drawn.artists) > 1:
        _, under = _into(artist).transform(drawn.artists[1][drawn.index])
        measures.append(up - float(under))
    box = _box(scene, x - size / 2, y - size / 2, x + size / 2, y + size / 2)
    return box, tuple(measures), _colour(scene, artist)


def _bubble(scene: Scene, drawn: Drawn) -> _Read:
    artist = drawn.artists[0]
    x, y = artist.get_offset_transform().transform(artist.get_offsets()[drawn.index])
    size = math.sqrt(artist.get_sizes()[drawn.index])
    box = _box(scene, x - size / 2, y - size / 2, x + size / 2, y + size / 2)
    colour = over(artist.get_facecolor()[0], scene.frame.plot_background)
    return box, (float(x), scene.frame.height - float(y), size), colour


def _vertex(scene: Scene, drawn: Drawn) -> _Read:
    return (_bubble if isinstance(drawn.artists[0], PathCollection) else _point)(scene, drawn)


def _slice(scene: Scene, drawn: Drawn) -> _Read:
    wedge = drawn.artists[0]
    start, end = math.radians(90 - wedge.theta2), math.radians(90 - wedge.theta1)
    (x0, _), (x1, _) = _into(wedge).transform([(0, 0), (1, 0)])
    outer = wedge.r * (x1 - x0)
    inner = outer - wedge.width * (x1 - x0) if wedge.width is not None else 0.0
    box = wedge.get_path().transformed(wedge.get_transform()).get_extents()
    return _flip(scene, box), (start, end, float(inner), float(outer)), _colour(scene, wedge)


def _funnel(scene: Scene, drawn: Drawn) -> _Read:
    shape = drawn.artists[0]
    points = _into(shape).transform(shape.get_xy()[:4])
    upper = points[0][0], points[1][0]
    lower = points[3][0], points[2][0]
    wide = upper if upper[1] - upper[0] >= lower[1] - lower[0] else lower
    xs, ys = points[:, 0], points[:, 1]
    box = _box(scene, min(xs), min(ys), max(xs), max(ys))
    return box, (float(wide[0]), float(wide[1])), _colour(scene, shape)


def _spoke(scene: Scene, drawn: Drawn) -> _Read:
    line, spoke = drawn.artists
    x, y = _into(line).transform(line.get_xydata()[drawn.index])
    (cx, cy), (ex, ey) = _into(spoke).transform(spoke.get_xydata())
    measures = math.hypot(x - cx, y - cy), math.hypot(ex - cx, ey - cy)
    return _box(scene, x, y, x, y), measures, _colour(scene, line)


def _five(scene: Scene, drawn: Drawn) -> _Read:
    body, whisker, median = drawn.artists
    into, up = _into(body), scene.frame.height
    ends = into.transform(whisker.get_xydata()[[0, 4]])
    x, y, width, height = body.get_x(), body.get_y(), body.get_width(), body.get_height()
    (x0, first), (x1, third) = into.transform([(x, y), (x + width, y + height)])
    _, middle = into.transform(median.get_xydata()[0])
    ys = [up - float(one) for one in (ends[0][1], first, middle, third, ends[1][1])]
    box = (float(x0), min(ys), float(x1), max(ys))
    return box, tuple(ys), _colour(scene, body)


def _candle(scene: Scene, drawn: Drawn) -> _Read:
    body, wick = drawn.artists
    into, up = _into(body), scene.frame.height
    x, y, width, height = body.get_x(), body.get_y(), body.get_width(), body.get_height()
    (x0, opened), (x1, closed) = into.transform([(x, y), (x + width, y + height)])
    (_, lowest), (_, highest) = into.transform(wick.get_xydata())
    ys = [up - float(one) for one in (opened, closed, lowest, highest)]
    return (float(x0), min(ys), float(x1), max(ys)), tuple(ys), _colour(scene, body)


def _cell(scene: Scene, drawn: Drawn) -> _Read:
    mesh = drawn.artists[0]
    corners = mesh.get_coordinates()
    row, column = divmod(drawn.index, corners.shape[1] - 1)
    (x0, y0), (x1, y1) = _into(mesh).transform([corners[row, column], corners[row + 1, column + 1]])
    shade = mesh.cmap(mesh.norm(mesh.get_array()[row, column]))
    return _box(scene, x0, y0, x1, y1), (), over(shade, scene.frame.plot_background)


_READERS: dict[MarkRole, Callable[[Scene, Drawn], _Read]] = {
    "bar": _bar, "point": _vertex, "slice": _slice, "funnel": _funnel, "spoke": _spoke,
    "box": _five, "candle": _candle, "cell": _cell,
}  # fmt: skip


def _box(scene: Scene, x0: float, y0: float, x1: float, y1: float) -> Box:
    up = scene.frame.height
    return (
        float(min(x0, x1)),
        float(up - max(y0, y1)),
        float(max(x0, x1)),
        float(up - min(y0, y1)),
    )


def _into(artist: Any) -> Any:
    """Return the way from an artist's data to the canvas."""
    return artist.get_data_transform() if isinstance(artist, Patch) else artist.get_transform()


def _swatch(scene: Scene, artist: Any) -> Box:
    if isinstance(artist, Rectangle):
        x, y = artist.get_xy()
        return _box(scene, x, y, x + artist.get_width(), y + artist.get_height())
    return _flip(scene, artist.get_window_extent())


def _flip(scene: Scene, box: Bbox) -> Box:
    return _box(scene, box.x0, box.y0, box.x1, box.y1)


def _colour(scene: Scene, artist: Any) -> Colour | None:
    """Return an artist's main colour as it looks on the plot's background."""
    under = scene.frame.plot_background
    if hasattr(artist, "get_facecolor"):
        fill = artist.get_facecolor()
        if fill[3] > 0:
            return over(fill, under)
        stroke = artist.get_edgecolor()
        return over(stroke, under) if stroke[3] > 0 else None
    return over(artist.get_color(), under)
