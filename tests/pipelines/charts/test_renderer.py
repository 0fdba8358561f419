"""Tests of rendering charts: outcomes are functions of the index, whatever was drawn before."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from dataengine import seeding
from dataengine.imaging import decode_pixels
from dataengine.pipeline import Context, Unit
from dataengine.sample import Outcome, Rejection, Sample
from pipelines.charts import PIPELINE
from pipelines.charts.options import Options
from pipelines.charts.reasons import REASONS
from pipelines.charts.renderer import ChartRenderer
from tests.pipelines.charts.content.materials import ListedMaterial, bundled_stock

SEED = 11
COUNT = 24


def renderer(options: Options, **context: object) -> ChartRenderer:
    material = bundled_stock(options.language).material
    block = lambda number: seeding.block_rng(SEED, "charts", number)  # noqa: E731
    given = Context(lambda item: b"", material=material, block_rng=block)
    for name, value in context.items():
        object.__setattr__(given, name, value)
    return ChartRenderer(options, given)


def render(made: ChartRenderer, index: int) -> Outcome:
    return made.render(Unit(index), seeding.unit_rng(SEED, "charts", index))


@pytest.fixture(scope="module", params=["matplotlib", "pyecharts"])
def options(request: pytest.FixtureRequest) -> Options:
    if request.param == "pyecharts":
        request.getfixturevalue("echarts_folder")
    return Options(library=request.param, language="zh", charts_per_frame=6)


@pytest.fixture(scope="module")
def outcomes(options: Options) -> Iterator[list[Outcome]]:
    made = renderer(options)
    yield [render(made, index) for index in range(COUNT)]
    made.close()


def test_most_charts_are_proven(outcomes: list[Outcome]) -> None:
    assert sum(isinstance(one, Sample) for one in outcomes) >= 0.85 * COUNT


def test_outcomes_do_not_depend_on_what_was_drawn_before(
    options: Options, outcomes: list[Outcome]
) -> None:
    made = renderer(options)
    for index in (17, 3, 20, 8):
        again, first = render(made, index), outcomes[index]
        if isinstance(first, Sample):
            assert isinstance(again, Sample)
            assert again.image == first.image
            assert again.targets == first.targets
            assert again.source == first.source
            assert again.proof == first.proof
            assert (again.regions.boxes == first.regions.boxes).all()
        else:
            assert isinstance(again, Rejection)
            assert (again.reason, again.detail) == (first.reason, first.detail)
    made.close()


def test_samples_hold_what_was_drawn(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        if not isinstance(one, Sample):
            assert one.reason in REASONS
            continue
        pixels = decode_pixels(one.image)
        assert pixels.shape[:2] == (one.height, one.width)
        assert set(one.targets) == {"dict", "dict_vary", "csv", "json", "text"}
        assert one.targets["dict"]["title"] in one.targets["text"]
        json.dumps(dict(one.targets))
        assert len(one.regions) > 3
        boxes = one.regions.boxes
        assert boxes.min() >= 0
        assert boxes[:, 2].max() <= one.width
        assert boxes[:, 3].max() <= one.height
        assert (boxes[:, :2] < boxes[:, 2:]).all()
        assert one.source["draws"]["theme"] == one.template
        assert {work["licence"] for work in one.source["works"]} == {"CC0-1.0"}


def test_charts_of_a_block_share_their_frame(outcomes: list[Outcome]) -> None:
    for start in range(0, COUNT, 6):
        frames = {
            (one.template, one.width, one.height, one.source["draws"]["fonts"])
            for one in outcomes[start : start + 6]
            if isinstance(one, Sample)
        }
        assert len(frames) <= 1


def test_targets_and_regions_are_those_asked_for() -> None:
    options = Options(targets=("csv",), regions=("title",), kinds={"bar": 1})
    made = renderer(options)
    sample = next(one for index in range(9) if isinstance(one := render(made, index), Sample))
    assert set(sample.targets) == {"csv"}
    assert set(sample.regions.levels) <= {"title"}


def test_a_stock_without_phrases_is_a_rejection() -> None:
    made = renderer(Options(), material=ListedMaterial())
    outcome = render(made, 0)
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "no-material"


def test_a_chart_that_cannot_be_laid_out_is_a_rejection_with_its_draws() -> None:
    tight = {"min_text_px": 90}
    made = renderer(Options(proof=tight, kinds={"bar": 1}, tries=2))
    outcome = render(made, 0)
    assert isinstance(outcome, Rejection)
    assert outcome.reason in REASONS
    assert outcome.source["chart_kind"] == "bar"
    assert outcome.source["draws"]["palette"]
    assert outcome.preview


def test_requirements_name_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataengine.errors import ToolMissing
    from pipelines.charts.echarts import library

    def absent() -> None:
        raise ToolMissing("run `dataengine setup charts`")

    monkeypatch.setattr(library, "find", absent)
    assert any(
        "setup" in one for one in PIPELINE.requirements(Options(library="pyecharts")).missing
    )
    assert not any("setup" in one for one in PIPELINE.requirements(Options()).missing)
    assert "matplotlib" in PIPELINE.requirements(Options()).versions


def test_every_theme_can_be_drawn_alone() -> None:
    narrowed = PIPELINE.by_template(Options(library="pyecharts"))
    assert len(narrowed) > 15
    for name, options in narrowed.items():
        assert isinstance(options, Options)
        assert options.themes == {name: 1.0}
