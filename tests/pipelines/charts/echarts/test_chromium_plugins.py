"""Kinds that only a browser draws: layers of plug-ins are in the picture."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

from pipelines.charts.echarts.chromium import ChromiumEngine

# A series of the test's own: it lays a second canvas over the chart, as word clouds and WebGL do.
LAYER = """
echarts.extendSeriesModel({type: 'series.wordCloud', getInitialData: (option, model) => {
  const data = new echarts.List(['value'], model);
  data.initData(option.data || []);
  return data;
}});
echarts.extendChartView({type: 'wordCloud', render(model, parent, api) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [100, 80];
  canvas.style.cssText = 'position:absolute;left:40px;top:30px;z-index:9';
  const brush = canvas.getContext('2d');
  brush.fillStyle = '#12ab34';
  brush.fillRect(0, 0, 100, 80);
  api.getDom().appendChild(canvas);
}});
"""
BARS = """{"xAxis3D": {"type": "category", "data": ["a", "b"]}, "zAxis3D": {"type": "value"},
"yAxis3D": {"type": "category", "data": ["c"]}, "grid3D": {"viewControl": {"alpha": 30}},
"series": [{"type": "bar3D", "data": [[0, 0, 5], [1, 0, 9]], "itemStyle": {"color": "#c02020"}}]}"""


def test_a_second_canvas_is_in_the_picture(chromium, latin):
    with ChromiumEngine([LAYER]) as made:
        drawn = made.draw('{"series": [{"type": "wordCloud", "data": []}]}', 300, 200, latin)
    green = (drawn.pixels == (0x12, 0xAB, 0x34)).all(axis=-1)
    expected = np.zeros((200, 300), bool)
    expected[30:110, 40:140] = True
    assert (green == expected).all()


def test_bars_in_three_dimensions(chromium, latin):
    source = _echarts_gl()
    if source is None:
        pytest.skip("echarts-gl.min.js is not here: ECHARTS_GL names none, panel is not installed")
    with ChromiumEngine([source.read_text(encoding="utf-8")]) as made:
        drawn = made.draw(BARS, 400, 300, latin)
    red, green, blue = (drawn.pixels[..., channel].astype(int) for channel in range(3))
    assert ((red > 90) & (red > 2 * green) & (red > 2 * blue)).mean() > 0.005


def _echarts_gl() -> Path | None:
    """Return the plug-in where an environment variable or an installed panel has it."""
    if named := os.environ.get("ECHARTS_GL"):
        return Path(named)
    spec = importlib.util.find_spec("panel")
    places = spec.submodule_search_locations if spec else None
    for folder in places or ():
        found = sorted(Path(folder).glob("dist/bundled/**/echarts-gl.min.js"))
        if found:
            return found[-1]
    return None
