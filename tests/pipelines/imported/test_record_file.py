"""Files of records: found alike in arrays and lines, each parsed alone."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.imported.record_file import RecordFile
from pipelines.imported.records import Problem

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=3
        )
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4), JSON, min_size=1, max_size=4
)


@given(
    st.lists(OBJECTS, min_size=1, max_size=6),
    st.sampled_from(["array", "lines", "object"]),
    st.booleans(),
    st.booleans(),
)
def test_what_was_written_is_read(
    records: list[object], form: str, escaped: bool, bom: bool
) -> None:
    texts = [json.dumps(one, ensure_ascii=escaped) for one in records]
    text = {
        "array": json.dumps(records, ensure_ascii=escaped, indent=2),
        "lines": "\r\n\n".join(texts),
        "object": json.dumps({"version": 1, "data": records, "x": []}, ensure_ascii=escaped),
    }[form]
    data = (b"\xef\xbb\xbf" if bom else b"") + text.encode()
    file = RecordFile(data, "data" if form == "object" else "")
    assert [file[number] for number in range(len(file))] == records


@given(st.binary(max_size=60))
def test_garbage_is_a_problem(data: bytes) -> None:
    try:
        file = RecordFile(data)
    except Problem as problem:
        reasons = {problem.reason}
    else:
        reasons = set()
        for number in range(len(file)):
            try:
                assert isinstance(file[number], dict)
            except Problem as problem:
                reasons.add(problem.reason)
    assert reasons <= {"broken-file", "malformed-record"}


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_json_is_refused(value: float) -> None:
    file = RecordFile(json.dumps([{"a": value}, {"a": 1}]).encode())
    with pytest.raises(Problem, match="malformed-record"):
        file[0]
    assert file[1] == {"a": 1}


def test_blank_lines_do_not_count() -> None:
    file = RecordFile(b'{"a": 1}\n' + b" " * 100 + b"\n\n" + b" " * 100 + b'{"a": 2}')
    assert [file[0], file[1]] == [{"a": 1}, {"a": 2}]
    assert len(file) == 2


def test_a_record_that_is_too_large_is_not_parsed() -> None:
    file = RecordFile(b'[{"a": "' + b"x" * (17 << 20) + b'"}, {}]')
    with pytest.raises(Problem, match="17,825,8"):
        file[0]
    assert file[1] == {}
