"""Versions that can change a chart's bytes, and what must be there to draw it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from dataengine.errors import ToolMissing
from dataengine.pipeline import Requirements
from pipelines.charts import fonts
from pipelines.charts.options import Options
from pipelines.charts.style.draw import usable_themes
from pipelines.charts.style.themes import themes_version

_ALWAYS = ("isal", "numpy", "pillow", "fonttools", "skia-python")
_OF_LIBRARY = {
    "matplotlib": ("matplotlib", "contourpy", "kiwisolver"),
    "pyecharts": ("pyecharts", "mini-racer"),
}


def find_requirements(options: Options) -> Requirements:
    """Look up what these options need."""
    usable_themes(options)
    versions: dict[str, str] = {}
    absent: list[str] = []
    for name in (*_ALWAYS, *_OF_LIBRARY[options.library]):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            absent.append(f"the Python package {name} is not installed: pip install {name}")
    if options.library == "pyecharts":
        try:
            versions["ECharts"] = _echarts_version()
        except ToolMissing as error:
            absent.append(str(error))
    absent += fonts.missing(options.language)
    versions |= fonts.describe(fonts.installed_sets(options.language))
    versions["chart templates"] = themes_version()
    return Requirements(versions, tuple(absent))


def _echarts_version() -> str:
    from pipelines.charts.echarts import library

    library.find()
    return library.VERSION
