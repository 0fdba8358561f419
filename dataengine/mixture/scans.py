"""The scans of one dataset, read as one table of which only what is asked for is touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dataengine.errors import PlanError
from dataengine.mixture.drawing import Keys, Rows
from dataengine.mixture.scanning import ScanTask, id_key, open_scan
from dataengine.mixture.settings import STRADDLING, Member
from dataengine.storage import Storage

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Place:
    """A row group of a dataset: which shard, which number in it, and its rows."""

    shard: int
    row_group: int
    start: int
    rows: int


class DatasetScan:
    """All scans of a dataset; its samples are numbered through in the order of the manifest.

    Args:
        tasks: of its shards, all done.
        splits: names of the splits, `train` first.

    Attributes:
        places: the row groups, in order.
        starts: number of the first sample of each row group, int64 of shape (groups,).
    """

    def __init__(self, tasks: Sequence[ScanTask], splits: Sequence[str]) -> None:
        self.tasks = tasks
        self._splits = splits
        self._readers = [_opened(task) for task in tasks]
        self.places: list[Place] = []
        rows = 0
        for shard, reader in enumerate(self._readers):
            for group in range(reader.num_record_batches):
                size = reader.get_batch(group).num_rows
                self.places.append(Place(shard, group, rows, size))
                rows += size
        self.rows = rows
        self.starts = np.array([place.start for place in self.places], np.int64)

    def batch(self, group: int) -> pa.RecordBatch:
        """Return what was found of the samples of a row group."""
        place = self.places[group]
        return self._readers[place.shard].get_batch(place.row_group)

    def keys(self) -> Keys:
        """Return a hash of each sample's id."""
        return self._numbers("key", np.uint64)

    def conversations(self, member: str) -> npt.NDArray[np.int64]:
        """Return how many conversations each sample gives a member."""
        lengths = pc.list_value_length(self._column(f"tasks.{member}"))
        return np.asarray(lengths.to_numpy(), np.int64)

    def split_numbers(self, member: Member) -> npt.NDArray[np.int64]:
        """Return the number of each sample's split, or -1 where it straddles several."""
        if member.split_by == "part":
            sizes = [sum(self._sizes(shard)) for shard in range(len(self.tasks))]
            numbers = [self._splits.index(task.shard.split) for task in self.tasks]
            return np.repeat(np.array(numbers, np.int64), sizes)
        found = pc.index_in(self._column(member.split_by), value_set=pa.array([*self._splits]))
        return np.asarray(pc.fill_null(found, -1).to_numpy(), np.int64)

    def allowed(self, name: str) -> tuple[Mask, Counter[str]]:
        """Return which samples a member's filter and view let through, and why not the others."""
        refusals = self._column(f"refusal.{name}")
        counts = Counter(
            {one["values"]: one["counts"] for one in pc.value_counts(refusals).to_pylist()}
        )
        counts.pop("", None)
        return np.asarray(pc.equal(refusals, "").to_numpy(), np.bool_), counts

    def available(
        self, name: str, member: Member, left_out: Iterable[tuple[str, Collection[str]]]
    ) -> tuple[Rows, Keys, Counter[str]]:
        """Return the samples that a member may draw, their keys, and how many others there are.

        Args:
            left_out: why samples are left out -> their ids.
        """
        mask, why = self.allowed(name)
        keys = self.keys()
        split = self.split_numbers(member)
        why[STRADDLING] += int((mask & (split < 0)).sum())
        mask &= split >= 0
        for reason, ids in left_out:
            gone = np.isin(keys, hashed_ids(ids))
            why[reason] += int((mask & gone).sum())
            mask &= ~gone
        rows = np.flatnonzero(mask).astype(np.int64)
        return rows, keys[rows], +why

    def groups_of(self, rows: Rows) -> npt.NDArray[np.int64]:
        """Return the numbers of the row groups that samples lie in."""
        return np.searchsorted(self.starts, rows, side="right").astype(np.int64) - 1

    def _sizes(self, shard: int) -> list[int]:
        return [place.rows for place in self.places if place.shard == shard]

    def _column(self, name: str) -> pa.ChunkedArray:
        chunks = [
            reader.get_batch(group).column(name)
            for reader in self._readers
            for group in range(reader.num_record_batches)
        ]
        return pa.chunked_array(chunks, self._readers[0].schema.field(name).type)

    def _numbers(self, name: str, kind: type[np.uint64]) -> Keys:
        return np.asarray(self._column(name).to_numpy(), kind)


def hashed_ids(ids: Collection[str]) -> Keys:
    """Return the keys of ids, as scans hold them."""
    return np.fromiter((id_key(one) for one in ids), np.uint64, len(ids))


def _opened(task: ScanTask) -> pa.ipc.RecordBatchFileReader:
    path = Storage(task.out).path(task.name)
    reader = open_scan(path, task.key)
    if reader is None:
        raise PlanError(f"{path} is gone or damaged; run the same command again")
    return reader
