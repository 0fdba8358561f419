"""Draws specifications with pyecharts, and any pyecharts chart of a user, without a browser."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

from pyecharts.charts.base import Base

from pipelines.charts.drawing import CannotDraw, Drawing, Text
from pipelines.charts.echarts.build.assemble import build_chart
from pipelines.charts.echarts.build.cartesian import days_of
from pipelines.charts.echarts.build.hierarchies import leaf_labels, node_names
from pipelines.charts.echarts.engine import Engine
from pipelines.charts.echarts.readback.read import READBACK, read_drawing
from pipelines.charts.echarts.recording import ChartFault, Recording
from pipelines.charts.fonts import FontSet, font_set
from pipelines.charts.spec.model import Flow, Spec, Table, Tree
from pipelines.charts.style.model import Style

BY_ITEM = ("pie", "donut", "rose", "funnel")
_NEEDS_BROWSER = {
    "wordCloud": "word clouds",
    "liquidFill": "liquid fills",
    "bmap": "Baidu maps",
    "amap": "AMap maps",
    "lmap": "Leaflet maps",
}
_WEBGL = ("3D", "GL")


class EchartsRenderer:
    """Draws charts one after another: a pure function of specification and look. Close it.

    Args:
        engine: to draw with, its owner's to close; None for one of its own.
    """

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine or Engine()
        self._own = engine is None

    def draw(self, spec: Spec, style: Style) -> Drawing:
        """Draw a chart and read back what was drawn.

        Raises:
            CannotDraw: there is no room for it, or ECharts cannot draw it.
            ToolMissing: ECharts or the fonts are not installed.
        """
        start = process_time()
        chart = build_chart(spec, style)
        text = chart.dump_options()
        built = process_time()
        frame = style.frame
        try:
            recording = self._engine.draw(
                text,
                frame.width,
                frame.height,
                font_set(frame.fonts),
                background=frame.background,
                readback=READBACK,
                trusted=True,
            )
        except ChartFault as fault:
            raise CannotDraw(f"echarts-{fault.reason}", fault.detail) from fault
        drawn = process_time()
        drawing = read_drawing(recording, node_names(spec))
        drawing.texts = [_settle(spec, one) for one in drawing.texts]
        _settle_legend(spec, drawing)
        done = process_time()
        drawing.seconds = {
            "build": built - start, "echarts": drawn - built, "readback": done - drawn
        }  # fmt: skip
        return drawing

    def close(self) -> None:
        """End the JavaScript engine."""
        if self._own:
            self._engine.close()


def _settle(spec: Spec, text: Text) -> Text:
    """Return a text with its indices as the kind of chart counts them."""
    if text.role == "legend":
        if spec.kind in BY_ITEM:
            return replace(text, series=-1)
        return replace(text, item=-1)
    if text.role == "y_tick" and spec.kind == "heatmap":
        return replace(text, series=text.item, item=-1)
    if text.role == "x_tick" and isinstance(spec.data, Table) and text.value is not None:
        return _settle_date(spec.data, text)
    if text.role == "label":
        named = leaf_labels(spec) if isinstance(spec.data, Tree) else spec.labels
        if named == "name" and not isinstance(spec.data, Flow):
            return replace(text, role="name")
    return text


def _settle_date(table: Table, text: Text) -> Text:
    days = days_of(table.dates)
    assert text.value is not None
    near = [at for at, day in enumerate(days) if abs(day - text.value) < 1e-6]
    return replace(text, item=near[0], value=None) if near else text


def _settle_legend(spec: Spec, drawing: Drawing) -> None:
    by_item = spec.kind in BY_ITEM
    drawing.legend = [
        replace(entry, series=-1) if by_item else replace(entry, item=-1)
        for entry in drawing.legend
    ]


def draw_chart(
    chart: Base, width: int, height: int, fonts: FontSet, engine: Engine,
    *, background: str = "#ffffff", readback: str = "", trusted: bool = False,
) -> Recording:  # fmt: skip
    """Draw any pyecharts chart of a user, `JsCode` included.

    Args:
        chart: of pyecharts.
        width, height: of the picture in pixels.
        fonts: set its texts.
        engine: draws it.
        background: painted first.
        readback: see `Engine.draw`; `READBACK` tells what stands where.
        trusted: whether its code is this project's own.

    Raises:
        ChartFault: it cannot be drawn; with reason "unsupported" if it needs a browser, which
            `pipelines.charts.echarts.chromium` has.
        ToolMissing: ECharts is not installed.
    """
    why = needs_browser(chart)
    if why:
        raise ChartFault("unsupported", f"{why} need a browser: draw them with ChromiumRenderer")
    return engine.draw(
        chart.dump_options(), width, height, fonts,
        background=background, theme=_theme(chart), readback=readback, trusted=trusted,
    )  # fmt: skip


def needs_browser(chart: Base) -> str:
    """Return what in a chart cannot be drawn without a browser, in the plural; "" for nothing."""
    options = chart.options or {}
    for series in options.get("series") or []:
        kind = str(series.get("type", "")) if isinstance(series, dict) else ""
        if kind in _NEEDS_BROWSER:
            return _NEEDS_BROWSER[kind]
        if kind.endswith(_WEBGL):
            return "charts in three dimensions"
    maps = [key for key in options if key in _NEEDS_BROWSER]
    return _NEEDS_BROWSER[maps[0]] if maps else ""


def _theme(chart: Base) -> str | None:
    return "dark" if chart.theme == "dark" else None
