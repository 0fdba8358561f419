"""Charts drawn with matplotlib as usually written: pyplot, its global state, savefig.

Plain code, a function per kind, as it stands in notebooks. It draws the same data, words, colours,
fonts and sizes as the pipeline does, but proves nothing: names may overlap, labels may be cut.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.font_manager import fontManager

from pipelines.charts.bench.naive_rounds import ROUND_DRAWERS
from pipelines.charts.bench.naive_statistics import STATISTIC_DRAWERS
from pipelines.charts.bench.naive_tables import TABLE_DRAWERS
from pipelines.charts.fonts import Face, FontSet
from pipelines.charts.spec.model import Panels, Spec
from pipelines.charts.style.fitting import panel_columns
from pipelines.charts.style.model import Style

matplotlib.use("Agg")
from matplotlib import pyplot as plt

DPI = 100
_POINTS_PER_INCH = 72
_POLAR = ("rose", "radar")
_LOG = logging.getLogger("matplotlib.font_manager")


@contextmanager
def fonts_and_sizes(style: Style, made: FontSet) -> Iterator[None]:
    """Set rcParams as one does at the head of a notebook."""
    frame = style.frame
    points = _POINTS_PER_INCH / DPI
    settings: Any = {
        "font.family": [_family(face) for face in made.regular],
        "font.size": frame.tick_px * points,
        "axes.titlesize": frame.title_px * points,
        "figure.titlesize": frame.title_px * points,
        "axes.labelsize": frame.axis_title_px * points,
        "legend.fontsize": frame.legend_px * points,
        "axes.unicode_minus": False,
        "text.parse_math": False,
        "axes.grid": frame.grid != "none",
        "axes.axisbelow": True,
        "figure.facecolor": frame.background,
        "axes.facecolor": frame.plot_background,
    }
    # It logs a line for each weight that a font lacks; the picture is the same.
    level = _LOG.level
    _LOG.setLevel(logging.ERROR)
    try:
        with plt.rc_context(settings):
            yield
    finally:
        _LOG.setLevel(level)


def draw_png(spec: Spec, style: Style) -> bytes:
    """Draw a chart and return its PNG; `fonts_and_sizes` is around it.

    Raises:
        KeyError: matplotlib has no such kind.
    """
    build(spec, style)
    buffer = io.BytesIO()
    plt.savefig(buffer, format="png")
    plt.close()
    return buffer.getvalue()


def build(spec: Spec, style: Style) -> Any:
    """Build a chart as pyplot's current figure and return that."""
    size = (style.frame.width / DPI, style.frame.height / DPI)
    if isinstance(spec.data, Panels):
        return _multiples(spec, spec.data, style, size)
    drawer = DRAWERS[spec.kind]
    polar = {"projection": "polar"} if spec.kind in _POLAR else {}
    fig, ax = plt.subplots(figsize=size, dpi=DPI, subplot_kw=polar)
    drawer(ax, spec, style)
    if spec.subtitle:
        plt.suptitle(spec.title)
        ax.set_title(spec.subtitle)
    else:
        ax.set_title(spec.title)
    _footer(fig, spec)
    return fig


def close(figure: Any) -> None:
    """Forget a figure that `build` made."""
    plt.close(figure)


def _footer(fig: Any, spec: Spec) -> None:
    words = [*spec.notes, spec.source]
    text = "\n".join(word for word in words if word)
    if text:
        fig.text(0.02, 0.01, text, fontsize="small")


def _multiples(spec: Spec, data: Panels, style: Style, size: tuple[float, float]) -> Any:
    columns = panel_columns(len(data.panels))
    rows = -(-len(data.panels) // columns)
    fig, grid = plt.subplots(rows, columns, figsize=size, dpi=DPI, sharey=True, squeeze=False)
    for ax in grid.flat[len(data.panels) :]:
        ax.axis("off")
    for panel, ax in zip(data.panels, grid.flat, strict=False):
        changes: Any = {"data": panel.table, "kind": data.mark}
        TABLE_DRAWERS[changes["kind"]](ax, spec.model_copy(update=changes), style)
        ax.set_title(panel.title)
    plt.suptitle(f"{spec.title}\n{spec.subtitle}" if spec.subtitle else spec.title)
    _footer(fig, spec)
    return fig


def _family(face: Face) -> str:
    """Return how matplotlib calls a face; register it if it does not know it."""
    wanted = (str(face.path), face.index)
    for _ in range(2):
        for entry in fontManager.ttflist:
            if (entry.fname, getattr(entry, "index", 0)) == wanted:
                return str(entry.name)
        fontManager.addfont(face.path)
    return face.family


DRAWERS: dict[str, Callable[[Any, Spec, Style], None]] = {
    **TABLE_DRAWERS,
    **STATISTIC_DRAWERS,
    **ROUND_DRAWERS,
}
"""What draws a kind on one pair of axes."""
KINDS = (*DRAWERS, "multiples")
"""What there is code for: all that matplotlib has."""
