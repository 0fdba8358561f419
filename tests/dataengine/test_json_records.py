"""Records of JSON files by position are those of the whole file, parsed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.json_records import NotRecords, RecordSpans

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=6), st.sampled_from([None, 1]), st.booleans())
def test_spans_are_the_elements_of_the_array(
    records: list[Any], indent: int | None, as_ascii: bool
) -> None:
    data = json.dumps(records, indent=indent, ensure_ascii=as_ascii).encode("utf-8", "replace")
    spans = RecordSpans(data)
    assert [json.loads(spans[number]) for number in range(len(spans))] == json.loads(data)


@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=4), st.lists(VALUES, max_size=4))
def test_array_is_found_under_its_key(others: dict[str, Any], records: list[Any]) -> None:
    others.pop("data", None)
    whole = {**others, "data": records, "nested": {"data": [1]}}
    data = json.dumps(whole, ensure_ascii=True).encode()
    spans = RecordSpans(data, "data")
    assert [json.loads(spans[number]) for number in range(len(spans))] == records


def test_text_that_looks_like_json_stays_inside_its_string() -> None:
    records = [{"a": 'x"],[{"'}, {"b": "\\"}, {"c": '\\"]'}]
    spans = RecordSpans(json.dumps(records).encode())
    assert [json.loads(spans[number]) for number in range(len(spans))] == records


def test_a_malformed_record_costs_itself_only() -> None:
    spans = RecordSpans(b'[{"a": 1}, {"b": nonsense}, {"c": 3}]')
    assert len(spans) == 3
    assert json.loads(spans[2]) == {"c": 3}


def test_string_without_end_takes_no_longer_than_another() -> None:
    with pytest.raises(NotRecords):
        RecordSpans(b'["' + b'\\"' * 1_000_000)


@pytest.mark.parametrize("depth", [100_000])
def test_depth_costs_no_stack(depth: int) -> None:
    spans = RecordSpans(b"[" + b"[" * depth + b"]" * depth + b", 7]")
    assert (len(spans), spans[1]) == (2, b"7")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", ""),
        (b"{}", ""),
        (b'{"data": {}}', ""),
        (b'{"data": {}}', "data"),
        (b'{"other": []}', "data"),
        (b'{"other": "data"}', "data"),
        (b'[{"a": 1}, {"b"', ""),
        (b'["open', ""),
    ],
)
def test_what_is_no_array_is_said(data: bytes, key: str) -> None:
    with pytest.raises(NotRecords):
        RecordSpans(data, key)
