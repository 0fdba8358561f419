"""What cannot be saved: each library's own drawing of a finished chart, and one fast PNG of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dataengine.imaging import Encoding, Pixels, encode_image
from dataengine.measuring import measured
from pipelines.charts.bench import naive_matplotlib
from pipelines.charts.bench.charts import Chart
from pipelines.charts.echarts.engine import Engine

_PNG = Encoding()


def agg_ms(charts: Sequence[Chart]) -> float:
    """Return CPU milliseconds of one more Agg draw of each chart's figure, as usually built."""
    total_s = 0.0
    for chart in charts:
        with naive_matplotlib.fonts_and_sizes(chart.style, chart.fonts):
            figure = naive_matplotlib.build(chart.spec, chart.style)
            figure.canvas.draw()
            with measured() as cost:
                figure.canvas.draw()
                encode_image(_rgb(figure.canvas.buffer_rgba()), _PNG)
            naive_matplotlib.close(figure)
        total_s += cost.cpu_s
    return 1000 * total_s / max(1, len(charts))


def echarts_ms(warm: Sequence[tuple[Chart, Any]], built: Sequence[tuple[Chart, Any]]) -> float:
    """Return CPU milliseconds of ECharts' JavaScript and its replay alone, nothing read back.

    Args:
        warm: drawn before the measured ones: V8 compiles what it has run often.
        built: measured.
    """
    with Engine() as engine:
        for chart, made in warm:
            _draw(engine, chart, made.dump_options())
        total_s = sum(_draw(engine, chart, made.dump_options()) for chart, made in built)
    return 1000 * total_s / max(1, len(built))


def _draw(engine: Engine, chart: Chart, text: str) -> float:
    frame = chart.style.frame
    size = (frame.width, frame.height)
    with measured() as cost:
        drawn = engine.draw(text, *size, chart.fonts, background=frame.background, trusted=True)
        encode_image(drawn.pixels, _PNG)
    return cost.cpu_s


def _rgb(rgba: memoryview) -> Pixels:
    return np.ascontiguousarray(np.asarray(rgba)[:, :, :3])
