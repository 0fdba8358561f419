"""Small multiples: panels in a grid, each with its title, on equal axes."""

from __future__ import annotations

import math

from pipelines.charts.mpl.cartesian import settle
from pipelines.charts.mpl.label import Label, block
from pipelines.charts.mpl.page import Page
from pipelines.charts.mpl.scales import Extent
from pipelines.charts.mpl.scene import Scene
from pipelines.charts.mpl.tables import TableChart
from pipelines.charts.mpl.wrapping import must_wrap
from pipelines.charts.spec.model import Panels
from pipelines.charts.style.fitting import panel_columns


def draw_multiples(scene: Scene, page: Page) -> None:
    """Draw small multiples."""
    spec, data, frame = scene.spec, scene.spec.data, scene.frame
    assert isinstance(data, Panels)
    charts = [TableChart(scene, panel.table, data.mark) for panel in data.panels]
    page.set_legend(charts[0].entries(), scene.legend_place)
    columns = panel_columns(len(charts))
    rows = -(-len(charts) // columns)
    # Whole pixels make all panels equally large.
    gap = round(1.2 * frame.tick_px)
    start, top = math.ceil(page.left), math.floor(page.top)
    wide = int((page.right - start - gap * (columns - 1)) / columns)
    high = int((top - page.bottom - gap * (rows - 1)) / rows)
    titles = scene.setter(frame.axis_title_px, True)
    if any(titles.lacks_weight(panel.title) for panel in data.panels):
        titles = scene.setter(frame.axis_title_px)
    words = [
        must_wrap(titles, panel.title, wide - 4, 2, "the title of a panel") for panel in data.panels
    ]
    head = max(block(titles, text)[1] for text in words) + 0.4 * frame.tick_px
    extents = [chart.extent() for chart in charts]
    extent = Extent(
        min(one.low for one in extents), max(one.high for one in extents),
        any(one.zero for one in extents), extents[0].log,
    )  # fmt: skip
    rooms = [chart.room() for chart in charts]

    def room(width: float, height: float) -> tuple[float, float]:
        needs = [one(width, height) for one in rooms]
        return max(need[0] for need in needs), max(need[1] for need in needs)

    for number, chart in enumerate(charts):
        row, column = divmod(number, columns)
        x0 = start + column * (wide + gap)
        y1 = top - row * (high + gap)
        bottom = chart.category_side(spec.category_title)
        left = chart.value_side(spec.value)
        left.extent, left.room = extent, room
        box = settle((x0, y1 - high, x0 + wide, y1 - head), bottom, left)
        # All panels keep the room of titles, so that they are equally large; outer ones show them.
        left.hide_title(column > 0)
        bottom.hide_title(number + columns < len(charts))
        scene.panel = number
        scene.labels.append(
            Label(
                titles, words[number], (box[0] + box[2]) / 2, y1, "panel_title", frame.text_colour,
                ha="center", va="top", panel=number,
            )
        )  # fmt: skip
        chart.place(box, bottom, left)
