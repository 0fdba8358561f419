"""What tests of charts share: the fetched library of ECharts."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataengine.corpus.index import cache_folder
from pipelines.charts.echarts import library


@pytest.fixture(scope="session")
def echarts_folder() -> Path:
    """The folder of the user's cache that holds ECharts; tests have caches of their own else."""
    if absent := library.missing():
        pytest.skip(absent[0])
    return cache_folder() / "echarts"
