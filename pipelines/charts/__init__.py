"""Charts by matplotlib and by pyecharts, in English and Chinese, the dict read back from drawing.

A chart's content is drawn from material (phrases, statistical tables, charts written beforehand),
written down as a specification, drawn by the one or the other library, and kept only if what was
drawn says what the specification says, every value of it readable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dataengine.pipeline import Context, Pipeline, Renderer, Requirements
from dataengine.settings import Settings
from pipelines.charts.options import Options
from pipelines.charts.reasons import REASONS


class Charts(Pipeline):
    """Charts with their data as dict, CSV, JSON and text."""

    name = "charts"
    version = 1
    summary = "charts by matplotlib and pyecharts, the dict read back from what was drawn"
    kind = "chart"
    promise = "generated"
    material = True
    material_options = ()
    suffixes = (".txt", ".csv", ".parquet", ".jsonl")
    unit_noun = "chart"
    Options = Options
    reasons = REASONS

    def requirements(self, options: Settings) -> Requirements:
        """Return versions of what draws, the fonts, and what is missing."""
        from pipelines.charts.requirements import find_requirements

        assert isinstance(options, Options)
        return find_requirements(options)

    def setup(self, say: Callable[[str], None], source: Path | None = None) -> None:
        """Fetch ECharts' JavaScript."""
        from pipelines.charts.echarts.library import fetch

        fetch(say, source)

    def write(
        self,
        options: Mapping[str, Any],
        topics: Sequence[str],
        out: str,
        say: Callable[[str], None],
        *,
        dry_run: bool = False,
    ) -> Mapping[str, Any]:
        """Have charts written by a language model, as JSON lines that `content: specs` draws."""
        from pipelines.charts.content.llm.run import write_charts

        return write_charts(options, topics, out, say, dry_run=dry_run)

    def by_template(self, options: Settings) -> Mapping[str, Settings]:
        """Return each theme that these options may draw, with options that draw it alone."""
        from pipelines.charts.style.draw import usable_themes

        assert isinstance(options, Options)
        return {
            name: options.model_copy(update={"themes": {name: 1.0}})
            for name, weight in usable_themes(options).items()
            if weight > 0
        }

    def open(self, options: Settings, context: Context) -> Renderer:
        """Return a renderer of charts, which also harvests."""
        from pipelines.charts.renderer import ChartRenderer

        assert isinstance(options, Options)
        return ChartRenderer(options, context)

    def benchmark(
        self, corpora: Sequence[str], units: int, say: Callable[[str], None]
    ) -> Mapping[str, Any]:
        """Measure both libraries against their usual ways."""
        from pipelines.charts import bench

        return bench.run(corpora, units, say)


PIPELINE = Charts()
