"""The n-grams of benchmarks as a sorted array of hashes, each with the first record that has it.

It takes 12 bytes per n-gram (about four times that while it is built), whatever is looked up in it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dataengine.overlap.benchmark_files import benchmark_paths, records
from dataengine.overlap.ngrams import Hashes, Lengths, gram_hashes


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a benchmark.

    Attributes:
        file: path of the file.
        number: of the record in it (`dataengine.overlap.benchmark_files.records`).
    """

    file: str
    number: int


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """What an index holds of a file.

      Attributes:
          records: how many it has.
    XX"""

    path: str
    records: int
    too_short: int
    grams: int


class BenchmarkIndex:
    """Which record of which benchmark file has an n-gram.

    Args:
        files: files and folders, as in `dataengine.overlap.benchmark_files.benchmark_paths`.
        lengths: of the n-grams.
        common: n-grams that more records than these have are left out: prompts, not content.

    Raises:
        ConfigError, CorpusError: a file is not there, is of no known form, or cannot be read.
    """

    def __init__(self, files: Sequence[str], lengths: Lengths, common: int = 10) -> None:
        self.lengths = lengths
        self._paths = benchmark_paths(files)
        self._files_of = array("I")
        self._numbers = array("q")
        hashes, owners, lacking = self._gather()
        self._hashes, self._owners = _first_owners(hashes, owners, common)
        self.files = self._summary(lacking)

    def __len__(self) -> int:
        return len(self._hashes)

    def look_up(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        """Return for each hash the code of the first record that has it, or -1."""
        if not len(self._hashes):
            return np.full(len(hashes), -1, np.int64)
        places = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        found = self._hashes[places] == hashes
        return np.where(found, self._owners[places].astype(np.int64), -1)

    def record(self, code: int) -> Record:
        """Return the record of a code."""
        return Record(str(self._paths[self._files_of[code]]), self._numbers[code])

    def _gather(self) -> tuple[array[int], array[int], list[int]]:
        """Return all n-grams, the record of each, and how many records of a file have none."""
        hashes, owners = array("Q"), array("I")
        lacking = [0] * len(self._paths)
        for code, path in enumerate(self._paths):
            for number, found in _grams_by_record(path, self.lengths):
                lacking[code] += not len(found)
                owners.extend(np.full(len(found), len(self._numbers), np.uint32))
                hashes.frombytes(found.tobytes())
                self._files_of.append(code)
                self._numbers.append(number)
        return hashes, owners, lacking

    def _summary(self, lacking: list[int]) -> list[IndexedFile]:
        files_of = np.array(self._files_of, np.uint32)
        num_records = np.bincount(files_of, minlength=len(self._paths))
        num_grams = np.bincount(files_of[self._owners], minlength=len(self._paths))
        return [
            IndexedFile(str(path), int(num_records[code]), lacking[code], int(num_grams[code]))
            for code, path in enumerate(self._paths)
        ]


def _grams_by_record(path: Path, lengths: Lengths) -> Iterator[tuple[int, Hashes]]:
    for number, texts in groupby(records(path), key=itemgetter(0)):
        found = [gram_hashes(text, lengths) for _, text in texts]
        yield number, np.unique(np.concatenate(found))


def _first_owners(
    hashes: array[int], owners: array[int], common: int
) -> tuple[Hashes, npt.NDArray[np.uint32]]:
    """Return each n-gram once, sorted, with its first owner; those of too many owners left out."""
    if not hashes:
        return np.zeros(0, np.uint64), np.zeros(0, np.uint32)
    order = np.argsort(np.frombuffer(hashes, np.uint64), kind="stable")
    in_order = np.frombuffer(hashes, np.uint64)[order]
    starts = np.flatnonzero(np.concatenate([[True], in_order[1:] != in_order[:-1]]))
    counts = np.diff(starts, append=len(in_order))
    starts = starts[counts <= common]
    # The sort is stable and owners were appended in order: the first of a run is the first owner.
    return in_order[starts], np.frombuffer(owners, np.uint32)[order[starts]]
