"""AP, mAP, titles and structure over sets of charts."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.chart_output import Chart, Parsed
from trainers.evaluation.metrics.charts import (
    average_precision,
    chart_scores,
    mean_average_precision,
    title_of,
)
from trainers.evaluation.metrics.scores import Sample

TARGET = {
    "title": "Sales",
    "source": "None",
    "x_title": "Year",
    "y_title": "None",
    "values": {f"{letter}lpha": number for number, letter in enumerate("bcdfg", 1)},
}


def answer(**changes):
    return json.dumps({**TARGET, **changes})


def test_perfect_answers():
    scores = chart_scores([answer()], [TARGET])
    assert {scores[name].value for name in ("structure", "map_strict", "ap90_high", "exact")} == {1}
    assert scores["title"].value == 1
    assert scores["source"].value is None


def test_map_by_hand_and_the_references_rounding():
    # 3 of 5 right, 2 wrong: 3 matched of a union of 7; 4 of 5 right: 4 of 6
    three = dict(TARGET["values"], balpha=0)
    del three["blpha"]
    scores = chart_scores([answer(values=three)], [TARGET])
    assert scores["map_strict"].value == pytest.approx(4 / 10)  # 4/6: .50 .55 .60 .65
    edge = [Sample(0.6)]
    assert mean_average_precision(edge).value == pytest.approx(3 / 10)
    assert mean_average_precision(edge, mode="paper").value == pytest.approx(2 / 10)
    assert average_precision(edge, Fraction(3, 5)).value == 1


def test_unreadable_answer_is_wrong_or_is_skipped_and_multiplied():
    correct = chart_scores([answer(), "none"], [TARGET, TARGET])
    assert correct["map_strict"].value == 0.5
    assert correct["structure"].value == 0.5
    assert correct["structure"].notes == {"unparsable": 1}
    assert correct["title"].value == 0.5
    assert "final_strict" not in correct
    paper = chart_scores([answer(), "none"], [TARGET, TARGET], mode="paper")
    assert paper["map_strict"].value == 1
    assert paper["map_strict"].undefined == 1
    assert paper["title"].value == 1
    assert paper["final_strict"].value == 0.5


def test_missing_title_does_not_cost_the_data_in_correct_mode():
    bare = json.dumps({"values": TARGET["values"]})
    correct = chart_scores([bare], [TARGET])
    assert correct["map_strict"].value == 1
    assert correct["title"].value == 0
    assert chart_scores([bare], [TARGET], mode="paper")["structure"].value == 0


@pytest.mark.parametrize(
    ("given_title", "target", "correct", "paper"),
    [
        ("SALES", "Sales", 1, 1),
        ("Salt", "Sales", 1 - 2 / 5, 1 - 2 / 5),
        ("None", "Sales", 0, 0),
        ("invented", "None", 0, None),
        ("None", "None", None, None),
        (None, "Sales", 0, None),
        (None, None, None, None),
        ("", "None", None, None),
        (7, "7", 1, None),
    ],
)
def test_titles(given_title, target, correct, paper):
    parsed, chart = Parsed(Chart({}, {"title": given_title})), Chart({}, {"title": target})
    assert title_of(parsed, chart, "title").value == pytest.approx(correct)
    assert title_of(parsed, chart, "title", "paper").value == pytest.approx(paper)


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_map_is_bounded_and_falls_with_the_threshold(values):
    samples = [Sample(value) for value in values]
    steps = [average_precision(samples, Fraction(one, 100)).value for one in range(50, 100, 5)]
    assert steps == sorted(steps, reverse=True)
    assert mean_average_precision(samples).value == pytest.approx(sum(steps) / 10)


def test_too_large_charts_are_counted():
    large = {f"{number:05}": 1 for number in range(1001)}
    wrong = chart_scores([answer(values=large)], [TARGET])["map_strict"]
    assert (wrong.value, wrong.notes) == (0, {"too large": 1})
    unfair = chart_scores([answer()], [{**TARGET, "values": large}])["map_strict"]
    assert (unfair.value, unfair.undefined) == (None, 1)
