"""The order of examples: a pure function of (seed, epoch), cut into the same global batches always.

Windows of the mixture (some thousand samples that are read together) are permuted, and the examples
of each are shuffled, so that a reader holds few of them. In that order each example falls into the
bucket of its length; a bucket that is full becomes a batch. Batches depend on neither the number of
devices nor of loader workers, so a run goes on from (epoch, batch) on any machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a run stands: the next batch to be learned from."""

    epoch: int = 0
    batch: int = 0


class Order:
    """Batches of example numbers.

    Args:
        groups: (n,) the window of each example; those of a window need not be neighbours.
        lengths: (n,) tokens of each example.
        buckets: padded lengths, ascending; longer examples must have been left out before.
        batch: examples per global batch.

    Raises:
        ValueError: an example is longer than the last bucket.
    """

    def __init__(
        self, groups: Numbers, lengths: Numbers, buckets: Sequence[int], batch: int, seed: int
    ) -> None:
        if len(lengths) and int(lengths.max()) > buckets[-1]:
            raise ValueError(
                f"an example of {int(lengths.max())} tokens is longer than the last bucket "
                f"({buckets[-1]})"
            )
        self._groups = np.asarray(groups)
        self._buckets = np.searchsorted(np.asarray(buckets), lengths)
        self._batch = batch
        self._seed = seed
        self._epoch = lru_cache(maxsize=2)(self._make_epoch)

    def batches(self, epoch: int) -> int:
        """Return how many batches an epoch has."""
        return len(self._epoch(epoch)[1]) - 1

    def at(self, cursor: Cursor) -> Numbers:
        """Return the numbers of a batch's examples."""
        order, ends = self._epoch(cursor.epoch)
        return order[ends[cursor.batch] : ends[cursor.batch + 1]]

    def after(self, cursor: Cursor) -> Cursor:
        """Return the next batch's cursor."""
        if cursor.batch + 1 < self.batches(cursor.epoch):
            return Cursor(cursor.epoch, cursor.batch + 1)
        return Cursor(cursor.epoch + 1)

    def _make_epoch(self, epoch: int) -> tuple[Numbers, Numbers]:
        """Return the examples batch by batch, and where each batch begins."""
        rng = np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self._seed, spawn_key=(epoch,)))
        )
        shuffled = self._shuffled(rng)
        bucket = self._buckets[shuffled]
        place = np.arange(len(shuffled))
        # Within its bucket each example has a rank; every `batch` of them are a batch.
        by_bucket = np.lexsort((place, bucket))
        counts = np.bincount(bucket, minlength=int(bucket.max(initial=0)) + 1)
        firsts = np.cumsum(counts) - counts
        rank = np.empty_like(place)
        rank[by_bucket] = place - firsts[bucket[by_bucket]]
        full = rank < counts[bucket] // self._batch * self._batch
        # What no bucket could fill goes together at the end, longest bucket first.
        left = np.lexsort((place, -bucket, full))[: int((~full).sum())]
        number = bucket * (len(shuffled) + 1) + rank // self._batch
        kept = place[full]
        _, inverse = np.unique(number[full], return_inverse=True)
        ready = np.zeros(int(inverse.max(initial=-1)) + 1, np.int64)
        np.maximum.at(ready, inverse, kept)  # a batch is ready with its last example
        chosen = np.concatenate([kept[np.lexsort((kept, ready[inverse]))], left])
        ends = np.append(np.arange(0, len(chosen), self._batch), len(chosen))
        return shuffled[chosen], ends

    def _shuffled(self, rng: np.random.Generator) -> Numbers:
        names, group = np.unique(self._groups, return_inverse=True)
        window = rng.permutation(len(names))[group]
        order: Numbers = np.lexsort((rng.random(len(group)), window))
        return order
