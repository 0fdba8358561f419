"""The JSON object in an answer: found in words and fences, repaired safely, bounded."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.content.llm.json_answer import find_object
from pipelines.charts.content.llm.reasons import BadAnswer

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=5)
PROSE = st.text(st.characters(exclude_characters="{}<"), max_size=30)


@given(OBJECTS, PROSE, PROSE, st.booleans())
def test_object_is_found_among_words(data, before, after, ascii_only):
    text = f"{before}```json\n{json.dumps(data, ensure_ascii=ascii_only)}\n```{after}"
    assert find_object(text) == data


@given(st.text(st.sampled_from('{}[]",\\: a1\n')))
def test_any_text_gives_an_object_or_a_reason(text):
    with contextlib.suppress(BadAnswer):
        assert isinstance(find_object(text), dict)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"a": [1, 2,], "b": {"c": 3,},}', {"a": [1, 2], "b": {"c": 3}}),
        ('{"a": "x,]", "b": 1 , }', {"a": "x,]", "b": 1}),
        ('<think>{"a": [1,2,3,4,5,6]} no</think> {"a": 1}', {"a": 1}),
        ('so I think.</think>{"a": 1}', {"a": 1}),
        ('{"a": "</think>"}', {"a": "</think>"}),
        ('{"draft": 1} and finally {"title": "the longer one"}', {"title": "the longer one"}),
        ('\ufeff{"a": "}{"}', {"a": "}{"}),
        ('use {braces, then {"a": 1}', {"a": 1}),
        ('{"a": -1.5e3}', {"a": -1500.0}),
    ],
)
def test_safe_repairs(text, wanted):
    assert find_object(text) == wanted


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no-json"),
        ("I cannot help with that.", "no-json"),
        ("[1, 2]", "no-json"),
        ('{"a": [1, 2', "cut-off"),
        ('{"a": NaN}', "bad-json"),
        ('{"a": -Infinity}', "bad-json"),
        ('{"a": 1e400}', "bad-json"),
        ('{"a": 1e16}', "bad-json"),
        ('{"a": ' + "9" * 5000 + "}", "bad-json"),
        ('{"a": 1, "a": 2}', "bad-json"),
        ("{'a': 1}", "bad-json"),
        ('{"a": None}', "bad-json"),
        ('{"a": 1 "b": 2}', "bad-json"),
        ('{"a": [' * 200, "bad-json"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000, "bad-json"),
        ('{"a": "' + "x" * 300_000 + '"}', "bad-json"),
    ],
)
def test_everything_else_has_a_reason(text, reason):
    with pytest.raises(BadAnswer) as caught:
        find_object(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "text",
    ['{"' + '\\"' * 90_000, '{"a":' + '"' * 150_001, "{" + '"\\' * 60_000, "{" + ", " * 90_000],
    ids=["escaped quotes", "quotes", "quotes and backslashes", "commas"],
)
def test_hostile_texts_take_no_longer_than_long_ones(text):
    with pytest.raises(BadAnswer):
        find_object(text)
