"""Ids of millions of rows, by number, in some thirty bytes each."""

from __future__ import annotations

from array import array

import pyarrow as pa

_CHUNK = 4096


class RowNames:
    """Dataset and id of each row; rows are numbered as they come."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._datasets = array("I")
        self._chunks: list[pa.Array] = []
        self._open: list[str] = []

    def __len__(self) -> int:
        return len(self._datasets)

    @property
    def datasets(self) -> list[str]:
        """Names of the datasets in the order in which they were first seen."""
        return list(self._codes)

    def add(self, dataset: str, sample_id: str) -> int:
        """Keep a row's identity; returns its number."""
        number = len(self._datasets)
        self._datasets.append(self._codes.setdefault(dataset, len(self._codes)))
        self._open.append(sample_id)
        if len(self._open) == _CHUNK:
            self._chunks.append(pa.array(self._open, pa.string()))
            self._open = []
        return number

    def dataset(self, row: int) -> str:
        """Return the name of a row's dataset."""
        return list(self._codes)[self._datasets[row]]

    def id(self, row: int) -> str:
        """Return a row's id."""
        chunk, place = divmod(row, _CHUNK)
        if chunk == len(self._chunks):
            return self._open[place]
        return str(self._chunks[chunk][place].as_py())
