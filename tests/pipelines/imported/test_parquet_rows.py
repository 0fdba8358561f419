"""Rows of Parquet: the same in any order; damage costs what it hits."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.imported.parquet_rows import ParquetRows
from pipelines.imported.records import Problem


def parquet(rows: int, group: int, **how: object) -> bytes:
    table = pa.table({"n": range(rows), "text": [f"row {n} " + "x" * 50 for n in range(rows)]})
    buffer = io.BytesIO()
    pq.write_table(table, buffer, row_group_size=group, **how)
    return buffer.getvalue()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 30), st.data())
def test_any_order_gives_the_same_rows(rows: int, group: int, data: st.DataObject) -> None:
    file = ParquetRows(parquet(rows, group))
    assert len(file) == rows
    for number in data.draw(st.lists(st.integers(0, rows - 1), max_size=30)):
        assert file[number] == {"n": number, "text": f"row {number} " + "x" * 50}


def test_only_the_columns_taken_are_read() -> None:
    file = ParquetRows(parquet(20, 5))
    file.take(["n"])
    assert file[7] == {"n": 7}
    assert file.column("n") == list(range(20))


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_is_a_problem_and_no_crash(seed: int) -> None:
    import numpy as np

    rng = np.random.Generator(np.random.PCG64(seed))
    data = bytearray(parquet(40, 10, compression="zstd" if seed % 2 else "none"))
    for at in rng.integers(0, len(data), 1 + seed % 5):
        data[at] ^= int(rng.integers(1, 256))
    found = set()
    try:
        file = ParquetRows(bytes(data))
        for number in range(min(len(file), 100)):
            try:
                file[number]
            except Problem as problem:
                found.add(problem.reason)
    except Problem as problem:
        found.add(problem.reason)
    assert found <= {"broken-file", "broken-rows", "malformed-record"}


def test_damage_in_one_row_group_leaves_the_others() -> None:
    data = bytearray(
        parquet(40, 10, compression="none", use_dictionary=False, write_page_checksum=True)
    )
    at = data.index(b"row 15 ")
    data[at : at + 6] = b"\xff" * 6
    file = ParquetRows(bytes(data))
    kept, lost = [], set()
    for number in range(40):
        try:
            kept.append(file[number]["n"])
        except Problem as problem:
            lost.add(problem.reason)
    assert lost <= {"broken-rows", "malformed-record"}
    assert set(kept) >= {*range(10), *range(20, 40)}
    assert 15 not in kept


def test_after_damage_earlier_rows_are_still_read() -> None:
    data = bytearray(parquet(40, 40, compression="none", use_dictionary=False, data_page_size=200))
    at = data.index(b"row 35 ") - 4  # the length of that text
    data[at : at + 4] = b"\xff\xff\xff\x7f"
    file = ParquetRows(bytes(data))
    for _ in range(2):
        with pytest.raises(Problem, match="broken-rows"):
            file[39]
        assert file[0]["n"] == 0
