"""ECharts from the user's cache, in the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataengine.corpus.index import cache_folder
from pipelines.charts.echarts import library


@pytest.fixture(scope="session")
def users_echarts() -> Path | None:
    """Where ECharts is kept on this machine, None if it is not set up."""
    return None if library.missing() else library.library_path()


@pytest.fixture
def linked_echarts(users_echarts: Path | None) -> bool:
    """Let this test find ECharts if this machine has it; return whether it has."""
    if users_echarts is None:
        return False
    path = library.library_path()
    assert cache_folder() in path.parents
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.symlink_to(users_echarts)
    return True


@pytest.fixture
def echarts(linked_echarts: bool) -> None:
    """ECharts; skips the test where it is not set up."""
    if not linked_echarts:
        pytest.skip("ECharts is not set up: dataengine setup charts")
