"""The matplotlib renderer: a specification and a style in, a picture and what is in it out."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

from pipelines.charts.drawing import CannotDraw, Drawing
from pipelines.charts.mpl.heatmap import draw_heatmap
from pipelines.charts.mpl.multiples import draw_multiples
from pipelines.charts.mpl.page import Page
from pipelines.charts.mpl.points import draw_points
from pipelines.charts.mpl.radar import draw_radar
from pipelines.charts.mpl.reading import read
from pipelines.charts.mpl.rounds import draw_funnel, draw_pie
from pipelines.charts.mpl.scene import Scene
from pipelines.charts.mpl.stage import Stage, defaults
from pipelines.charts.mpl.statistics import draw_boxes, draw_candles, draw_histogram
from pipelines.charts.mpl.tables import draw_table
from pipelines.charts.mpl.typeset import Typesetter
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.model import Style

_MOST_SETTERS = 96

_DRAWERS: dict[str, Callable[[Scene, Page], None]] = dict.fromkeys(
    (
        "bar", "bar_horizontal", "bar_grouped", "bar_grouped_horizontal", "bar_stacked",
        "bar_stacked_horizontal", "bar_percent", "waterfall", "line", "line_multi", "line_step",
        "area", "area_stacked", "composite", "dual_axis",
    ),
    draw_table,
)  # fmt: skip
_DRAWERS |= {
    "scatter": draw_points, "bubble": draw_points, "histogram": draw_histogram,
    "box": draw_boxes, "candlestick": draw_candles, "pie": draw_pie, "donut": draw_pie,
    "rose": draw_pie, "radar": draw_radar, "funnel": draw_funnel, "heatmap": draw_heatmap,
    "multiples": draw_multiples,
}  # fmt: skip


class MatplotlibRenderer:
    """Draws charts; keeps its figure, its axes and the glyphs that it has set."""

    def __init__(self) -> None:
        self._stage = Stage()
        self._setters: dict[tuple[str, int, bool], Typesetter] = {}

    def draw(self, spec: Spec, style: Style) -> Drawing:
        """Draw a chart and read back what was drawn.

        Raises:
            CannotDraw: this library has no such kind ("kind"), or there is no room ("no-room").
        """
        drawer = _DRAWERS.get(spec.kind)
        if drawer is None:
            raise CannotDraw("kind", f"matplotlib does not draw a {spec.kind}")
        with defaults():
            return self._draw(drawer, spec, style)

    def close(self) -> None:
        """Give back the figure and all glyphs."""
        self._stage = Stage()
        self._setters = {}

    def _draw(self, drawer: Callable[[Scene, Page], None], spec: Spec, style: Style) -> Drawing:
        start = process_time()
        if len(self._setters) > _MOST_SETTERS:
            self._setters.clear()
        self._stage.begin(style.frame)
        scene = Scene(spec, style, self._stage, self._setters)
        page = Page(scene)
        page.set_words(spec)
        drawer(scene, page)
        laid_out = process_time()
        pixels = self._stage.paint([*scene.under, *scene.labels])
        painted = process_time()
        drawing = read(scene, pixels)
        drawing.seconds = {
            "layout": laid_out - start,
            "paint": painted - laid_out,
            "read": process_time() - painted,
        }
        return drawing
