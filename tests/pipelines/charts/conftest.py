"""What tests of charts share: the fetched library of ECharts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dataengine.corpus.index import cache_folder
from pipelines.charts.echarts import library


@pytest.fixture(scope="session")
def echarts_folder() -> Path:
    """The folder of the user's cache that holds ECharts; tests have caches of their own else."""
    demand_echarts()
    return cache_folder() / "echarts"


def demand_echarts() -> None:
    """Skip where ECharts was not fetched; in CI, whose set-up fetches it, that is a failure."""
    if absent := library.missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(absent[0])
