"""Answers about charts: what is read, what is mended, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from trainers.evaluation.metrics.chart_output import MAX_CHARS, chart_of, parse_chart

WHOLE = '{"title": "T", "source": "None", "x_title": "x", "y_title": "y", "values": {"a": 1}}'


def values(answer, mode="correct"):
    chart = parse_chart(answer, mode).chart
    return None if chart is None else chart.values


@pytest.mark.parametrize(
    ("answer", "correct", "paper"),
    [
        (WHOLE, {"a": 1}, {"a": 1}),
        (WHOLE[:-1], {"a": 1}, {"a": 1}),
        (WHOLE.replace("values", "data"), {"a": 1}, {"a": 1}),
        (f"```json\n{WHOLE}\n```\nDone {{}}", {"a": 1}, None),
        ('{"values": {"a": 1}}', {"a": 1}, None),
        ("{'values': {'a': None, 'b': -1e-5}}", {"a": None, "b": -1e-5}, None),
        ('{"a": 1, "title": "T"}', {"a": 1}, None),
        ('{"values": {"a": [1, 2', {"a": [1, 2]}, None),
        ('{"values": {"a": "{"', {"a": "{"}, None),
        ('{"values": [1, 2]}', None, None),
        (WHOLE.replace('{"a": 1}', "[1]"), None, None),
        ("[1, 2]", None, None),
        ("no chart", None, None),
        ("", None, None),
    ],
)
def test_answers(answer, correct, paper):
    assert values(answer) == correct
    assert values(answer, "paper") == paper


@pytest.mark.parametrize(
    "answer",
    [
        "{'a': " + "1+" * 20_000 + "1}",
        "{'a': " + "-" * 20_000 + "1}",
        "{'a': " + "not " * 20_000 + "1}",
        "{'a': " + "e-" * 20_000 + "1}",
        "{'a': x" + ".x" * 20_000 + "}",
        "{" * 40_000,
        '{"a": ' + "[" * 40_000,
        "{'a': 9**9**9**9}",
        "{'a': __import__('os')}",
        "{'a': " + "9" * 50_000 + "}",
        "{" + "'" * 50_001,
        "{" + " " * (MAX_CHARS + 1) + "}",
    ],
)
def test_hostile_answers_are_refused(answer):
    for mode in ("correct", "paper"):
        found = parse_chart(answer, mode)
        assert found.chart is None
        assert found.note


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=4
    )
)
def test_json_and_python_are_read_back(data):
    assert values(json.dumps({"values": data})) == data
    assert values(repr({"values": data})) == data


@settings(max_examples=150)
@given(st.text("{}[]()'\"\\:,-+1eE.aNone ", max_size=40))
def test_any_text_ends(text):
    parse_chart(text)
    parse_chart(text, "paper")


def test_targets_must_have_named_values():
    assert chart_of({"values": {"a": 1}, "title": "T"}).titles == {"title": "T"}
    with pytest.raises(ConfigError):
        chart_of({"values": [1]})
