"""Near-duplicate search over sketches: within a shard while it is made, across shards afterwards.

Inside a shard every new sample is compared with all earlier ones, so the outcome is a function of
the shard alone. Across shards the sketches are cut into eight bands of four values and only pages
that share a whole band are compared: a pair of similarity 0.9 shares none of eight bands with
probability (1 - 0.9**4)**8 < 0.02 %.

A band that more than 64 pages share (a form letter, a page of ruled lines) is cut up by each of the
other bands, and every page is compared with the first 64 of each piece. Pages with one and the same
sketch count as one. So the work stays linear, and what is left out are pairs whose every two shared
bands are shared by 64 earlier, different pages, too; the nearest of those is reported instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dataengine.fingerprint import EMPTY, NUM_BINS, similarities, unpack

BANDS = 8
_ROWS = NUM_BINS // BANDS
_GROWTH = 256
_CHUNK = 256
MAX_BUCKET = 64
"""Pages of one band, or of two, that others are compared with: the first ones."""

Sketches = npt.NDArray[np.uint32]
Rows = npt.NDArray[np.int64]


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
            self._sketches = np.concatenate([self._sketches, np.zeros_like(self._sketches)])
        self._sketches[len(self._ids)] = unpack(fingerprint)
        self._ids.append(sample_id)


def find_pairs(rows: Iterable[tuple[str, bytes]], threshold: float) -> Iterator[Pair]:
    """Yield near-duplicates among (id, fingerprint) rows: each later one with its nearest earlier.

    Keeps about 250 bytes and the id of each row.
    """
    ids, sketches = _gather(rows)
    nearest = _Nearest(len(ids))
    different = _different(sketches, nearest)
    for group in _meetings(sketches, different):
        for start in range(0, len(group), _CHUNK):
            _compare(sketches, group[:MAX_BUCKET], group[start : start + _CHUNK], nearest)
    for row in np.flatnonzero(nearest.similarity >= threshold):
        yield Pair(ids[row], ids[nearest.of[row]], float(nearest.similarity[row]))


class _Nearest:
    """For each row the nearest earlier one so far; of equally near ones the earliest."""

    def __init__(self, count: int) -> None:
        self.of = np.full(count, -1, np.int64)
        self.similarity = np.full(count, -1.0)


def _gather(rows: Iterable[tuple[str, bytes]]) -> tuple[list[str], Sketches]:
    ids: list[str] = []
    packed = bytearray()
    for sample_id, fingerprint in rows:
        if fingerprint:
            ids.append(sample_id)
            packed += fingerprint
    return ids, np.frombuffer(packed, "<u4").reshape(-1, NUM_BINS)


def _different(sketches: Sketches, nearest: _Nearest) -> Rows:
    """Return the first row of each sketch, in order; the others are as near to it as can be."""
    first = np.arange(len(sketches))
    for group in _equal_rows(sketches, first):
        first[group[1:]] = group[0]
        nearest.of[group[1:]] = group[0]
        nearest.similarity[group[1:]] = 1.0
    return np.flatnonzero(first == np.arange(len(first)))


def _meetings(sketches: Sketches, rows: Rows) -> Iterator[Rows]:
    """Yield groups of rows that share a band, and of large groups those that share two."""
    for band in range(BANDS):
        for group in _equal_rows(_band(sketches, band), rows):
            yield group
            if len(group) > MAX_BUCKET:
                for other in range(band + 1, BANDS):
                    yield from _equal_rows(_band(sketches, other), group)


def _band(sketches: Sketches, band: int) -> Sketches:
    return sketches[:, band * _ROWS : (band + 1) * _ROWS]


def _equal_rows(values: Sketches, among: Rows) -> Iterator[Rows]:
    """Yield the numbers of rows whose values are all equal, in order, two or more at a time."""
    # Short texts leave whole bands empty, and that alone makes no two of them alike.
    rows = among[(values[among] != EMPTY).any(axis=1)]
    kept = np.ascontiguousarray(values[rows])
    keys = kept.view(np.dtype((np.void, kept.shape[1] * 4))).ravel()
    order = np.argsort(keys, kind="stable")
    borders = np.flatnonzero(keys[order][1:] != keys[order][:-1]) + 1
    edges = np.concatenate([[0], borders, [len(order)]])
    for place in np.flatnonzero(np.diff(edges) > 1):
        yield rows[order[edges[place] : edges[place + 1]]]


def _compare(
    sketches: Sketches,
    known: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    nearest: _Nearest,
) -> None:
    """Compare rows with those known ones that are earlier, and keep what is nearer than before."""
    scores = similarities(sketches[known], sketches[rows][:, None])
    scores[known[None, :] >= rows[:, None]] = -1.0
    best = scores.argmax(axis=1)
    score = scores[np.arange(len(rows)), best]
    of = known[best]
    held = nearest.similarity[rows]
    better = (score > held) | ((score == held) & (score >= 0) & (of < nearest.of[rows]))
    nearest.similarity[rows[better]] = score[better]
    nearest.of[rows[better]] = of[better]
