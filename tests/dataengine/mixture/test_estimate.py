"""A dry run says what a mixture would come to, by rates that fit its parts, and makes nothing."""

from __future__ import annotations

import pytest

from dataengine.errors import ConfigError
from dataengine.mixture.datasets import recipes_of
from dataengine.mixture.estimate import estimate
from dataengine.mixture.loading import load_mixture
from dataengine.mixture.measuring import measure_part
from dataengine.mixture.rates import Cost, Rate, cost_of, load_rates, part_language
from dataengine.mixture.settings import Mixture
from dataengine.recipe import CorpusSpec, Part
from dataengine.registry import mixture_paths
from tests.conftest import recipe_for, words
from tests.dataengine.mixture.synthetic_sets import pages, write_dataset

COST = Cost(cpu_ms=36.0, bytes=1e6, kept=0.5, samples=10)


def rendered(**dataset) -> Mixture:
    recipe = {
        "parts": {
            "found": {"pipeline": "toy_found", "samples": 1000, "corpora": ["given://lines"]},
            "all": {"pipeline": "toy_found", "corpora": ["given://lines"]},
            "drawn": {"pipeline": "toy_drawn", "samples": 100},
        }
    }
    data = {
        "name": "toy",
        "datasets": {"d": {"recipe": recipe, **dataset}},
        "members": {
            "some": {"dataset": "d", "filter": {"part": ["found", "drawn"]}, "count": 700},
            "light": {"dataset": "d", "weight": 1},
            "heavy": {"dataset": "d", "weight": 2},
        },
        "samples": 1000,
    }
    return Mixture.model_validate(data)


def dry_run(mixture: Mixture):
    return estimate(mixture, recipes_of(mixture, {}), lambda recipe, part: COST)


def test_found_kinds_lose_what_is_rejected_and_generated_ones_do_not():
    parts = dry_run(rendered()).datasets["d"]
    found, drawn = parts["found"], parts["drawn"]
    assert (found.samples, found.bytes) == (500, 500_000_000)
    assert found.core_hours == pytest.approx(500 * 0.036 / 3600)
    assert found.shards == 16
    assert (drawn.samples, drawn.shards) == (100, 2)


def test_what_nobody_can_know_is_not_guessed():
    made = dry_run(rendered())
    assert made.datasets["d"]["all"].samples is None
    assert made.members["light"].there is None
    assert made.missing == ("lines",)
    expected = dry_run(rendered(expected={"all": 40}))
    assert expected.datasets["d"]["all"].samples == 20
    assert expected.members["light"].there == 620
    assert expected.total().samples == 620


def test_members_are_shared_out_as_far_as_the_file_says():
    members = dry_run(rendered()).members
    assert {name: one.wanted for name, one in members.items()} == {
        "some": 700,
        "light": 100,
        "heavy": 200,
    }


def test_finished_datasets_cost_nothing_more(tmp_path):
    path = write_dataset(tmp_path / "d", {"p": pages(50), "q": pages(10)})
    data = {
        "name": "toy",
        "datasets": {"d": {"path": str(path), "parts": ["p"]}},
        "members": {"m": {"dataset": "d"}},
    }
    made = dry_run(Mixture.model_validate(data))
    assert made.datasets["d"]["p"].samples == 50
    assert made.datasets["d"]["p"].core_hours == 0
    assert [*made.datasets["d"]] == ["p"]
    assert made.as_data()["total"]["samples"] == 50


def rate(**changes) -> Rate:
    return Rate.model_validate({"pipeline": "charts", "cpu_ms": 1, "bytes": 1, **changes})


def test_the_rate_that_fits_best_is_taken_and_equals_are_averaged():
    part = Part(pipeline="charts", options={"language": "zh", "library": "pyecharts"})
    rates = [
        rate(cpu_ms=1),
        rate(cpu_ms=2, language="zh"),
        rate(cpu_ms=3, language="zh", options={"library": "pyecharts"}),
        rate(cpu_ms=4, language="en", options={"library": "pyecharts"}),
        rate(cpu_ms=5, language="zh", options={"library": "matplotlib"}),
        rate(cpu_ms=9, pipeline="pdf_pages"),
    ]
    assert cost_of(part, rates).cpu_ms == 3
    assert cost_of(part, rates[:2]).cpu_ms == 2
    assert cost_of(part, rates[5:]) is None
    unknown = Part(pipeline="charts")
    assert cost_of(unknown, rates[1:2]).cpu_ms == 2
    assert (
        cost_of(unknown, [rate(cpu_ms=2, language="en"), rate(cpu_ms=4, language="zh")]).cpu_ms == 3
    )


def test_a_language_is_the_option_or_what_all_corpora_claim():
    english, chinese = (CorpusSpec(path="x", language=one) for one in ("en", "zh"))
    assert part_language(Part(pipeline="p", corpora=(english, english))) == "en"
    assert part_language(Part(pipeline="p", corpora=(english, chinese))) == ""
    assert part_language(Part(pipeline="p", corpora=(english,), options={"language": "zh"})) == "zh"


@pytest.mark.parametrize(
    "text", ["machine: x\nrats: []", "[", "machine: x\nrates: [{pipeline: a}]"]
)
def test_rates_that_are_wrong_are_refused(tmp_path, text):
    path = tmp_path / "rates.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="rates"):
        load_rates(path)


def test_measuring_renders_a_few_and_leaves_nothing(corpus, tmp_path):
    folder = corpus({"f": [*words(0, 30), *["!reject ordered"] * 10]})
    told = []
    cost = measure_part(recipe_for(folder), "toy_found", 40, say=told.append)
    assert cost.samples == 30
    assert cost.kept == 0.75
    assert cost.bytes > 100
    assert told[0].startswith("toy_found: ")


@pytest.mark.parametrize("name", [one for one in mixture_paths() if one.startswith("vary_")])
def test_paper_scale_dry_runs_know_everything(name):
    mixture = load_mixture(name)
    rates = load_rates().rates
    made = estimate(
        mixture, recipes_of(mixture, {}), lambda recipe, part: cost_of(recipe.parts[part], rates)
    )
    for parts in made.datasets.values():
        for part in parts.values():
            assert part.samples
            assert part.bytes
            assert part.core_hours
    for member in made.members.values():
        assert member.there >= (member.wanted or 0)
    assert made.missing


def test_the_paper_s_proportions_stand_in_the_files():
    tiny = load_mixture("vary_tiny")
    assert sum(member.count for member in tiny.members.values()) == 3_620_000
    base = load_mixture("vary_base_pretrain")
    counts = {name: member.count for name, member in base.members.items()}
    assert counts == {
        "latex_en": 500_000,
        "latex_zh": 400_000,
        "charts": None,
        "captions": 4_000_000,
    }
    charts = recipes_of(base, {})["charts"]
    assert sum(part.samples for part in charts.parts.values()) == 200_000
