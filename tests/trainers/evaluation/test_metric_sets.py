"""Sets agree with the metrics of whole sets, and every task has one."""

from __future__ import annotations

import json

import pytest

from dataengine.errors import ConfigError
from dataengine.views.task_files import task_names
from trainers.evaluation.metric_sets import metric_set, set_names, set_of_task
from trainers.evaluation.metrics.charts import chart_scores
from trainers.evaluation.metrics.markdown import markdown_scores
from trainers.evaluation.metrics.pages import page_scores

PAIRS = [
    ("the quick brown fox", "the quick brown fox jumps"),
    ("", "nothing read \\(x\\)"),
    ("天地玄黄", "天地玄黄宇宙洪荒"),
    ("abc", "abc"),
    ("a \\(x^2\\) b", "a \\(x^2\\) c \\begin{tabular}{l}1\\end{tabular}"),
]


def mean(set_name: str, measure: str, pairs, mode: str):
    found = [metric_set(set_name).score(one, [two], mode)[measure].value for one, two in pairs]
    defined = [one for one in found if one is not None]
    return sum(defined) / len(defined) if defined else None


@pytest.mark.parametrize("mode", ["correct", "paper"])
def test_means_over_cases_are_the_metrics_of_the_set(mode):
    said, meant = zip(*PAIRS, strict=True)
    for name, score in page_scores(said, meant, mode=mode, reference="fox").items():
        assert mean("text_fox", name, PAIRS, mode) == pytest.approx(score.value), name
    by_part = markdown_scores(said, meant, mode=mode)
    for part in ("text", "formula", "table"):
        expected = by_part[part]["edit_distance"].value
        found = mean("markdown", f"{part}.edit_distance", PAIRS, mode)
        assert found == (None if expected is None else pytest.approx(expected)), part
    if mode == "correct":
        for name in ("formula.match", "table.teds"):
            part, measure = name.split(".")
            assert mean("markdown", name, PAIRS, mode) == pytest.approx(
                by_part[part][measure].value
            )


@pytest.mark.parametrize("mode", ["correct", "paper"])
def test_charts_agree_with_the_metrics_of_the_set(mode):
    target = {
        "title": "T",
        "source": "None",
        "x_title": "x",
        "y_title": "None",
        "values": {"a": 1, "b": 2},
    }
    said = [json.dumps(target), json.dumps({**target, "values": {"a": 1, "b": 9}}), "no chart"]
    pairs = [(one, json.dumps(target)) for one in said]
    expected = chart_scores(said, [target] * 3, mode=mode)
    for name in ("map_strict", "map_high", "exact", "structure", "title"):
        assert mean("chart", name, pairs, mode) == pytest.approx(expected[name].value), name


def test_the_figure_of_published_tables_is_map_times_what_can_be_read():
    target = {"title": "T", "source": "", "x_title": "", "y_title": "", "values": {"a": 1, "b": 2}}
    said = [json.dumps(target), "no chart", json.dumps({**target, "values": {"a": 1, "c": 7}})]
    pairs = [(one, json.dumps(target)) for one in said]
    expected = chart_scores(said, [target] * 3, mode="paper")
    for one in ("strict", "slight", "high"):
        found = mean("chart", f"final_{one}", pairs, "paper")
        assert found == pytest.approx(expected[f"final_{one}"].value)
    assert expected["final_strict"].value == pytest.approx(1 / 2 * 2 / 3)
    assert "final_strict" not in metric_set("chart").score(said[0], [said[0]], "correct")


def test_other_distances_and_exactness_by_hand():
    found = metric_set("text").score("the cat sat\n", ["the cat sat down"], "correct")
    assert found["edit_distance_token"].value == pytest.approx(1 / 4)
    assert found["edit_distance_sum"].weight == 16
    assert found["exact"].value == 0
    assert metric_set("text").score(" a\n", ["a"], "correct")["exact"].value == 1
    assert "exact" not in metric_set("text").score("long text", ["long text"], "paper")


def test_boxes_are_held_to_their_overlap():
    found = metric_set("boxes").score("[5,0,15,10]", ["[0,0,10,10]"], "correct")
    assert found["iou"].value == pytest.approx(1 / 3)
    assert set_of_task("region_text").name == "text"


def test_a_target_that_is_no_chart_is_no_fault_of_the_prediction():
    found = metric_set("chart").score("{}", ["no chart"], "correct")
    assert {one.value for one in found.values()} == {None}


def test_tables_are_held_to_their_structure():
    table = "\\begin{tabular}{ll}a & b \\\\ c & d\\end{tabular}"
    assert metric_set("table").score(table, [table], "correct")["teds"].value == 1.0
    assert metric_set("table").score("", [table], "correct")["teds"].value == 0.0


@pytest.mark.parametrize("name", set_names())
def test_sets_say_what_they_measure(name):
    one = metric_set(name)
    assert one.name == name
    assert one.headline in one.measures
    assert set(one.shown) <= set(one.measures)
    both = [one.single("a", "b", mode) for mode in ("correct", "paper")]
    assert set(both[0]) | set(both[1]) == set(one.measures)
    assert one.headline in set(both[0]) & set(both[1])
    assert one.badness(one.score("a", ["a"], "correct")) <= one.badness(
        one.score("b", ["a"], "correct")
    )


def test_every_task_has_a_set():
    assert {set_of_task(task).name for task in task_names()} == {
        "text", "chart", "markdown", "table", "answer_anls", "boxes",
    }  # fmt: skip
    assert set_of_task("nobody knows").name == "text"
    with pytest.raises(ConfigError, match="did you mean 'markdown'"):
        metric_set("markdwn")
