"""One engine and one browser for all tests of ECharts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dataengine.corpus.index import cache_folder
from pipelines.charts import fonts
from pipelines.charts.echarts.browser import program
from pipelines.charts.echarts.chromium import ChromiumEngine
from pipelines.charts.echarts.engine import Engine
from pipelines.charts.fonts import FontSet
from tests.pipelines.charts.conftest import demand_echarts


@pytest.fixture(scope="session")
def echarts_cache() -> str:
    """The user's cache folder, with ECharts in it; tests have caches of their own else."""
    demand_echarts()
    return str(cache_folder())


@pytest.fixture(scope="session")
def engine(echarts_cache: str) -> Iterator[Engine]:
    """An engine that keeps running from test to test, as in a worker."""
    with Engine() as made:
        made.start()
        yield made


@pytest.fixture(scope="session")
def chromium(engine: Engine) -> Iterator[ChromiumEngine]:
    """The reference; the engine comes first, so that the library has been read."""
    if program() is None:
        pytest.skip("Chromium is not installed")
    with ChromiumEngine() as made:
        made.start()
        yield made


@pytest.fixture(scope="session")
def latin() -> FontSet:
    """The set that comes with matplotlib."""
    return fonts.font_set("dejavu_sans")


@pytest.fixture(scope="session")
def chinese() -> FontSet:
    """The first set for Chinese that is installed."""
    installed = fonts.installed_sets("zh")
    if not installed:
        pytest.skip(fonts.missing("zh")[0])
    return installed[0]
