"""pyecharts with one Chromium page that stays open: the fast way that needs a browser.

Less is done here than in `echarts.chromium`, whose pages also tell their texts: an option goes in,
a PNG comes out, as one would write it for speed alone.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from pipelines.charts.echarts.browser import Browser
from pipelines.charts.echarts.library import read_library

_SCRIPT = """
globalThis.drawPng = (text, width, height, background) => {
  const option = (0, eval)('(' + text + '\\n)');
  option.backgroundColor = background;
  const canvas = document.createElement('canvas');
  document.body.replaceChildren(canvas);
  const chart = echarts.init(canvas, null, {width, height, devicePixelRatio: 1});
  try {
    chart.setOption(option);
    chart.getZr().refreshImmediately();
    return canvas.toDataURL('image/png').slice('data:image/png;base64,'.length);
  } finally {
    chart.dispose();
  }
};0
"""


class Page:
    """A browser with ECharts loaded."""

    def __init__(self) -> None:
        """Start it; raises `ToolMissing`."""
        self._browser = Browser()
        self._browser.evaluate(f"{read_library()}\n;0")
        self._browser.evaluate(_SCRIPT)

    def draw_png(self, chart: Any, width: int, height: int, background: str) -> bytes:
        """Draw a chart of pyecharts and return its PNG; raises `ChartFault`."""
        words = (chart.dump_options(), width, height, background)
        arguments = ",".join(json.dumps(word) for word in words)
        return base64.b64decode(self._browser.evaluate(f"drawPng({arguments})"))

    def close(self) -> None:
        """End the browser."""
        self._browser.close()
