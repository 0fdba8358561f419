"""Plots with straight axes: the plot area that leaves its sides room, grid, spines and ticks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from pipelines.charts.drawing import Box, CannotDraw
from pipelines.charts.mpl.looks import DASHES
from pipelines.charts.mpl.plane import Plane
from pipelines.charts.mpl.scene import DrawnAxis, Scene
from pipelines.charts.mpl.sides import TICK_PX, Side

_LEAST = 60
_ROUNDS = 4


@dataclass(slots=True)
class Plot:
    """A plot area with its sides; `second` are the axes of the right side, if it has one."""

    axes: Plane
    box: Box
    bottom: Side
    left: Side
    second: Plane | None = None

    @property
    def width(self) -> float:
        """Of the plot area, pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Of the plot area, pixels."""
        return self.box[3] - self.box[1]


def settle(room: Box, bottom: Side, left: Side, right: Side | None = None) -> Box:
    """Lay sides out within a room; return the plot area, on whole pixels.

    Raises:
        CannotDraw: they leave too little.
    """
    x0, y0, x1, y1 = room
    box = (x0 + 50, y0 + 40, x1 - 8, y1 - 8)
    for _ in range(_ROUNDS):
        width, height = box[2] - box[0], box[3] - box[1]
        if width < _LEAST or height < _LEAST:
            raise CannotDraw("no-room", "the texts along the axes leave no room for the plot")
        bottom.fit(width, height)
        left.fit(width, height)
        sides = [left]
        if right is not None:
            right.fit(width, height)
            sides.append(right)
        made = (
            x0 + max(left.depth, bottom.before, 1),
            y0 + max(bottom.depth, *(side.before for side in sides), 1),
            x1 - max(right.depth if right else 0, bottom.after, 1),
            y1 - max(*(side.after for side in sides), 1, 1),
        )
        made = (
            float(-int(-made[0])),
            float(-int(-made[1])),
            float(int(made[2])),
            float(int(made[3])),
        )
        if made == box:
            break
        box = made
    return box


def build(
    scene: Scene, box: Box, bottom: Side, left: Side, right: Side | None = None, panel: int = 0,
    *, grid: bool = True,
) -> Plot:  # fmt: skip
    """Make the axes of a plot area: limits, grid, spines, tick marks and the sides' texts."""
    frame = scene.frame
    axes = scene.stage.plane(box, frame)
    _scale(axes, bottom, left)
    x_places = bottom.emit(box, panel)
    y_places = left.emit(box, panel)
    plot = Plot(axes, box, bottom, left)
    across, up = _gridded(scene, bottom, x_places), _gridded(scene, left, y_places)
    if grid and (across or up):
        lines = segments(
            [((x, box[1]), (x, box[3])) for x in across] + [((box[0], y), (box[2], y)) for y in up],
            frame.grid_colour, 0.8, DASHES[frame.grid_dash],
        )  # fmt: skip
        lines.set_zorder(0.5)
        axes.add(lines)
    marks = [((x, box[1]), (x, box[1] + _out(scene))) for x in x_places]
    marks += [((box[0], y), (box[0] + _out(scene), y)) for y in y_places]
    if right is not None:
        places = right.emit(box, panel)
        marks += [((box[2], y), (box[2] - _out(scene), y)) for y in places]
        plot.second = scene.stage.plane(box, frame)
        plot.second.background, plot.second.spines = "", ()
        axes.spines = tuple(dict.fromkeys((*axes.spines, "right")))
        _scale(plot.second, bottom, right)
        scene.axes.append(DrawnAxis(plot.second, "y2", right.scale, panel))
    if frame.ticks != "none":
        scene.under.append(segments(marks, frame.axis_colour, 1.0))
    scene.axes.append(DrawnAxis(axes, "x", bottom.scale, panel))
    scene.axes.append(DrawnAxis(axes, "y", left.scale, panel))
    scene.plots.append((box[0], frame.height - box[3], box[2], frame.height - box[1]))
    return plot


def segments(
    lines: Sequence[tuple[tuple[float, float], tuple[float, float]]],
    colour: str,
    width: float,
    dash: Any = "-",
) -> PathPatch:
    """Return straight lines between points of the canvas as one artist."""
    points = [point for line in lines for point in line]
    path = Path(points or [(0, 0), (0, 0)], [Path.MOVETO, Path.LINETO] * max(1, len(lines)))
    return PathPatch(
        path, facecolor="none", edgecolor=colour, linewidth=width, linestyle=dash,
        transform=IdentityTransform(), capstyle="butt",
    )  # fmt: skip


def _scale(axes: Plane, bottom: Side, upright: Side) -> None:
    axes.set_limits(
        bottom.limits, upright.limits,
        x_log=bottom.scale == "log", y_log=upright.scale == "log",
    )  # fmt: skip


def _gridded(scene: Scene, side: Side, places: list[float]) -> list[float]:
    values = side.scale in ("linear", "log")
    wanted = scene.frame.grid == "both" or (scene.frame.grid == "value" and values)
    return places if wanted else []


def _out(scene: Scene) -> int:
    return -TICK_PX if scene.frame.ticks == "out" else TICK_PX
