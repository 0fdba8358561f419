"""pyecharts as its documentation renders: `make_snapshot` by selenium, a browser per chart.

Two things differ, neither in cost: ECharts comes from the local file in place of the network, and
a browser of root's runs without its sandbox. The browser is ended after each chart, which the
documented way forgets; ending it is not counted.
"""

from __future__ import annotations

import importlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from dataengine.errors import ToolMissing
from dataengine.measuring import Cost
from pipelines.charts.bench.processes import measured_with_children
from pipelines.charts.echarts.browser import REMEDY, program
from pipelines.charts.echarts.library import library_path

DRIVER_REMEDY = "chromedriver is not installed: apt-get install chromium-driver"
PIP_REMEDY = "pip install snapshot-selenium==0.0.2 selenium==4.32.0"


class Snapshots:
    """What the documented way needs."""

    def __init__(self) -> None:
        """Look it up; raises `ToolMissing` with what to install."""
        browser, driver = program(), shutil.which("chromedriver")
        absent = [words for words, path in ((REMEDY, browser), (DRIVER_REMEDY, driver)) if not path]
        try:
            # Not among the project's own requirements: nothing else uses them.
            self._webdriver: Any = importlib.import_module("selenium.webdriver")
            self._service: Any = importlib.import_module("selenium.webdriver.chrome.service")
            self._engine: Any = importlib.import_module("snapshot_selenium.snapshot")
        except ImportError as error:
            absent.append(f"{error.name} is not installed: {PIP_REMEDY}")
        if absent:
            raise ToolMissing("; ".join(absent))
        assert browser is not None
        assert driver is not None
        self._browser, self._driver = browser, driver

    def draw(self, chart: Any, width: int, height: int, folder: Path) -> tuple[Cost, bytes]:
        """Render one chart; return what it cost and its PNG of twice the size.

        Raises:
            ToolMissing: the browser does not start or draws nothing.
        """
        from pyecharts.render import make_snapshot

        chart.width, chart.height = f"{width}px", f"{height}px"
        chart.js_host = f"{library_path().parent.as_uri()}/"
        page, picture = folder / "render.html", folder / "picture.png"
        faults = importlib.import_module("selenium.common.exceptions").WebDriverException
        driver: Any = None
        try:
            with measured_with_children() as cost:
                driver = self._start()
                make_snapshot(self._engine, chart.render(str(page)), str(picture), driver=driver)
        except faults as error:
            raise ToolMissing(f"selenium: {str(error).splitlines()[0]}") from error
        finally:
            if driver is not None:
                with suppress(faults):
                    driver.quit()
        return cost, picture.read_bytes()

    def _start(self) -> Any:
        options = self._webdriver.ChromeOptions()
        options.binary_location = self._browser
        options.add_argument("headless")
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        service = self._service.Service(executable_path=self._driver)
        return self._webdriver.Chrome(options=options, service=service)
