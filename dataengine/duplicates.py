"""Near-duplicate search over sketches: within a shard while it is made, across shards afterwards.

Inside a shard every new sample is compared with all earlier ones, so the outcome is a function of
the shard alone. Across shards the sketches are cut into eight bands of four values and only pages
that share a whole band are compared: a pair of similarity 0.9 shares none of eight bands with
probability (1 - 0.9**4)**8 < 0.02 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from dataengine.fingerprint import NUM_BINS, similarities, unpack

BANDS = 8
_ROWS = NUM_BINS // BANDS
_GROWTH = 256
MAX_BUCKET = 64
"""Pages of one band that are compared; a form letter printed a million times stays linear."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two samples whose texts are nearly the same."""

    id: str
    of: str
    similarity: float


class SeenInShard:
    """The sketches of a shard's samples so far."""

    def __init__(self, threshold: float | None) -> None:
        self._threshold = threshold
        self._ids: list[str] = []
        self._sketches = np.zeros((_GROWTH, NUM_BINS), np.uint32)

    def match(self, fingerprint: bytes) -> tuple[str, float] | None:
        """Return the id and similarity of the nearest earlier sample over the threshold."""
        if self._threshold is None or not fingerprint or not self._ids:
            return None
        near = similarities(self._sketches[: len(self._ids)], unpack(fingerprint))
        best = int(near.argmax())
        if near[best] < self._threshold:
            return None
        return self._ids[best], float(near[best])

    def add(self, sample_id: str, fingerprint: bytes) -> None:
        """Remember a sample."""
        if self._threshold is None or not fingerprint:
            return
        if len(self._ids) == len(self._sketches):
            room = np.zeros((_GROWTH, NUM_BINS), np.uint32)
            self._sketches = np.concatenate([self._sketches, room])
        self._sketches[len(self._ids)] = unpack(fingerprint)
        self._ids.append(sample_id)


def find_pairs(rows: Iterable[tuple[str, bytes]], threshold: float) -> Iterator[Pair]:
    """Yield near-duplicates among (id, fingerprint) rows: each later one with its nearest earlier.

    Keeps 128 bytes and an id per row, and eight table entries.
    """
    ids: list[str] = []
    sketches: list[bytes] = []
    buckets: dict[tuple[int, bytes], list[int]] = {}
    for sample_id, fingerprint in rows:
        if not fingerprint:
            continue
        keys = [
            (band, fingerprint[band * _ROWS * 4 : (band + 1) * _ROWS * 4]) for band in range(BANDS)
        ]
        near = sorted({index for key in keys for index in buckets.get(key, ())})
        if near:
            known = np.stack([unpack(sketches[index]) for index in near])
            scores = similarities(known, unpack(fingerprint))
            best = int(scores.argmax())
            if scores[best] >= threshold:
                yield Pair(sample_id, ids[near[best]], float(scores[best]))
        for key in keys:
            bucket = buckets.setdefault(key, [])
            if len(bucket) < MAX_BUCKET:
                bucket.append(len(ids))
        ids.append(sample_id)
        sketches.append(fingerprint)
