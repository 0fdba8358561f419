"""Reads a mixture: its examples, split by split, from any position, a window in memory at a time.

`mixture.json` and the selections are all that it goes by. Every dataset's manifest must still be
the one that the mixture was made from, and every row the sample that was chosen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dataengine.errors import ConfigError, ShardError
from dataengine.mixture.data_rows import DataRows, StoredRows
from dataengine.mixture.member_view import MemberView
from dataengine.mixture.ordering import epoch_order, shuffled
from dataengine.mixture.record import DatasetEntry, Record, load_record
from dataengine.mixture.selection import SELECTION_SCHEMA
from dataengine.mixture.settings import Mixture
from dataengine.mixture.shard_rows import ShardFile
from dataengine.receipt import StoredFile
from dataengine.registry import near
from dataengine.storage import Storage
from dataengine.views.example import Example

Chosen = Mapping[str, Any]
"""A row of a selection (`dataengine.mixture.selection.SELECTION_SCHEMA`)."""


_Group = tuple[str, str, int]
"""Dataset, shard, row group."""


class MixtureReader:
    """A finished mixture on any fsspec store. Not thread-safe; processes open their own.

    Args:
        url: its folder.
        datasets: dataset -> where it lies now, for those that were moved.
        regions: False: examples carry none, where nothing else needs them. Those of a page take
            longer to decode than all the rest of it.

    Raises:
        ShardError: the mixture or a dataset is not there, or is not what it was.
    """

    def __init__(
        self,
        url: str,
        datasets: Mapping[str, str] = MappingProxyType({}),
        *,
        regions: bool = True,
    ) -> None:
        self.storage = Storage(url)
        self.record: Record = load_record(self.storage)
        self.mixture = Mixture.model_validate(self.record.mixture)
        for name in datasets:
            if name not in self.record.datasets:
                raise ConfigError(
                    f"{url} has no dataset {name!r}{near(name, [*self.record.datasets])}"
                )
        self._views = {
            name: MemberView(name, member, self.mixture.seed, regions=regions)
            for name, member in self.mixture.members.items()
        }
        self._rows = {
            name: DataRows(
                datasets.get(name) or self._url(entry),
                entry.manifest,
                [self._views[member].columns for member in self.mixture.of_dataset(name)],
            )
            for name, entry in self.record.datasets.items()
        }
        self._selections: dict[str, tuple[ShardFile, npt.NDArray[np.int64]]] = {}

    @property
    def splits(self) -> dict[str, int]:
        """Split -> number of its examples."""
        return {name: entry.examples for name, entry in self.record.splits.items()}

    def examples(
        self,
        split: str,
        start: int = 0,
        stop: int | None = None,
        *,
        epoch: int = 0,
        worn: bool = True,
    ) -> Iterator[Example]:
        """Yield the examples at positions `start` to `stop` (excluded) of a split's order.

        Beginning anywhere costs one window: at most `order.row_groups` row groups. What is held is
        a window's samples, each row group until its last example.

        Args:
            epoch: 0: the order as it is stored; others: its windows shuffled, and each in itself.
                A position means another example in each epoch.
            worn: False: pictures as they are stored, whatever the members' degradation says.

        Raises:
            ShardError: a dataset is not there, or was changed.
        """
        for rows in self._windows(split, start, stop, epoch):
            yield from self._window(rows, worn=worn)

    def examples_at(
        self, split: str, positions: Sequence[int], *, worn: bool = True
    ) -> Iterator[Example]:
        """Yield the examples at ascending positions of the stored order, reading no row group else.

        Raises:
            IndexError: a position is not there.
            ShardError: a dataset is not there, or was changed.
        """
        size = self._size(split)
        if any(not 0 <= one < size for one in positions):
            raise IndexError(f"positions of the {size} of split {split!r}")
        file, sizes = self._selection(split)
        ends = np.cumsum(sizes)
        windows = np.searchsorted(ends, positions, side="right")
        for window in np.unique(windows).tolist():
            rows, first = file.rows(window), int(ends[window] - sizes[window])
            places = np.flatnonzero(windows == window).tolist()
            chosen = [rows[positions[place] - first] for place in places]
            yield from self._window(chosen, worn=worn)

    def example_at(
        self, split: str, position: int, *, epoch: int = 0, worn: bool = True
    ) -> Example:
        """Return the example at a position, reading one row group; raises `IndexError`."""
        if not 0 <= position < self._size(split):
            raise IndexError(f"position {position} of the {self._size(split)} of split {split!r}")
        return next(self.examples(split, position, position + 1, epoch=epoch, worn=worn))

    def chosen(
        self, split: str, start: int = 0, stop: int | None = None, *, epoch: int = 0
    ) -> Iterator[Chosen]:
        """Yield the rows of the selection in the same order, without reading any sample."""
        for rows in self._windows(split, start, stop, epoch):
            yield from rows

    def selection(self, split: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a split's whole selection, or some columns of it, in the order as it is stored."""
        file, sizes = self._selection(split)
        tables = [file.table(window, columns) for window in range(len(sizes))]
        schema = SELECTION_SCHEMA
        if columns is not None:
            schema = pa.schema([schema.field(name) for name in columns])
        return pa.concat_tables(tables) if tables else schema.empty_table()

    def window_starts(self, split: str) -> list[int]:
        """Return the position of each window's first example, in the order as it is stored."""
        starts: list[int] = np.cumsum([0, *self._selection(split)[1]])[:-1].tolist()
        return starts

    def check(self) -> None:
        """Open every dataset now, and not with the first sample that is read from it.

        Raises:
            ShardError: one is not there, was changed, or has columns of another version.
        """
        for rows in self._rows.values():
            rows.check()

    def close(self) -> None:
        """Let go of all files; reading opens them again."""
        for file, _ in self._selections.values():
            file.close()
        self._selections.clear()
        for rows in self._rows.values():
            rows.close()

    def _url(self, entry: DatasetEntry) -> str:
        anywhere = "://" in entry.path or PurePosixPath(entry.path).is_absolute()
        return entry.path if anywhere else f"{self.storage.url.rstrip('/')}/{entry.path}"

    def _size(self, split: str) -> int:
        if split not in self.record.splits:
            raise ConfigError(
                f"{self.storage.url} has no split {split!r}{near(split, [*self.record.splits])}"
            )
        return self.record.splits[split].examples

    def _windows(
        self, split: str, start: int, stop: int | None, epoch: int
    ) -> Iterator[Sequence[Chosen]]:
        """Yield the rows of a selection between two positions, window by window."""
        size, seed = self._size(split), self.mixture.seed
        stop = size if stop is None else min(stop, size)
        if start < 0 or start >= stop:
            return
        file, sizes = self._selection(split)
        order = epoch_order(len(sizes), seed, split, epoch)
        begins = np.cumsum([0, *sizes[order]])
        place = int(np.searchsorted(begins, start, side="right")) - 1
        for window, first in zip(order[place:].tolist(), begins[place:].tolist(), strict=False):
            if first >= stop:
                return
            rows = file.rows(window)
            if epoch:
                rows = [rows[at] for at in shuffled(len(rows), seed, split, window, epoch)]
            yield rows[max(0, start - first) : stop - first]

    def _selection(self, split: str) -> tuple[ShardFile, npt.NDArray[np.int64]]:
        self._size(split)
        if split not in self._selections:
            entry = self.record.splits[split]
            stored = StoredFile(entry.file, entry.examples, entry.bytes, entry.sha256)
            file = ShardFile(self.storage, stored)
            self._selections[split] = (file, np.array(file.sizes, np.int64))
        return self._selections[split]

    def _window(self, rows: Sequence[Chosen], *, worn: bool) -> Iterator[Example]:
        held = _Held(self._rows, rows)
        made: dict[Any, list[Example]] = {}
        due = Counter(map(self._drawing, rows))
        for row in rows:
            drawing, view = self._drawing(row), self._views[row["member"]]
            repetition, place = divmod(row["number"], view.per_sample)
            if drawing not in made:
                made[drawing] = view.examples(held.sample(row), repetition, worn=worn)
            yield view.numbered(made[drawing], row["number"], place)
            held.used(row)
            due[drawing] -= 1
            if not due[drawing]:
                del made[drawing]

    def _drawing(self, row: Chosen) -> tuple[str, str, int]:
        """Return what all examples share that come of drawing a sample once."""
        per_sample = self._views[row["member"]].per_sample
        return (row["sample"], row["member"], row["number"] // per_sample)


class _Held:
    """What is held of a window: a row group is read when it is first needed, and let go after."""

    def __init__(self, data: Mapping[str, DataRows], rows: Sequence[Chosen]) -> None:
        self._data = data
        self._wanted: defaultdict[_Group, set[int]] = defaultdict(set)
        for row in rows:
            self._wanted[_group(row)].add(row["row"])
        self._due = Counter(map(_group, rows))
        self._stored: dict[_Group, StoredRows] = {}

    def sample(self, row: Chosen) -> Mapping[str, Any]:
        """Return the sample that a row of the selection has chosen."""
        dataset, shard, row_group = group = _group(row)
        if group not in self._stored:
            numbers = sorted(self._wanted[group])
            self._stored[group] = self._data[dataset].rows(shard, row_group, numbers)
        sample = self._stored[group].row(row["row"])
        if sample["id"] != row["sample"]:
            raise ShardError(
                f"{shard}, row group {row_group}, row {row['row']} of dataset {dataset!r} is "
                f"{sample['id']!r}, not {row['sample']!r}"
            )
        return sample

    def used(self, row: Chosen) -> None:
        """Take note that a row of the selection needs its sample no more."""
        group = _group(row)
        self._due[group] -= 1
        if not self._due[group]:
            del self._stored[group]


def _group(row: Chosen) -> _Group:
    return (row["dataset"], row["shard"], row["row_group"])
