"""The n-grams of benchmarks as a sorted array of hashes, each with the first record that has it.

It takes 12 bytes per n-gram (about four times that while it is built), whatever is looked up in it.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from dataengine.overlap.benchmark_files import benchmark_paths, records
from dataengine.overlap.first_owners import FirstOwners, OwnedHashes
from dataengine.overlap.ngrams import Hashes, Lengths, gram_hashes
from dataengine.overlap.whole_texts import whole_hashes


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
        too_short: how many of them have no n-gram: their questions can be found whole, no more.
        grams: how many different n-grams it was the first to have.
        wholes: how many different short texts it was the first to have.
    """

    path: str
    records: int
    too_short: int
    grams: int
    wholes: int


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
        grams, wholes, lacking = self._gather()
        self._grams, self._wholes = grams.first_owners(common), wholes.first_owners(common)
        self.files = self._summary(lacking)

    def __len__(self) -> int:
        return len(self._grams)

    def look_up(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        """Return for each n-gram's hash the code of the first record that has it, or -1."""
        return self._grams.look_up(hashes)

    def look_up_whole(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        """Return the same for hashes of whole texts (`dataengine.overlap.whole_texts`)."""
        return self._wholes.look_up(hashes)

    def record(self, code: int) -> Record:
        """Return the record of a code."""
        return Record(str(self._paths[self._files_of[code]]), self._numbers[code])

    def _gather(self) -> tuple[OwnedHashes, OwnedHashes, list[int]]:
        """Return n-grams and whole short texts by record, and how many records have no n-gram."""
        grams, wholes = OwnedHashes(), OwnedHashes()
        lacking = [0] * len(self._paths)
        for code, path in enumerate(self._paths):
            for number, named in groupby(records(path), key=itemgetter(0)):
                found: list[Hashes] = []
                short: list[str] = []
                for _, text in named:
                    found.append(gram_hashes(text, self.lengths))
                    if not len(found[-1]):
                        short.append(text)
                own = np.unique(np.concatenate(found))
                grams.add(own, len(self._numbers))
                wholes.add(whole_hashes(short), len(self._numbers))
                lacking[code] += not len(own)
                self._files_of.append(code)
                self._numbers.append(number)
        return grams, wholes, lacking

    def _summary(self, lacking: list[int]) -> list[IndexedFile]:
        files_of = np.array(self._files_of, np.uint32)

        def by_file(found: FirstOwners) -> list[int]:
            counts = np.bincount(files_of[found.owners], minlength=len(self._paths))
            return [int(count) for count in counts]

        num_records = np.bincount(files_of, minlength=len(self._paths))
        figures = zip(self._paths, num_records, lacking, by_file(self._grams), strict=True)
        return [
            IndexedFile(str(path), int(num), short, num_grams, num_wholes)
            for (path, num, short, num_grams), num_wholes in zip(
                figures, by_file(self._wholes), strict=True
            )
        ]
