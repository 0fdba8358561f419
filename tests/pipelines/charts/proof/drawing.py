"""Good drawings of every kind by both libraries, as far as these are installed."""

from __future__ import annotations

import atexit
import functools
from typing import Any

import pytest

from dataengine.corpus.index import cache_folder
from dataengine.errors import DataEngineError
from pipelines.charts.drawing import CannotDraw
from pipelines.charts.spec.kinds import KINDS, Library
from tests.pipelines.charts.examples import WORDS, example, plain_style
from tests.pipelines.charts.proof.breaking import Pair

_CACHE = str(cache_folder())
"""Where ECharts is; tests have empty folders of their own, but not yet as this is imported."""
LIBRARIES: tuple[Library, ...] = ("matplotlib", "pyecharts")
DRAWN = [
    (library, kind)
    for library in LIBRARIES
    for kind, about in KINDS.items()
    if library in about.libraries
]
_UNREADABLE = ("rose", "funnel", "heatmap", "gauge", "treemap", "sankey")
"""Kinds whose values cannot be read where they are not printed."""


@functools.cache
def _renderer(library: Library) -> Any:
    if library == "matplotlib":
        pytest.importorskip("matplotlib")
        module = pytest.importorskip("pipelines.charts.mpl.renderer")
        return module.MatplotlibRenderer()
    pytest.importorskip("pyecharts")
    pytest.importorskip("py_mini_racer")
    module = pytest.importorskip("pipelines.charts.echarts.renderer")
    made = module.EchartsRenderer()
    # An isolate that is left open can keep the interpreter from ending.
    atexit.register(made.close)
    return made


@functools.cache
def draw(library: Library, kind: str, language: str = "en", *, labelled: bool = True) -> Pair:
    """Return an example as drawn; the test is skipped where the library cannot draw it."""
    changes: dict[str, Any] = {}
    if KINDS[kind].axes or kind == "radar":
        changes["labels"] = "value" if labelled else "none"
    elif kind in ("pie", "donut") and not labelled:
        changes["labels"] = "none"
    if kind in ("histogram", "bar_percent"):
        changes["value"] = {"title": WORDS[language]["value"], "format": {"decimals": 0}}
    spec, style = example(kind, language, **changes), plain_style()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DATAENGINE_CACHE", _CACHE)
            return Pair(spec, style, _renderer(library).draw(spec, style))
    except CannotDraw as error:
        pytest.skip(f"{library} has no room for this {kind}: {error}")
    except DataEngineError as error:
        pytest.skip(f"{library} is not set up: {error}")


def can_go_unlabelled(kind: str) -> bool:
    """Say whether values of a kind can be read where they are not printed."""
    return kind not in _UNREADABLE
