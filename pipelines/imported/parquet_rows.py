"""Rows of a Parquet file that nobody vouches for, by number, a few at a time in memory.

Rows are decoded in small batches going forward, so a file that is one row group of a million rows
takes no more memory than another; going back decodes the row group from its start again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.imported.records import Problem

BATCH_ROWS = 8
MAX_ROW_BYTES = 256 << 20
_BROKEN = (pa.ArrowException, OSError, ValueError, LookupError, OverflowError, RuntimeError)
_SHOWN_CHARS = 200


class ParquetRows:
    """An opened file.

    Raises:
        Problem: "broken-file".
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._file = pq.ParquetFile(pa.BufferReader(data), pre_buffer=False)
            self.schema: pa.Schema = self._file.schema_arrow
            metadata = self._file.metadata
            sizes = [metadata.row_group(one).num_rows for one in range(metadata.num_row_groups)]
        except _BROKEN as error:
            raise Problem("broken-file", f"no Parquet: {_words(error)}") from error
        if any(size < 0 for size in sizes):
            raise Problem("broken-file", "a row group claims less than no rows")
        self._starts = [0]
        for size in sizes:
            self._starts.append(self._starts[-1] + size)
        self.columns: Sequence[str] = self.schema.names
        self._group = -1
        self._batches: Iterator[pa.RecordBatch] = iter(())
        self._batch: pa.RecordBatch | None = None
        self._first = 0
        self._broken: tuple[int, int, str] | None = None

    def __len__(self) -> int:
        return self._starts[-1]

    def take(self, columns: Sequence[str]) -> None:
        """Read only these columns from now on."""
        self.columns = list(columns)
        self._group = -1

    def column(self, name: str) -> list[Any]:
        """Return a whole column, which should be a narrow one.

        Raises:
            Problem: "broken-file" where it cannot be read.
        """
        try:
            return list(self._file.read([name], use_threads=False).column(0).to_pylist())
        except MemoryError:
            raise
        except _BROKEN as error:
            raise Problem("broken-file", f"the column {name}: {_words(error)}") from error

    def __getitem__(self, number: int) -> dict[str, Any]:
        """Return a row.

        Raises:
            Problem: "broken-rows" where the file is damaged, "malformed-record" where a text is not
                UTF-8 or the row is too large.
        """
        group = bisect_right(self._starts, number) - 1
        within = number - self._starts[group]
        if self._broken and self._broken[0] == group and within >= self._broken[1]:
            raise Problem("broken-rows", self._broken[2])
        batch = self._reach(group, within)
        one = batch.slice(within - self._first, 1)
        if one.nbytes > MAX_ROW_BYTES:
            raise Problem("malformed-record", f"a row of {one.nbytes:,} bytes")
        try:
            return dict(one.to_pylist()[0])
        except _BROKEN as error:
            raise Problem("malformed-record", f"no values: {_words(error)}") from error

    def _reach(self, group: int, within: int) -> pa.RecordBatch:
        """Return the batch that holds a row of a row group; `_first` is its first row there."""
        if group != self._group or within < self._first:
            self._group, self._first, self._batch = group, 0, None
            self._batches = self._file.iter_batches(
                BATCH_ROWS, row_groups=[group], columns=list(self.columns), use_threads=False
            )
        while self._batch is None or within >= self._first + len(self._batch):
            self._first += len(self._batch) if self._batch is not None else 0
            self._batch = None  # not two at a time
            try:
                self._batch = next(self._batches)
            except MemoryError:  # Arrow's is an ArrowException, too: not the file's fault
                raise
            except StopIteration:
                self._fail(group, "the row group has fewer rows than it claims")
            except _BROKEN as error:
                self._fail(group, _words(error))
        return self._batch

    def _fail(self, group: int, words: str) -> None:
        """Remember where the row group breaks, so that no row after it is decoded for again."""
        self._broken = (group, self._first, words)
        self._group = -1
        raise Problem("broken-rows", words)


def _words(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:_SHOWN_CHARS] or type(error).__name__
