"""The whole benchmark on a few charts; no figure of time is asserted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dataengine.bench_job import render_once
from dataengine.errors import ToolMissing
from dataengine.resources import bundled
from pipelines.charts import bench
from pipelines.charts.bench.charts import charts_of
from pipelines.charts.echarts import browser
from pipelines.charts.options import Options

PHRASES = bundled("corpora", "charts") / "en" / "phrases"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, linked_echarts: bool) -> None:
    """One round of English; no browser per chart."""

    def no_snapshots() -> None:
        raise ToolMissing("left out of this test")

    monkeypatch.setattr(bench, "ROUNDS", 1)
    monkeypatch.setattr(bench, "WARM", {"matplotlib": 1, "pyecharts": 1})
    monkeypatch.setattr(bench, "LANGUAGES", ("en",))
    monkeypatch.setattr(bench, "Snapshots", no_snapshots)


@pytest.mark.slow
def test_runs_from_end_to_end(quick: None) -> None:
    lines: list[str] = []
    figures: Any = bench.run([str(PHRASES)], 2, lines.append)
    json.dumps(figures)
    assert figures["left_out"]["make_snapshot"] == "left out of this test"
    text = "\n".join(lines)
    for library in ("matplotlib", "pyecharts"):
        if library not in figures:
            assert f"not measured: {library}" in text
            continue
        found = figures[library]
        assert found["kept"] > 0
        assert found["floor_ms"] > 0
        assert {"content", "proof", "encode"} <= set(found["stages_ms"])
        assert f"{library}: " in text
    assert figures["matplotlib"]["naive_ms"] > 0
    if "pyecharts" in figures and browser.program():
        assert figures["pyecharts"]["page_ms"] > 0


def test_what_is_missing_is_left_out_with_its_reason(
    quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Nothing:
        missing = ("fonts are missing: apt-get install fonts",)

    monkeypatch.setattr(bench, "find_requirements", lambda options: Nothing)
    lines: list[str] = []
    figures = bench.run([], 2, lines.append)
    assert "matplotlib" not in figures
    assert "not measured: pyecharts, en: fonts are missing: apt-get install fonts" in lines


def test_charts_are_those_of_the_job(tmp_path: Path) -> None:
    options = Options(library="matplotlib", language="en")
    changes = {"library": "matplotlib", "language": "en"}
    cost = render_once("charts", [str(PHRASES)], str(tmp_path), 3, changes)
    charts = charts_of(options, tmp_path, range(cost.units))
    assert charts_of(options, tmp_path, range(1, cost.units)) == charts[1:]
    assert len(charts) == cost.units
    rows = pq.read_table(next((tmp_path / "out" / "data").rglob("*.parquet"))).to_pylist()
    assert len(rows) == 3
    for row in rows:
        chart = charts[int(row["id"].rpartition("-")[2])]
        source = json.loads(row["source"])
        assert source["chart_kind"] == chart.spec.kind
        assert (row["width"], row["height"]) == (chart.style.frame.width, chart.style.frame.height)
        if json.loads(row["proof"])["layouts"] == 1:
            assert source["draws"]["palette"] == list(chart.style.palette)
            assert source["labels"] == chart.spec.labels
