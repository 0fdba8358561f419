"""Rows of one dataset of a mixture, found by shard and row group."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from dataengine.errors import ShardError
from dataengine.mixture.mixture_plan import manifest_sha256
from dataengine.mixture.shard_rows import ShardFile
from dataengine.reader import Dataset, decoded
from dataengine.storage import Storage

OPEN_FILES = 16


class StoredRows:
    """Rows of a row group, decoded one by one: a page's regions take ten times their stored size.

    Args:
        part: of the dataset.
        numbers: of the rows in their row group.
    """

    def __init__(self, table: pa.Table, part: str, numbers: Sequence[int]) -> None:
        self._table, self._part = table, part
        self._places = {number: place for place, number in enumerate(numbers)}

    def row(self, number: int) -> dict[str, Any]:
        """Return the row with a number, as `dataengine.reader` gives it."""
        (stored,) = self._table.slice(self._places[number], 1).to_pylist()
        return {**decoded(stored), "part": self._part}


class DataRows:
    """Opens the dataset with the first question.

    Args:
        manifest: sha256 that its manifest must have.
        columns: what each member needs; all of them are read.
    """

    def __init__(self, url: str, manifest: str, columns: Iterable[Sequence[str]]) -> None:
        self._url, self._manifest = url, manifest
        self._columns = list(dict.fromkeys(name for names in columns for name in names))
        self._dataset: Dataset | None = None
        self._files: OrderedDict[str, ShardFile] = OrderedDict()

    def rows(self, shard: str, row_group: int, numbers: Sequence[int]) -> StoredRows:
        """Return rows of a row group by their numbers in it.

        Raises:
            ShardError: the dataset is not there, or is not the one that the mixture was made from.
        """
        table = self._file(shard).table(row_group, self._columns, numbers)
        return StoredRows(table, shard.rpartition("/")[0], numbers)

    def check(self) -> None:
        """Open the dataset now.

        Raises:
            ShardError: it is not there, not what it was, or of another version.
        """
        self._opened()

    def close(self) -> None:
        """Let go of all files."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _file(self, shard: str) -> ShardFile:
        if shard in self._files:
            self._files.move_to_end(shard)
            return self._files[shard]
        dataset = self._opened()
        entry = next((one for one in dataset.manifest.shards if one.name == shard), None)
        if entry is None:
            raise ShardError(f"{self._url} has no shard {shard}")
        while len(self._files) >= OPEN_FILES:
            self._files.popitem(last=False)[1].close()
        self._files[shard] = ShardFile(dataset.storage, entry.data)
        return self._files[shard]

    def _opened(self) -> Dataset:
        if self._dataset is None:
            if manifest_sha256(Storage(self._url)) != self._manifest:
                raise ShardError(
                    f"{self._url} is not the dataset that the mixture was made from (its manifest "
                    "is another one); make the mixture again"
                )
            self._dataset = Dataset(self._url)
        return self._dataset
