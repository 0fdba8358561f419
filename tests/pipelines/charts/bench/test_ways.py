"""Tests of the ways that the benchmark compares."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from dataengine.errors import ToolMissing
from pipelines.charts.bench import snapshot, ways
from pipelines.charts.bench.charts import Chart, with_pyecharts
from pipelines.charts.bench.floor import agg_ms, echarts_ms
from pipelines.charts.bench.page import Page
from pipelines.charts.bench.snapshot import Snapshots
from pipelines.charts.echarts import browser
from pipelines.charts.fonts import font_set
from pipelines.charts.spec.kinds import KINDS
from tests.pipelines.charts.examples import example, plain_style

STYLE = plain_style(fonts="dejavu_sans", width=600, height=450)
needs_library = pytest.mark.usefixtures("echarts")
needs_browser = pytest.mark.skipif(browser.program() is None, reason="Chromium is not installed")


def charts(*kinds: str) -> list[Chart]:
    return [Chart(example(kind), STYLE, font_set("dejavu_sans")) for kind in kinds]


def size_of(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png)) as picture:
        picture.load()
        assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 2
        return picture.size


def test_naive_way_leaves_out_what_it_has_no_code_for() -> None:
    assert ways.naive_ms([], charts("bar")) > 0
    assert ways.naive_ms([], charts("sankey")) == 0


def test_agg_draws_a_figure_that_is_there() -> None:
    assert agg_ms(charts("bar", "pie", "multiples")) > 0


@needs_library
def test_floor_draws_what_pyecharts_builds() -> None:
    built = with_pyecharts(charts("bar", "sankey"))
    assert len(built) == 2
    assert echarts_ms(built[:1], built) > 0


@needs_library
def test_charts_without_room_are_left_out() -> None:
    small = plain_style(fonts="dejavu_sans", width=400, height=300, title_px=120)
    crowded = Chart(example("bar"), small, font_set("dejavu_sans"))
    assert len(with_pyecharts([crowded, *charts("bar")])) == 1


@needs_library
@needs_browser
def test_a_page_draws_every_kind() -> None:
    page = Page()
    try:
        for _, made in with_pyecharts(charts(*KINDS)):
            assert size_of(page.draw_png(made, 600, 450, "#ffffff")) == (600, 450)
    finally:
        page.close()


@needs_library
@needs_browser
def test_a_page_counts_what_it_cannot_draw() -> None:
    built = with_pyecharts(charts("bar", "line"))
    built[1][1].options["series"] = [{"type": "bar", "xAxisIndex": 7}]
    cost_ms, failed = ways.page_ms([], built)
    assert cost_ms > 0
    assert failed == 1


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def import_nothing(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(snapshot.importlib, "import_module", import_nothing)
    monkeypatch.setattr(snapshot.shutil, "which", lambda name: None)
    with pytest.raises(ToolMissing, match=r"chromium-driver.*pip install snapshot-selenium==0\.0"):
        Snapshots()


@needs_library
def test_the_documented_way_makes_a_picture(tmp_path: Path) -> None:
    try:
        way = Snapshots()
    except ToolMissing as error:
        pytest.skip(str(error))
    ((_, made),) = with_pyecharts(charts("bar"))
    cost, png = way.draw(made, 600, 450, tmp_path)
    assert size_of(png) == (1200, 900)
    assert cost.cpu_s > 0.1
