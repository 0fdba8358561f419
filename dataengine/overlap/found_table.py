"""What was found, as one Parquet file: duplicates first, then overlap with benchmarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.overlap.benchmarks import BenchmarkHit
from dataengine.overlap.duplicate_report import DuplicateReport
from dataengine.storage import storage_errors

SCHEMA = pa.schema(
    [
        ("dataset", pa.string()),
        ("id", pa.string()),
        ("form", pa.string()),  # of `Duplicate`, or "benchmark-" and that of `BenchmarkHit`
        ("of_dataset", pa.string()),  # or the benchmark's file
        ("of", pa.string()),  # the earlier sample, or the number of the benchmark's record
        ("similarity", pa.float32()),  # or the share of the sample's n-grams
        ("excerpt", pa.string()),
    ]
)
_ROWS_AT_ONCE = 65_536


def write_found(path: Path, duplicates: DuplicateReport, hits: Iterable[BenchmarkHit]) -> int:
    """Write duplicates and hits as they come; returns how many rows there are.

    Raises:
        StorageError: the file cannot be written; nothing appears under its name.
    """
    partial = path.with_name(path.name + ".tmp")
    rows = _rows(duplicates, hits)
    total = 0
    try:
        with storage_errors(path), pq.ParquetWriter(partial, SCHEMA, compression="zstd") as writer:
            while block := list(islice(rows, _ROWS_AT_ONCE)):
                writer.write_table(pa.Table.from_pylist(block, schema=SCHEMA))
                total += len(block)
        with storage_errors(path):
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return total


def _rows(duplicates: DuplicateReport, hits: Iterable[BenchmarkHit]) -> Iterator[dict[str, Any]]:
    for one in duplicates:
        yield {
            "dataset": one.dataset,
            "id": one.id,
            "form": one.form,
            "of_dataset": one.of_dataset,
            "of": one.of,
            "similarity": one.similarity,
            "excerpt": "",
        }
    for hit in hits:
        yield {
            "dataset": hit.dataset,
            "id": hit.id,
            "form": f"benchmark-{hit.form}",
            "of_dataset": hit.file,
            "of": str(hit.record),
            "similarity": hit.share,
            "excerpt": hit.excerpt,
        }
