"""Candles have the colours that their legend gives them."""

from __future__ import annotations

from pipelines.charts.echarts.build.shades import distance
from pipelines.charts.echarts.engine import Engine
from pipelines.charts.echarts.renderer import EchartsRenderer
from pipelines.charts.fonts import FontSet
from tests.pipelines.charts.examples import example, plain_style

CANDLES = [[5, 3, 2, 6], [3, 3, 2, 4], [3, 6, 3, 7], [6, 6, 5, 7], [6, 4, 3, 7]]


def test_legend_of_candles(engine: Engine, latin: FontSet) -> None:
    data = {"shape": "candles", "rising": "Up", "falling": "Down", "categories": list("abcde")}
    spec = example("candlestick", data=data | {"candles": CANDLES})
    look = plain_style(fonts=latin.name, palette=("#ffffff", "#336699", "#34689a", "#cc3311"))
    drawing = EchartsRenderer(engine).draw(spec, look)
    entries = {one.series: one.colour for one in drawing.legend}
    texts = {one.series: one.string for one in drawing.texts if one.role == "legend"}
    assert texts == {0: "Up", 1: "Down"}
    for mark in drawing.marks:
        opened, closed, *_ = CANDLES[mark.item]
        assert mark.colour == entries[0 if closed >= opened else 1]
    rising, falling = ("#{:02x}{:02x}{:02x}".format(*(entries[at] or ())) for at in (0, 1))
    assert distance(rising, falling) > 40
    assert distance(rising, "#ffffff") > 20
