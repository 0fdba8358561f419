"""The very charts that a measured job drew, drawn again from its seed and its material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataengine.material import Material
from dataengine.seeding import block_rng, unit_rng
from pipelines.charts import fonts
from pipelines.charts.content.draw import draw_spec
from pipelines.charts.content.drawn import NoContent
from pipelines.charts.content.stock import Stock
from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.assemble import build_chart
from pipelines.charts.fonts import FontSet
from pipelines.charts.options import Options
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.draw import draw_frame, draw_style
from pipelines.charts.style.model import Style

PIPELINE = "charts"
SEED = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as its first layout has it."""

    spec: Spec
    style: Style
    fonts: FontSet


def charts_of(options: Options, job: Path, indices: range) -> list[Chart]:
    """Return charts of a job of `bench_job.render_once` whose folder is `job`."""
    material = next((job / "out" / "plan").glob("*.parquet"))
    stock = Stock(Material(material), options.language)
    sets = {made.name: made for made in fonts.installed_sets(options.language)}
    size = options.charts_per_frame
    frames = {
        block: draw_frame(options, list(sets.values()), block_rng(SEED, PIPELINE, block))
        for block in {index // size for index in indices}
    }
    charts = []
    for index in indices:
        frame, rng = frames[index // size], unit_rng(SEED, PIPELINE, index)
        made = sets[frame.fonts]
        try:
            spec = draw_spec(options, stock, rng).spec
        except NoContent:
            continue
        charts.append(Chart(spec, draw_style(frame, spec, made, rng), made))
    return charts


def with_pyecharts(charts: Sequence[Chart]) -> list[tuple[Chart, Any]]:
    """Return charts with the objects of pyecharts that they make; without those that make none."""
    built: list[tuple[Chart, Any]] = []
    for chart in charts:
        try:
            built.append((chart, build_chart(chart.spec, chart.style)))
        except CannotDraw:
            continue
    return built
