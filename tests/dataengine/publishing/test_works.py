"""Works: gathered once each, judged by licence, listed for attribution."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.publishing.works import (
    KEYS,
    SOURCES_FILE,
    licence_check,
    overridden,
    sources_file,
    works_table,
)


def batch(*sources: dict[str, Any]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({"source": [json.dumps(source) for source in sources]})


def work(item: str, licence: str = "CC0-1.0") -> dict[str, Any]:
    return {"corpus": "c", "item": item, "licence": licence, "url": "u", "page": 3}


NAMES = st.sampled_from(["a", "b", "c", "d"])


@settings(deadline=None)
@given(st.lists(st.lists(st.lists(NAMES, max_size=5), max_size=5), max_size=5))
def test_each_work_is_counted_once_per_sample(batches: list[list[list[str]]]) -> None:
    rows = [
        batch(*({"works": [work(name) for name in sample]} for sample in samples))
        for samples in batches
    ]
    expected: dict[str, int] = {}
    for samples in batches:
        for sample in samples:
            for name in set(sample):
                expected[name] = expected.get(name, 0) + 1
    found = works_table(rows).to_pylist()
    assert {row["item"]: row["samples"] for row in found} == expected
    assert [row["item"] for row in found] == sorted(expected)


def test_drawn_samples_have_no_works() -> None:
    table = works_table([batch({}, {"corpus": "", "item": None, "draws": {"size": 3}})])
    assert table.num_rows == 0
    assert licence_check(table, ()).passed


def test_missing_fields_are_empty_and_refused_as_unknown() -> None:
    table = works_table([batch({"corpus": "c", "item": "x"})])
    assert table.to_pylist() == [
        {"corpus": "c", "item": "x", "url": "", "licence": "", "samples": 1}
    ]
    check = licence_check(table, ())
    assert not check.passed
    assert "unknown: 1 works of c" in check.faults[0]
    assert "--allow-licence" in check.remedy


def test_only_exact_names_let_a_licence_through() -> None:
    nd, strange = "CC-BY-ND-4.0", "LicenseRef-mine"
    table = works_table([batch(work("a", nd), work("b", strange), work("c", ""), work("d"))])
    assert len(licence_check(table, ()).faults) == 3
    assert len(licence_check(table, ["cc-by-nd-4.0", "LicenseRef"]).faults) == 3
    assert len(licence_check(table, [nd]).faults) == 2
    check = licence_check(table, [nd, strange, "unknown"])
    assert check.passed
    assert "let through by name" in check.detail
    assert overridden(table, [nd, strange, "unknown", "CC0-1.0"]) == ["unknown", nd, strange]


def test_the_list_of_works_is_a_file_of_the_same_bytes_each_time() -> None:
    table = works_table([batch(work("b"), work("a"), work("b"))])
    file = sources_file(table)
    assert file == sources_file(works_table([batch(work("a")), batch(work("b"), work("b"))]))
    assert file.name == SOURCES_FILE
    read = pq.read_table(io.BytesIO(file.read()))
    assert read.column_names == [*KEYS, "samples"]
    assert read.column("samples").to_pylist() == [1, 2]
