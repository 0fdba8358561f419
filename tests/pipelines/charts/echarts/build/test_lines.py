"""Lines' legends, inks and gaps."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.charts.echarts.build.board import Board
from pipelines.charts.echarts.build.lines import hide_markers, ink_of
from pipelines.charts.echarts.build.ruler import ruler
from pipelines.charts.echarts.engine import Engine
from pipelines.charts.echarts.renderer import EchartsRenderer
from pipelines.charts.fonts import FontSet
from tests.pipelines.charts.examples import example, plain_style


def board(kind: str = "line_multi", **changes: Any) -> Board:
    look = plain_style(fonts="dejavu_sans", **changes)
    return Board(example(kind), look, ruler("dejavu_sans"), 0, 0, 800, 600)


def test_swatches_without_markers() -> None:
    made = board(markers=("circle", ""))
    made.legend = {"data": ["A", "B", "C"]}
    hide_markers(made, ["A", "B"])
    assert made.legend["data"] == ["A", {"name": "B", "itemStyle": {"opacity": 0}}, "C"]


def test_labels_have_the_colour_of_their_line_where_it_can_be_read() -> None:
    made = board(palette=("#004488", "#ffffee"))
    assert ink_of(made, 0, 2) == "#004488"
    assert ink_of(made, 1, 2) == made.frame.text_colour
    assert ink_of(made, 0, 1) == made.frame.text_colour
    stacked = board("area_stacked", palette=("#004488",))
    assert ink_of(stacked, 0, 2) == stacked.frame.text_colour


@pytest.mark.parametrize("labels", ["none", "value"])
def test_stacks_pass_over_missing_values(engine: Engine, latin: FontSet, labels: str) -> None:
    series: list[dict[str, Any]] = [
        {"name": "A", "values": [20, 20, 20]},
        {"name": "B", "values": [20, None, 20]},
        {"name": "C", "values": [20, 20, 20]},
    ]
    data = {"shape": "table", "categories": ["x", "y", "z"], "series": series}
    spec = example("area_stacked", data=data, labels=labels)
    drawing = EchartsRenderer(engine).draw(spec, plain_style(fonts=latin.name))
    heights = {(one.series, one.item): one.measures[1] for one in drawing.marks}
    assert len(heights) == 8
    assert abs(heights[2, 1] - heights[1, 0]) < 0.5
