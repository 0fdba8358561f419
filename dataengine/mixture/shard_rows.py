"""Single row groups of a shard's file, checked against what the manifest says of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.errors import ShardError
from dataengine.receipt import StoredFile
from dataengine.storage import Storage


class ShardFile:
    """An open shard file.

    Raises:
        ShardError: it is missing, or has another size or number of rows than its manifest says.
    """

    def __init__(self, storage: Storage, stored: StoredFile) -> None:
        self._path = storage.path(stored.name)
        size = storage.size(stored.name)
        if size != stored.bytes:
            found = "is missing" if size is None else f"has {size} bytes"
            raise ShardError(f"{self._path} {found}, the manifest says {stored.bytes}")
        with self._errors():
            self._stream = storage.open(stored.name)
            self._file = pq.ParquetFile(self._stream, pre_buffer=False)
        if self._file.metadata.num_rows != stored.rows:
            raise ShardError(
                f"{self._path} has {self._file.metadata.num_rows} rows, the manifest says "
                f"{stored.rows}"
            )
        self.row_groups: int = self._file.num_row_groups

    @property
    def sizes(self) -> list[int]:
        """Rows of each row group."""
        return [self._file.metadata.row_group(group).num_rows for group in range(self.row_groups)]

    def __enter__(self) -> ShardFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def table(
        self,
        row_group: int,
        columns: Sequence[str] | None = None,
        wanted: Sequence[int] | None = None,
    ) -> pa.Table:
        """Return a row group as it is stored: all of it, or the rows with the wanted numbers."""
        names = None if columns is None else list(columns)
        with self._errors():
            table = self._file.read_row_group(row_group, columns=names, use_threads=False)
            return table if wanted is None else table.take(pa.array(wanted, pa.int64()))

    def rows(self, row_group: int, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Return a row group's rows as they are stored."""
        found: list[dict[str, Any]] = self.table(row_group, columns).to_pylist()
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._stream.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (OSError, IndexError, pa.ArrowException) as error:
            raise ShardError(
                f"{self._path} cannot be read ({error}); run `dataengine validate`"
            ) from error
