"""Strings of JSON by record: those that a parser finds, and no harm from what is no JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.overlap.json_strings import json_strings
from dataengine.overlap.sample_text import leaves

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=4), below, max_size=4)
    ),
    max_leaves=12,
)


def strings(value) -> list[str]:
    """Return the strings of parsed JSON in order, without keys."""
    if isinstance(value, dict):
        return [text for below in value.values() for text in strings(below)]
    if isinstance(value, list):
        return [text for below in value for text in strings(below)]
    return [value] if isinstance(value, str) else []


@given(st.lists(VALUES, max_size=5), st.booleans(), st.sampled_from([None, 1]))
def test_array_gives_what_a_parser_finds(values, is_ascii, indent):
    data = json.dumps(values, ensure_ascii=is_ascii, indent=indent).encode()
    expected = [(number, text) for number, value in enumerate(values, 1) for text in strings(value)]
    assert list(json_strings(data)) == expected


@given(VALUES)
def test_any_value_gives_the_strings_that_a_parser_finds(value):
    assert [text for _, text in json_strings(json.dumps(value).encode())] == strings(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"name": "x", "data": [{"q": "a"}, 3, {"q": "b"}], "more": ["c"]}', "0x 1a 3b 4c"),
        ('{"7": {"q": "a"}, "8": {"q": ["b", "c"]}}', "1a 2b 2c"),
        ('{"none": [], "data": ["a"]}', "1a"),
        ('{"q": "a", "deep": [["b"], ["c"]]}', "0a 1b 2c"),
        ('"a"', "0a"),
    ],
)
def test_records_are_numbered(text, expected):
    assert " ".join(f"{number}{one}" for number, one in json_strings(text.encode())) == expected


@given(st.binary(max_size=60) | st.text('"\\[]{},:ab', max_size=60).map(str.encode))
def test_anything_can_be_read(data):
    for number, text in json_strings(data):
        assert number >= 0
        assert isinstance(text, str)


@pytest.mark.parametrize("piece", [b"[", b'{"a":', b'"\\"', b'"\\', b"]", b'"a', b"\\", b"[,"])
def test_hostile_text_of_two_megabytes_takes_no_stack_and_no_square(piece):
    assert sum(1 for _ in json_strings(piece * (400_000 // len(piece)))) < 400_000


def test_string_that_is_no_json_is_kept_as_it_stands():
    assert list(json_strings(b'["\\x41 bad", "ok"]')) == [(1, "\\x41 bad"), (2, "ok")]


def test_leaves_are_keys_and_values_in_order():
    assert list(leaves({"a": [1, {"b": None}], "c": "d"})) == ["a", "1", "b", "c", "d"]
