"""Reads a dataset: rows in order, one row group in memory, by the manifest and never by a glob."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.errors import ShardError
from dataengine.manifest import Manifest, ShardEntry, load_manifest
from dataengine.receipt import StoredFile
from dataengine.storage import Storage

DUPLICATES_FILE = "duplicates.parquet"
JSON_COLUMNS = ("targets", "source", "proof")


class Dataset:
    """A finalized dataset on any fsspec store.

    Args:
        url: its folder.
        parts: only these parts, if given.
        skip_near_duplicates: leave out samples that `finalize` found to be near-duplicates of one
            in an earlier shard.
    """

    def __init__(
        self, url: str, parts: Sequence[str] = (), *, skip_near_duplicates: bool = False
    ) -> None:
        self.storage = Storage(url)
        self.manifest: Manifest = load_manifest(self.storage)
        self._parts = parts
        self._skipped = _duplicate_ids(self.storage) if skip_near_duplicates else frozenset()

    def shards(self) -> list[ShardEntry]:
        """Return the shards that are read."""
        return [
            shard for shard in self.manifest.shards if not self._parts or shard.part in self._parts
        ]

    def rows(self, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield samples with `targets`, `source` and `proof` decoded, and `part` and `split`."""
        wanted = None if columns is None else [*dict.fromkeys(["id", *columns])]
        for shard in self.shards():
            for row in read_rows(self.storage, shard.data, wanted):
                if row["id"] not in self._skipped:
                    yield {**decoded(row), "part": shard.part, "split": shard.split}

    def rejections(self, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield rejections, likewise."""
        wanted = None if columns is None else list(columns)
        for shard in self.shards():
            for row in read_rows(self.storage, shard.rejects, wanted):
                yield {**decoded(row), "part": shard.part, "split": shard.split}


def decoded(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its JSON columns as values."""
    return {
        key: json.loads(value) if key in JSON_COLUMNS and isinstance(value, str) else value
        for key, value in row.items()
    }


def read_rows(
    storage: Storage, stored: StoredFile, columns: Sequence[str] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield a shard file's rows as they are stored.

    Raises:
        ShardError: the file is missing or truncated.
    """
    for batch in read_batches(storage, stored, columns):
        yield from batch.to_pylist()


def read_batches(
    storage: Storage, stored: StoredFile, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield a shard file's row groups; raises `ShardError` as `read_rows`."""
    try:
        with storage.open(stored.name) as stream, pq.ParquetFile(stream, pre_buffer=False) as file:
            if file.metadata.num_rows != stored.rows:
                raise ShardError(
                    f"{storage.path(stored.name)} has {file.metadata.num_rows} rows, the manifest "
                    f"says {stored.rows}"
                )
            for group in range(file.num_row_groups):
                yield from file.read_row_group(group, columns=columns).to_batches()
    except (OSError, pa.ArrowException) as error:
        raise ShardError(
            f"{storage.path(stored.name)} cannot be read ({error}); run `dataengine validate`"
        ) from error


def _duplicate_ids(storage: Storage) -> frozenset[str]:
    with storage.open(DUPLICATES_FILE) as stream:
        return frozenset(pq.read_table(stream, columns=["id"]).column("id").to_pylist())
