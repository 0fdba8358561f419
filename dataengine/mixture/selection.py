"""The chosen examples of a split as a Parquet file: one row each, one row group per window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.canonical import file_sha256
from dataengine.mixture.drawing import Drawn
from dataengine.mixture.ordering import cut_windows, interleaved, shuffled
from dataengine.mixture.record import SplitEntry
from dataengine.mixture.scans import DatasetScan
from dataengine.mixture.settings import Mixture
from dataengine.storage import Storage

FOLDER = "examples"
SELECTION_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("sample", pa.string()),
        ("member", pa.string()),
        ("dataset", pa.string()),
        ("part", pa.string()),
        ("shard", pa.string()),
        ("row_group", pa.int32()),
        ("row", pa.int32()),  # in its row group
        ("number", pa.int32()),  # of the conversation: repetition * per_sample + place
        ("task", pa.string()),
        ("chars", pa.int32()),  # of the answers, so that a trainer can pack without reading
    ]
)
Facts = tuple[str, str, str, str, str]
"""member, kind, language, task, licence."""

_Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entries:
    """Samples of a split, each with the member that draws it and which time it does.

    Attributes:
        datasets, members: names that the numbers stand for.
        dataset, member, row, repetition: int64, all of shape (n,).
    """

    datasets: Sequence[str]
    members: Sequence[str]
    dataset: _Numbers
    member: _Numbers
    row: _Numbers
    repetition: _Numbers


def entries_of(mixture: Mixture, drawn: Mapping[str, Drawn]) -> Entries:
    """Put together what members draw for a split."""
    datasets, members = [*mixture.datasets], [*mixture.members]
    columns: list[list[_Numbers]] = [[], [], [], []]
    for name, one in drawn.items():
        rows = np.repeat(one.rows, one.times)
        begins = np.repeat(np.cumsum(one.times) - one.times, one.times)
        dataset = datasets.index(mixture.members[name].dataset)
        for column, values in zip(
            columns,
            (
                np.full(len(rows), dataset),
                np.full(len(rows), members.index(name)),
                rows,
                np.arange(len(rows)) - begins,
            ),
            strict=True,
        ):
            column.append(values.astype(np.int64))
    joined = [np.concatenate(column) if column else np.zeros(0, np.int64) for column in columns]
    return Entries(datasets, members, *joined)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of a split: its entry in the mixture's record, and what the examples are."""

    entry: SplitEntry
    facts: Mapping[Facts, int]


def write_selection(
    storage: Storage,
    mixture: Mixture,
    split: str,
    entries: Entries,
    scans: Mapping[str, DatasetScan],
) -> Written:
    """Write a split's examples in their order, a window at a time."""
    name = f"{FOLDER}/{split}.parquet"
    facts: Counter[Facts] = Counter()
    examples = windows = 0
    with (
        storage.staged(name) as path,
        pq.ParquetWriter(path, SELECTION_SCHEMA, compression="zstd") as writer,
    ):
        for table in _windows(mixture, split, entries, scans, facts):
            writer.write_table(table, row_group_size=len(table))
            examples += len(table)
            windows += 1
        writer.close()
        sha256, size = file_sha256(path), path.stat().st_size
    return Written(SplitEntry(name, sha256, size, examples, len(entries.row), windows), facts)


def _windows(
    mixture: Mixture,
    split: str,
    entries: Entries,
    scans: Mapping[str, DatasetScan],
    facts: Counter[Facts],
) -> Iterator[pa.Table]:
    pieces = _ordered_pieces(mixture.seed, split, entries, scans)
    sizes = np.array([len(piece) for _, _, piece in pieces], np.int64)
    for window in cut_windows(sizes, mixture.order):
        rows: list[tuple[Any, ...]] = []
        for dataset, group, piece in pieces[window.first : window.last]:
            rows += _examples(mixture, dataset, group, entries, piece, scans[dataset], facts)
        order = shuffled(len(rows), mixture.seed, split, window.number)
        columns = zip(*(rows[place] for place in order), strict=True)
        arrays = [
            pa.array(column, field.type)
            for column, field in zip(columns, SELECTION_SCHEMA, strict=True)
        ]
        yield pa.Table.from_arrays(arrays, schema=SELECTION_SCHEMA)


def _ordered_pieces(
    seed: int, split: str, entries: Entries, scans: Mapping[str, DatasetScan]
) -> list[tuple[str, int, _Numbers]]:
    """Return (dataset, row group, places in `entries`) in the order of reading.

    Repetitions are strata of their own, so that a sample comes again far from where it was.
    """
    strata: dict[str, list[tuple[str, int, _Numbers]]] = {}
    for number, dataset in enumerate(entries.datasets):
        own = np.flatnonzero(entries.dataset == number)
        if not len(own):
            continue
        scan = scans[dataset]
        groups, times = scan.groups_of(entries.row[own]), entries.repetition[own]
        order = np.lexsort((entries.row[own], entries.member[own], groups, times))
        own, groups, times = own[order], groups[order], times[order]
        borders = np.flatnonzero(np.diff(groups) | np.diff(times)) + 1
        for piece in np.split(np.arange(len(own)), borders):
            group = int(groups[piece[0]])
            part = scan.tasks[scan.places[group].shard].shard.part
            stratum = f"{dataset}/{part}/{times[piece[0]]}"
            strata.setdefault(stratum, []).append((dataset, group, own[piece]))
    sizes = {name: len(pieces) for name, pieces in strata.items()}
    return [strata[name][number] for name, number in interleaved(sizes, seed, split)]


def _examples(
    mixture: Mixture,
    dataset: str,
    group: int,
    entries: Entries,
    piece: _Numbers,
    scan: DatasetScan,
    facts: Counter[Facts],
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a row group's examples, and count what they are."""
    batch, place = scan.batch(group), scan.places[group]
    shard = scan.tasks[place.shard].shard
    where = (dataset, shard.part, shard.name, place.row_group)
    rows = entries.row[piece] - place.start
    said = batch.take(pa.array(rows)).to_pylist()
    for found, row, at in zip(said, rows.tolist(), piece.tolist(), strict=True):
        member = entries.members[entries.member[at]]
        first = int(entries.repetition[at]) * mixture.members[member].view.per_sample
        given = zip(found[f"tasks.{member}"], found[f"chars.{member}"], strict=True)
        for number, (task, chars) in enumerate(given, first):
            facts[member, found["kind"], found["language"], task, found["licence"]] += 1
            example_id = f"{found['id']}-{member}-{number}"
            yield (example_id, found["id"], member, *where, row, number, task, chars)
