"""From answers to charts: every kind in both languages, and what is no chart."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.content.llm.exchange import Answer
from pipelines.charts.content.llm.reading import read_chart
from pipelines.charts.content.llm.reasons import REASONS, BadAnswer
from pipelines.charts.spec.kinds import KINDS
from tests.pipelines.charts.content.llm.answers import good

ALL = [(kind, language) for language in ("en", "zh") for kind in KINDS]


def read(data: Any, kind: str, language: str = "en", draw: int = 3):
    return read_chart(Answer(text=json.dumps(data)), kind, language, draw)


def reason_of(data: Any, kind: str, language: str = "en", **answer: Any) -> str:
    text = data if isinstance(data, str) else json.dumps(data)
    with pytest.raises(BadAnswer) as caught:
        read_chart(Answer(text=text, **answer), kind, language, 3)
    assert caught.value.reason in REASONS
    return caught.value.reason


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_good_answer_of_every_kind_is_a_chart(kind, language):
    for draw in range(25):
        spec = read(good(kind, language), kind, language, draw)
        assert (spec.kind, spec.language) == (kind, language)
        assert spec == read(good(kind, language), kind, language, draw)


@given(st.sampled_from(ALL), st.data())
def test_damaged_answers_give_a_chart_or_a_reason(which, data):
    kind, language = which
    answer = good(kind, language)
    key = data.draw(st.sampled_from(sorted(answer)))
    answer[key] = data.draw(
        st.sampled_from(
            [None, "", 0, -1, 1e300, True, [], {}, [[]], [["a"]], [["a", None]], "x" * 500]
        )
    )
    with contextlib.suppress(BadAnswer):
        assert read(answer, kind, language).kind == kind


def test_numbers_are_those_of_the_answer():
    spec = read(
        good("bar", rows=[["A b", 4.25], ["C d", "1,234.5"], ["E f", None], ["G h", -3]]), "bar"
    )
    numbers = spec.data.series[0].values
    factor = 1000 if spec.value.format.scale == "K" else 1
    assert numbers == (4.25 * factor, 1234.5 * factor, None, -3 * factor)


def test_magnitude_stands_in_numbers_or_in_the_title():
    seen = set()
    for draw in range(40):
        spec = read(
            good("bar", "zh", rows=[["甲", 3.2], ["乙", 1.5], ["丙", 2.4]]), "bar", "zh", draw
        )
        label = spec.value.format.text(spec.data.series[0].values[0])
        seen.add((label, spec.value.title))
    assert seen == {("3.2", "产量（万吨）"), ("3.2万吨", "产量")}


def test_large_numbers_get_a_magnitude_only_where_they_stay_exact():
    rows = [["A b", 120_000], ["C d", 45_000], ["E f", 93_000]]
    measure = {"name": "Visitors", "unit": "people", "magnitude": ""}
    labels = set()
    for draw in range(40):
        spec = read(good("bar", rows=rows, value=measure), "bar", draw=draw)
        assert spec.data.series[0].values == (120_000, 45_000, 93_000)
        labels.add(spec.value.format.text(120_000))
    assert labels == {"120K", "120,000"}
    rows[2][1] = 93_001
    spec = [read(good("bar", rows=rows, value=measure), "bar", draw=draw) for draw in range(40)]
    assert {one.value.format.scale for one in spec} == {""}


def test_years_become_dates_of_the_language():
    rows = [[2019, 4], [2020, 6], [2021, 5], [2022, 9]]
    specs = [read(good("line", "zh", rows=rows), "line", "zh", draw) for draw in range(30)]
    assert {spec.data.categories[0] for spec in specs} == {"2019", "2019年"}
    assert {spec.data.dates[:1] for spec in specs} == {(), ("2019-01-01",)}


def test_end_of_a_waterfall_is_computed():
    spec = read(good("waterfall"), "waterfall")
    *steps, total = spec.data.series[0].values
    assert total == sum(steps)
    assert spec.data.totals == (True, False, False, False, True)


def test_candles_are_reordered_from_open_high_low_close():
    spec = read(good("candlestick"), "candlestick")
    assert spec.data.candles[0] == (212.5, 214.0, 209.5, 216.0)


def test_shares_add_up_exactly():
    rows = [["A b", 33.3, 66.6], ["C d", 50, 51], ["E f", 20, 79.5], ["G h", 70, 30]]
    spec = read(good("bar_percent", rows=rows), "bar_percent")
    for shares in zip(*(one.values for one in spec.data.series), strict=True):
        assert round(sum(shares), 9) == 100


PERCENT = {"name": "Share", "unit": "%", "magnitude": ""}


@pytest.mark.parametrize(
    ("kind", "changes", "reason"),
    [
        ("bar", {"rows": [["A b", 1], ["C d", 2]]}, "bad-size"),
        ("bar", {"rows": [[f"A {at}", at] for at in range(40)]}, "bad-size"),
        ("bar", {"rows": [["A b", 1, 2], ["C d", 2], ["E f", 3]]}, "bad-brief"),
        ("bar", {"rows": [["A b", "many"], ["C d", 2], ["E f", 3]]}, "bad-brief"),
        ("bar", {"rows": [["A b", True], ["C d", 2], ["E f", 3]]}, "bad-brief"),
        ("bar", {"rows": [["A b", 1e13], ["C d", 2], ["E f", 3]]}, "bad-brief"),
        ("bar", {"rows": [["A b", 1e-9], ["C d", 2], ["E f", 3]]}, "bad-brief"),
        ("bar", {"rows": [["A b", 2], ["C d", 2], ["E f", 2]]}, "bad-values"),
        ("bar", {"rows": [["A b", 0.0002], ["C d", 0.0004], ["E f", 0.0001]]}, "bad-values"),
        ("bar_percent", {"rows": [["A b", 99, 1], ["C d", 50, 50], ["E f", 9, 91]]}, "bad-values"),
        ("bar", {"rows": [["A b", 1], ["A b", 2], ["E f", 3]]}, "bad-spec"),
        ("bar", {"title": ""}, "bad-brief"),
        ("bar", {"title": "销量"}, "wrong-language"),
        ("bar", {"value": {"name": "Harvest", "unit": "吨"}}, "wrong-language"),
        ("bar", {"value": {"name": "Harvest", "magnitude": "万"}}, "bad-brief"),
        ("bar", {"title": "<script>fetch('//x')</script>"}, "odd-characters"),
        ("bar", {"source": "{{ cycler.__init__ }}"}, "odd-characters"),
        ("bar", {"title": "x" * 5000}, "bad-brief"),
        ("bar_stacked", {"series": []}, "bad-brief"),
        ("bar_stacked", {"rows": [["A b", 1, -2], ["C d", 2, 1], ["E f", 3, 1]]}, "bad-values"),
        ("area", {"rows": [[f"A {at}", None if at else 3] for at in range(4)]}, "bad-values"),
        (
            "bar_percent",
            {"rows": [["A b", 10, 20], ["C d", 50, 50], ["E f", 30, 70]]},
            "bad-values",
        ),
        ("pie", {"value": PERCENT, "rows": [["A b", 10], ["C d", 20]]}, "bad-values"),
        ("pie", {"rows": [["A b", 1000], ["C d", 1]]}, "bad-values"),
        ("funnel", {"rows": [["A b", 10], ["C d", 50], ["E f", 5]]}, "bad-values"),
        ("gauge", {"value": 130}, "bad-values"),
        ("waterfall", {"changes": [["A b", -9000], ["C d", 1]]}, "bad-values"),
        ("scatter", {"series": [{"points": [[1, 2, 3]] * 6}]}, "bad-brief"),
        ("bubble", {"size": None}, "bad-brief"),
        ("histogram", {"bin_width": 0}, "bad-values"),
        ("histogram", {"counts": [1, 2.5, 3, 4, 5]}, "bad-values"),
        ("box", {"rows": [["A b", [5, 4, 3, 2, 1], [1, 2, 3, 4, 5]]] * 3}, "bad-values"),
        ("box", {"rows": [["A b", [1, 2, 3]]] * 3}, "bad-brief"),
        (
            "candlestick",
            {"rows": [[f"2023-05-0{at}", 5, 4, 3, 6] for at in range(1, 8)]},
            "bad-values",
        ),
        ("sankey", {"links": [["A", "B", 1], ["B", "A", 2], ["B", "C", 1]]}, "bad-spec"),
        ("treemap", {"groups": [{"name": "A", "parts": [["A", 1], ["B", 2]]}] * 2}, "bad-spec"),
    ],
)
def test_what_makes_no_chart_has_a_reason(kind, changes, reason):
    assert reason_of(good(kind, **changes), kind) == reason


def test_answer_of_the_wrong_form_is_told_what_lacks():
    with pytest.raises(BadAnswer, match="rows"):
        read({"title": "Rain", "value": {"name": "Rain"}}, "bar")


def test_keys_that_no_form_knows_are_left_out():
    hostile = {"__proto__": {"x": 1}, "constructor": 1, "code": "import os", "kind": "pie"}
    assert read(good("bar") | hostile, "bar") == read(good("bar"), "bar")


def test_cut_off_answer_says_so():
    assert reason_of('{"title": "Ra', "bar", finish="length") == "cut-off"
    assert reason_of("no words", "bar", finish="length") == "cut-off"


def test_problem_of_the_transport_is_the_reason():
    assert reason_of("", "bar", problem="answer-too-large") == "answer-too-large"
