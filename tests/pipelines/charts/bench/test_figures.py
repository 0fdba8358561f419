"""Tests of the figures that the benchmark of charts works out."""

from __future__ import annotations

import pytest

from dataengine.bench_job import JobCost
from pipelines.charts.bench.figures import Round, figures_of, tell
from pipelines.charts.bench.ways import Ours, difference


def ours(ms: float, kept_share: float = 1.0) -> Ours:
    return Ours(ms * kept_share, ms, {"draw": 5.0, "proof": 1.0}, 90, 100, 1.5, 200.0)


def rounds() -> list[Round]:
    found = []
    for turn, ms in enumerate((9.0, 10.0, 99.0)):
        for language in ("en", "zh"):
            found.append(
                Round("matplotlib", language, ours(2 * ms), {"naive": 80.0, "floor": 16.0})
            )
            costs = {"page": 40.0 + turn, "snapshot": 800.0, "floor": 8.0}
            found.append(Round("pyecharts", language, ours(ms, 0.9), costs, turn, 3500.0))
    return found


def test_figures_are_ratios_of_medians() -> None:
    figures = figures_of(rounds(), {})
    echarts, plain = figures["pyecharts"], figures["matplotlib"]
    assert echarts["charts_per_core_s"] == 100.0
    assert (echarts["times_snapshot"], echarts["times_page"]) == (80.0, 4.1)
    assert echarts["times_the_floor_cost"] == 1.25
    assert echarts["failed_in_page"] == 2
    assert (plain["times_naive"], plain["charts_per_core_s"]) == (4.0, 50.0)
    assert plain["kinds_without_naive_code"] == []
    assert figures["both"]["charts_per_core_s"] == pytest.approx(1000 / 15, abs=0.1)


def test_stages_add_up_to_the_cost_of_a_chart_drawn() -> None:
    echarts = figures_of(rounds(), {})["pyecharts"]
    assert sum(echarts["stages_ms"].values()) == pytest.approx(9.0)


def test_ways_that_were_left_out_have_no_ratio_but_a_reason() -> None:
    some = [one for one in rounds() if one.library == "pyecharts"]
    for one in some:
        del one.costs_ms["snapshot"]
    figures = figures_of(some, {"make_snapshot": "selenium is not installed"})
    assert "times_snapshot" not in figures["pyecharts"]
    assert "both" not in figures
    lines: list[str] = []
    tell(figures, lines.append)
    text = "\n".join(lines)
    assert "make_snapshot: selenium is not installed" in text
    assert "browser per chart" not in text
    assert "4.1 times one Chromium page" in text


def test_the_start_is_taken_off_the_cost() -> None:
    # 2 s of start, 10 ms per chart drawn, of which 8 ms are drawing.
    first = JobCost((2000 + 50 * 10) / 50, 0, {"draw": 28.0}, 40, 50, 100)
    whole = JobCost((2000 + 150 * 10) / 150, 0, {"draw": (1000 + 150 * 8) / 150}, 120, 150, 120)
    found = difference(first, whole)
    assert found.drawn_ms == pytest.approx(10)
    assert found.kept_ms == pytest.approx(12.5)
    assert found.stages_ms["draw"] == pytest.approx(8)
    assert found.start_s == pytest.approx(2)
    assert (found.kept, found.drawn, found.peak_mb) == (120, 150, 120)
