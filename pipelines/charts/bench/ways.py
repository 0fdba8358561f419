"""The ways that are compared: CPU milliseconds per chart of each, over the same charts."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataengine.bench_job import JobCost, render_once
from dataengine.measuring import measured
from pipelines.charts.bench import naive_matplotlib
from pipelines.charts.bench.charts import PIPELINE, Chart
from pipelines.charts.bench.page import Page
from pipelines.charts.bench.processes import measured_with_children
from pipelines.charts.bench.snapshot import Snapshots
from pipelines.charts.echarts.recording import ChartFault

_NAIVE_WARM = 10
"""Charts after which matplotlib has its fonts; it compiles nothing."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What our way cost in one round, the start taken off.

    Attributes:
        drawn_ms: CPU milliseconds per chart drawn, kept or refused.
        kept_ms: the same cost per chart that was proven and written.
        stages_ms: per chart drawn, by stage.
        kept, drawn: charts of the whole job.
        start_s: what was taken off: CPU seconds that the first charts took beyond their share.
        peak_mb: largest resident memory of the worker.
    """

    drawn_ms: float
    kept_ms: float
    stages_ms: Mapping[str, float]
    kept: int
    drawn: int
    start_s: float
    peak_mb: float


def ours(
    paths: Sequence[str], folder: Path, warm: int, units: int, options: Mapping[str, Any]
) -> tuple[Ours, Path]:
    """Render charts into shards with one worker; return what it cost, and where the job is.

    A worker starts, loads its library with the first chart, and V8 takes some hundreds of charts
    to compile what it runs often: that is paid once per thousands of charts in a real job. So two
    jobs run, one of the first `warm` charts and one of `units` more; the difference counts.
    """
    first = render_once(PIPELINE, paths, str(folder / "first"), warm, options)
    job = folder / "job"
    return difference(first, render_once(PIPELINE, paths, str(job), warm + units, options)), job


def difference(first: JobCost, whole: JobCost) -> Ours:
    """Return what the charts of a job cost beyond those of a shorter job of the same charts."""
    # A job draws until it has kept as many as it should: it may have drawn some more.
    drawn, kept = max(1, whole.units - first.units), max(1, whole.samples - first.samples)
    cost_ms = whole.cpu_ms * whole.units - first.cpu_ms * first.units
    stages = {
        name: (value * whole.units - first.stage_ms.get(name, 0.0) * first.units) / drawn
        for name, value in whole.stage_ms.items()
    }
    return Ours(
        cost_ms / drawn,
        cost_ms / kept,
        stages,
        whole.samples,
        whole.units,
        (first.cpu_ms - cost_ms / drawn) * first.units / 1000,
        whole.peak_mb,
    )


def naive_ms(warm: Sequence[Chart], charts: Sequence[Chart]) -> float:
    """Draw charts by pyplot and savefig; those of kinds that it has no code for are left out."""
    warm, charts = (
        [chart for chart in some if chart.spec.kind in naive_matplotlib.KINDS]
        for some in (warm[:_NAIVE_WARM], charts)
    )
    for chart in warm:
        _draw_naively(chart)
    return 1000 * sum(map(_draw_naively, charts)) / max(1, len(charts))


def _draw_naively(chart: Chart) -> float:
    with warnings.catch_warnings(), naive_matplotlib.fonts_and_sizes(chart.style, chart.fonts):
        warnings.simplefilter("ignore")  # of missing glyphs and crowded layouts: nobody proves them
        with measured() as cost:
            naive_matplotlib.draw_png(chart.spec, chart.style)
    return cost.cpu_s


def page_ms(
    warm: Sequence[tuple[Chart, Any]], built: Sequence[tuple[Chart, Any]]
) -> tuple[float, int]:
    """Draw charts in one page; return CPU milliseconds of all processes, and failures.

    Raises:
        ToolMissing: there is no browser.
    """
    page = Page()
    try:
        for chart, made in warm:
            _draw_in_page(page, chart, made)
        with measured_with_children() as cost:
            failed = sum(not _draw_in_page(page, chart, made) for chart, made in built)
    finally:
        page.close()
    return 1000 * cost.cpu_s / max(1, len(built) - failed), failed


def _draw_in_page(page: Page, chart: Chart, made: Any) -> bool:
    frame = chart.style.frame
    try:
        page.draw_png(made, frame.width, frame.height, frame.background)
    except ChartFault as error:
        if error.reason == "error":
            return False
        raise
    return True


def snapshot_ms(
    way: Snapshots, built: Sequence[tuple[Chart, Any]], folder: Path
) -> tuple[float, float]:
    """Render charts by `make_snapshot`; return CPU and wall milliseconds per chart.

    Raises:
        ToolMissing: the browser does not start.
    """
    cpu_s = wall_s = 0.0
    for chart, made in built:
        frame = chart.style.frame
        cost, _ = way.draw(made, frame.width, frame.height, folder)
        cpu_s, wall_s = cpu_s + cost.cpu_s, wall_s + cost.wall_s
    count = max(1, len(built))
    return 1000 * cpu_s / count, 1000 * wall_s / count
