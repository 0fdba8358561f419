"""What the last index knew: rows of files whose size and time are unchanged are not made again.

The old rows are walked in step with the new listing. A listing has one fixed order, so the rows of
files that are still there come in the same order; those in between are gone, and a file whose key
is not among the old ones is new. Memory: eight bytes per old row.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.corpus.index_file import INDEX_SCHEMA, read_groups
from dataengine.pipeline import Item
from dataengine.reasons import ENGINE_REASONS

_KEY = ("corpus", "path", "member", "offset", "size", "mtime")
_DECODED_ROWS = 1024


class Known:
    """The rows of an old index, asked for in listing order. A damaged one knows nothing."""

    def __init__(self, path: Path) -> None:
        self.reused = 0
        self._file: pq.ParquetFile | None = None
        self._keys: npt.NDArray[np.uint64] = np.zeros(0, np.uint64)
        self._rows: Iterator[dict[str, Any]] = iter(())
        try:
            self._file = pq.ParquetFile(path, pre_buffer=False)
            if self._file.schema_arrow.equals(INDEX_SCHEMA):
                self._keys = _all_keys(self._file)
                self._rows = _decoded(self._file)
        except (OSError, pa.ArrowException):
            self.close()

    def row(self, item: Item, mtime: str) -> dict[str, Any] | None:
        """Return the row of an unchanged item, or None if it must be read."""
        names = {**dataclasses.asdict(item), "mtime": mtime}
        wanted = [names[name] for name in _KEY]
        if not mtime or not self._has(_hash(wanted)):
            return None
        row = next((row for row in self._rows if [row[name] for name in _KEY] == wanted), None)
        if row is None:
            return None
        if row["reason"] == "duplicate-file":
            row |= {"units": row["held"], "reason": "", "detail": ""}
        if not row["sha256"] or row["reason"] in ENGINE_REASONS:
            return None  # what the engine refused may pass under other limits, or on a better day
        self.reused += 1
        return row | {"language": item.language, "licence": item.licence, "url": item.url}

    def close(self) -> None:
        """Let go of the file."""
        self._rows = iter(())
        if self._file:
            self._file.close()
            self._file = None

    def _has(self, key: int) -> bool:
        at = int(np.searchsorted(self._keys, np.uint64(key)))
        return at < len(self._keys) and int(self._keys[at]) == key


def _hash(key: list[Any]) -> int:
    digest = hashlib.blake2b("\0".join(map(str, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _all_keys(file: pq.ParquetFile) -> npt.NDArray[np.uint64]:
    groups = []
    for batch in read_groups(file, list(_KEY)):
        columns = [batch.column(name).to_pylist() for name in _KEY]
        hashes = (_hash(list(key)) for key in zip(*columns, strict=True))
        groups.append(np.fromiter(hashes, np.uint64, len(batch)))
    return np.sort(np.concatenate(groups)) if groups else np.zeros(0, np.uint64)


def _decoded(file: pq.ParquetFile) -> Iterator[dict[str, Any]]:
    try:
        for batch in read_groups(file):
            for start in range(0, len(batch), _DECODED_ROWS):
                yield from batch.slice(start, _DECODED_ROWS).to_pylist()
    except (OSError, pa.ArrowException):
        return
