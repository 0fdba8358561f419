"""Writes one shard: samples to `data/`, rejections to `rejects/`, both Parquet, then the receipt.

Row groups hold about 100 rows and at most 32 MiB, so that the Hub's viewer and a resuming reader
can fetch one alone; images are stored as they are (they are compressed already), the rest by zstd;
page index and content-defined chunking are on. Bytes depend on nothing but the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.canonical import file_sha256
from dataengine.errors import ShardError
from dataengine.receipt import StoredFile
from dataengine.recipe import Shards
from dataengine.sample import Sample
from dataengine.schema import (
    REJECT_SCHEMA,
    SAMPLE_SCHEMA,
    Origin,
    Rejected,
    rejects_table,
    samples_table,
)
from dataengine.storage import Storage, storage_errors

_MIB = 1 << 20


class ShardWriter:
    """Collects outcomes in order; nothing appears in the output before `finish`.

    Use as a context manager: leaving it without `finish` drops what was written.
    """

    def __init__(self, storage: Storage, name: str, shards: Shards) -> None:
        self._storage = storage
        self._shards = shards
        self.part = name.partition("/")[0]
        self.data_name = f"data/{name}.parquet"
        self.rejects_name = f"rejects/{name}.parquet"
        self._samples: list[tuple[Origin, Sample]] = []
        self._sample_bytes = 0
        self._rejected: list[Rejected] = []
        self.sample_rows = self.reject_rows = 0
        self._stack = ExitStack()

    def __enter__(self) -> ShardWriter:
        self._data_path = self._stack.enter_context(self._storage.scratch(self.data_name))
        self._rejects_path = self._stack.enter_context(self._storage.scratch(self.rejects_name))
        with storage_errors(self._data_path.parent):
            self._data = _parquet_writer(self._data_path, SAMPLE_SCHEMA, "image.bytes")
            self._rejects = _parquet_writer(self._rejects_path, REJECT_SCHEMA, "preview.bytes")
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for writer in (self._data, self._rejects):
                if writer.is_open:
                    writer.close()
        except OSError:
            # The files are dropped anyway; the error that ended the shard is on its way up.
            pass
        finally:
            self._stack.close()

    def add_sample(self, origin: Origin, sample: Sample) -> None:
        """Add a sample; a full row group goes to disk."""
        size = len(sample.image) + sum(map(len, sample.regions.texts))
        if self._samples and self._sample_bytes + size > self._shards.row_group_mb * _MIB:
            self._flush_samples()
        self._samples.append((origin, sample))
        self._sample_bytes += size
        self.sample_rows += 1
        if len(self._samples) == self._shards.row_group_rows:
            self._flush_samples()

    def add_rejection(self, rejected: Rejected) -> None:
        """Add a rejection."""
        self._rejected.append(rejected)
        self.reject_rows += 1
        if len(self._rejected) == 1000:
            self._flush_rejections()

    def finish(self) -> tuple[StoredFile, StoredFile]:
        """Close, check and publish both files; returns what the receipt says of them.

        Raises:
            StorageError, ShardError: nothing was published, or not both files.
        """
        self._flush_samples()
        self._flush_rejections()
        with storage_errors(self._data_path):
            self._data.close()
            self._rejects.close()
        return (
            _publish(self._storage, self._data_path, self.data_name, self.sample_rows),
            _publish(self._storage, self._rejects_path, self.rejects_name, self.reject_rows),
        )

    def _flush_samples(self) -> None:
        if self._samples:
            self._write(self._data, lambda: samples_table(self._samples))
            self._samples = []
            self._sample_bytes = 0

    def _flush_rejections(self) -> None:
        if self._rejected:
            self._write(self._rejects, lambda: rejects_table(self._rejected))
            self._rejected = []

    def _write(self, writer: pq.ParquetWriter, make: Callable[[], pa.Table]) -> None:
        table = make()
        with storage_errors(self._data_path.parent):
            writer.write_table(table, row_group_size=max(1, len(table)))


def verify_file(path: Path, stored: StoredFile, schema: pa.Schema) -> None:
    """Check a local file against what a receipt says of it, to the last byte.

    Raises:
        ShardError: it is missing, truncated, changed, or has other columns.
    """
    if not path.exists():
        raise ShardError(f"{path} is missing, and its receipt says it was written")
    size = path.stat().st_size
    if size != stored.bytes:
        raise ShardError(f"{path} has {size} bytes, its receipt says {stored.bytes}")
    if file_sha256(path) != stored.sha256:
        raise ShardError(f"{path} was changed after it was written: its sha256 is another")
    _check_parquet(path, stored.rows, schema)


def _check_parquet(path: Path, rows: int, schema: pa.Schema) -> None:
    try:
        file: Any = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise ShardError(f"{path} is no whole Parquet file: {error}") from error
    with file:
        if file.metadata.num_rows != rows:
            raise ShardError(f"{path} has {file.metadata.num_rows} rows instead of {rows}")
        if not file.schema_arrow.equals(schema, check_metadata=True):
            raise ShardError(f"{path} has other columns than this version of dataengine writes")


def _publish(storage: Storage, path: Path, name: str, rows: int) -> StoredFile:
    schema = SAMPLE_SCHEMA if name.startswith("data/") else REJECT_SCHEMA
    _check_parquet(path, rows, schema)
    stored = StoredFile(name, rows, path.stat().st_size, file_sha256(path))
    storage.publish(path, name)
    return stored


def _parquet_writer(path: Path, schema: pa.Schema, stored_plain: str) -> pq.ParquetWriter:
    compression = dict.fromkeys(_leaf_paths(schema), "zstd") | {stored_plain: "none"}
    return pq.ParquetWriter(
        path,
        schema,
        compression=compression,
        use_dictionary=[path for path in compression if path != stored_plain],
        write_statistics=[path for path in compression if path != stored_plain],
        write_page_index=True,
        use_content_defined_chunking=True,
    )


def _leaf_paths(schema: pa.Schema) -> list[str]:
    return [path for field in schema for path in _paths_below(field.name, field.type)]


def _paths_below(path: str, kind: pa.DataType) -> list[str]:
    if pa.types.is_struct(kind):
        return [leaf for field in kind for leaf in _paths_below(f"{path}.{field.name}", field.type)]
    if pa.types.is_list(kind):
        return _paths_below(f"{path}.list.element", kind.value_type)
    return [path]
