"""Equal files of a corpus: the first in listing order stays, the others hold no units.

Finding them takes eight bytes of memory per file and a name for each of those that are repeated.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.corpus.index_file import INDEX_SCHEMA, ROW_GROUP_ITEMS, read_groups


class Hashes:
    """The beginnings of the hashes of all files that hold units."""

    def __init__(self) -> None:
        self._starts = array("Q")

    def add(self, row: Mapping[str, Any]) -> None:
        """Remember a row of the index."""
        if row["sha256"] and row["units"]:
            self._starts.append(_start(row["sha256"]))

    def repeated(self) -> frozenset[int]:
        """Return the beginnings that came more than once."""
        starts, counts = np.unique(np.frombuffer(self._starts, np.uint64), return_counts=True)
        return frozenset(starts[counts > 1].tolist())


def mark_twins(source: Path, target: Path, repeated: frozenset[int]) -> None:
    """Copy an index, taking the units from files that repeat an earlier one."""
    first_with: dict[str, str] = {}
    with (
        pq.ParquetFile(source, pre_buffer=False) as file,
        pq.ParquetWriter(target, INDEX_SCHEMA, compression="zstd") as writer,
    ):
        for batch in read_groups(file):
            writer.write_batch(_marked(batch, repeated, first_with), ROW_GROUP_ITEMS)


def _marked(
    batch: pa.RecordBatch, repeated: frozenset[int], first_with: dict[str, str]
) -> pa.RecordBatch:
    hashes = batch.column("sha256").to_pylist()
    units = batch.column("units").to_pylist()
    twins: dict[int, str] = {}
    for at, sha256 in enumerate(hashes):
        if sha256 and units[at] and _start(sha256) in repeated:
            first = first_with.get(sha256)
            if first is None:
                first_with[sha256] = _name(batch, at)
            else:
                twins[at] = first
    if not twins:
        return batch
    columns = {name: batch.column(name).to_pylist() for name in ("units", "reason", "detail")}
    for at, first in twins.items():
        columns["units"][at] = 0
        columns["reason"][at] = "duplicate-file"
        columns["detail"][at] = f"byte for byte the same as {first}"
    arrays = [
        pa.array(columns[field.name], field.type)
        if field.name in columns
        else batch.column(field.name)
        for field in INDEX_SCHEMA
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=INDEX_SCHEMA)


def _start(sha256: str) -> int:
    return int(sha256[:16], 16)


def _name(batch: pa.RecordBatch, at: int) -> str:
    path, member = (str(batch.column(name)[at]) for name in ("path", "member"))
    return f"{path}!{member}" if member else path
