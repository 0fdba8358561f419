"""Heat maps: a cell per value, its colour on a scale, its number in it."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_rgb

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.mpl.cartesian import build, segments, settle
from pipelines.charts.mpl.label import Label, block
from pipelines.charts.mpl.looks import colour_of, contrasting
from pipelines.charts.mpl.page import Page
from pipelines.charts.mpl.plane import SIDES
from pipelines.charts.mpl.scales import Extent, number_ticks
from pipelines.charts.mpl.scene import Drawn, DrawnAxis, Scene
from pipelines.charts.mpl.sides import CategorySide
from pipelines.charts.mpl.wrapping import must_wrap
from pipelines.charts.spec.model import Table

_BAR_PX = 16
_LEAST_LABEL_PX = 9
_SHADES = 96


def draw_heatmap(scene: Scene, page: Page) -> None:
    """Draw a heat map; rows are series, the first one at the top."""
    spec, style, table = scene.spec, scene.style, scene.spec.data
    assert isinstance(table, Table)
    values = np.array(
        [[np.nan if v is None else v for v in one.values] for one in table.series], dtype=float
    )
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    limits = (low, high if high > low else low + 1)
    norm = Normalize(*limits)
    shades = _shades(colour_of(style, 0), scene.frame.plot_background)
    bar = bool(style.extra.get("colour_bar", True))
    right = page.right
    if bar:
        right -= _bar_room(scene, limits, page.top - page.bottom)
    bottom = CategorySide(
        scene, "bottom", spec.category_title, names=table.categories,
        wanted_turn=style.category_turn, wrap=style.category_wrap,
    )  # fmt: skip
    left = CategorySide(scene, "left", "", names=tuple(one.name for one in table.series))
    box = settle((page.left, page.bottom, right, page.top), bottom, left)
    # The grid would run through the cells.
    plot = build(scene, box, bottom, left, grid=False)
    image = _mesh(
        [at - 0.5 for at in range(values.shape[1] + 1)],
        [at - 0.5 for at in range(values.shape[0] + 1)],
        values, shades, norm,
    )  # fmt: skip
    plot.axes.add(image)
    lines = [((x, box[1]), (x, box[3])) for x in _between(box[0], box[2], values.shape[1])]
    lines += [((box[0], y), (box[2], y)) for y in _between(box[1], box[3], values.shape[0])]
    grid = segments(lines, style.edge or scene.frame.plot_background, 1.0)
    grid.set_zorder(1)
    plot.axes.add(grid)
    size = (box[2] - box[0]) / values.shape[1], (box[3] - box[1]) / values.shape[0]
    for row, series in enumerate(table.series):
        for column, value in enumerate(series.values):
            if value is None:
                continue
            index = row * values.shape[1] + column
            scene.marks.append(Drawn((image,), "cell", row, column, index=index))
            if spec.labels != "none":
                at = box[0] + (column + 0.5) * size[0], box[3] - (row + 0.5) * size[1]
                _label(scene, value, row, column, at, size, shades(norm(value)))
    if bar:
        _colour_bar(scene, (box[2] + 14, box[1], box[2] + 14 + _BAR_PX, box[3]), shades, norm)


def _label(
    scene: Scene, value: float, row: int, column: int, at: tuple[float, float],
    size: tuple[float, float], colour: tuple[float, float, float, float],
) -> None:  # fmt: skip
    text = scene.spec.value.format.text(value)
    for size_px in range(scene.frame.label_px, _LEAST_LABEL_PX - 1, -1):
        setter = scene.setter(size_px)
        wide, high = block(setter, text)
        if wide + 4 <= size[0] and high <= size[1]:
            break
    else:
        raise CannotDraw("no-room", f"a cell is smaller than its label {text!r}")
    scene.labels.append(
        Label(
            setter, text, *at, "label", contrasting(colour), ha="center", va="center",
            series=row, item=column,
        )
    )  # fmt: skip


def _bar_ticks(scene: Scene, limits: tuple[float, float], length: float) -> list[tuple[float, str]]:
    setter = scene.ticks

    def fits(texts: list[str], share: float) -> bool:
        return share * length >= 1.6 * setter.size_px

    extent = Extent(*limits)
    return number_ticks(extent, limits, scene.spec.value.format, fits, 6)


def _bar_room(scene: Scene, limits: tuple[float, float], length: float) -> float:
    ticks = _bar_ticks(scene, limits, 0.7 * length)
    room = 14 + _BAR_PX + 6 + max(scene.ticks.width(text) for _, text in ticks)
    if scene.spec.value.title:
        setter = scene.setter(scene.frame.axis_title_px)
        title = must_wrap(setter, scene.spec.value.title, 0.7 * length, 2, "the title of the scale")
        room += block(setter, title)[1] + 8
    return room + 2


def _colour_bar(
    scene: Scene, box: tuple[float, float, float, float], shades: LinearSegmentedColormap,
    norm: Normalize,
) -> None:  # fmt: skip
    frame, limits = scene.frame, (float(norm.vmin or 0), float(norm.vmax or 1))
    axes = scene.stage.plane(box, frame)
    axes.spines = SIDES
    axes.set_limits((0.0, 1.0), limits)
    edges = np.linspace(*limits, _SHADES + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    ramp = _mesh([0.0, 1.0], edges.tolist(), middles.reshape(-1, 1), shades, norm)
    axes.add(ramp)
    scene.axes.append(DrawnAxis(axes, "colour", "linear"))
    height = box[3] - box[1]
    ticks = _bar_ticks(scene, limits, height)
    widest = max(scene.ticks.width(text) for _, text in ticks)
    for value, text in ticks:
        at = box[1] + height * (value - limits[0]) / (limits[1] - limits[0])
        scene.labels.append(
            Label(
                scene.ticks, text, box[2] + 6, at, "other", frame.muted_colour, va="center",
                at=value,
            )
        )  # fmt: skip
    if scene.spec.value.title:
        setter = scene.setter(frame.axis_title_px)
        title = must_wrap(setter, scene.spec.value.title, height, 2, "the title of the scale")
        scene.labels.append(
            Label(
                setter, title, box[2] + 6 + widest + 6, (box[1] + box[3]) / 2, "y2_title",
                frame.text_colour, ha="center", va="top", angle=90,
            )
        )  # fmt: skip


def _mesh(
    xs: list[float], ys: list[float], values: npt.NDArray[np.float64],
    shades: LinearSegmentedColormap, norm: Normalize,
) -> QuadMesh:  # fmt: skip
    """Return cells as `Axes.pcolormesh` makes them; NaN is left out."""
    corners = np.stack(np.meshgrid(xs, ys), axis=-1)
    mesh = QuadMesh(corners, antialiased=False, cmap=shades, norm=norm, linewidth=0)
    mesh.set_array(np.ma.masked_invalid(values))
    return mesh


def _between(low: float, high: float, count: int) -> list[float]:
    return [low + (high - low) * at / count for at in range(1, count)]


@functools.lru_cache(64)
def _shades(colour: str, background: str) -> LinearSegmentedColormap:
    """Return shades from near the background to a colour's deep tone."""
    full, under = to_rgb(colour), to_rgb(background)
    light = [0.88 * b + 0.12 * c for b, c in zip(under, full, strict=True)]
    deep = [0.75 * c for c in full] if sum(under) > 1.5 else [0.75 * c + 0.25 for c in full]
    return LinearSegmentedColormap.from_list("shades", [light, full, deep])
