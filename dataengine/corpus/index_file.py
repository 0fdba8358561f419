"""The index as a Parquet file: its columns, and reading it back in flat memory."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP_ITEMS = 16_384

_STRINGS = ("corpus", "path", "member", "sha256", "language", "licence", "url", "reason", "detail")
INDEX_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _STRINGS),
        ("offset", pa.int64()),
        ("size", pa.int64()),
        ("units", pa.int32()),
        ("held", pa.int32()),  # units of the file itself; `units` is 0 where it is a duplicate
        ("mtime", pa.string()),
    ]
)


def read_groups(file: pq.ParquetFile, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield an index's rows, one batch per row group."""
    for group in range(file.num_row_groups):
        yield from file.read_row_group(group, columns=columns).combine_chunks().to_batches()
