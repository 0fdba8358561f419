"""The stream of batches: read, decoded and put together by threads while the model computes.

Windows are read by one thread, pictures decoded by a pool (Pillow lets go of the interpreter lock).
What comes out is a function of the order and the cursor alone, whatever the number of threads.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from trainers.data.batches import Batch, Prepared, Preparer, Skipped, packed, padded
from trainers.data.order import Cursor, Order
from trainers.data.source import Source
from trainers.recipe import DataRecipe

AHEAD = 4
"""Global batches that are prepared before they are asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Portion:
    """One process's portion of a global batch.

    Attributes:
        cursor: which batch it is.
        batches: micro-batches, in order; none where all its examples were left out.
        examples: how many it was to have.
        skipped: what was left out.
        waited_s: seconds for which the model had to wait for it.
    """

    cursor: Cursor
    batches: Sequence[Batch]
    examples: int
    skipped: Sequence[Skipped]
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """Which examples of a global batch a process takes, and how many at once."""

    rank: int
    size: int
    micro_batch: int


class Stream:
    """Portions from a cursor on. Use as a context manager; iterate once."""

    def __init__(
        self,
        source: Source,
        order: Order,
        preparer: Preparer,
        recipe: DataRecipe,
        share: Share,
        pad: int,
        start: Cursor,
        workers: int = 4,
    ) -> None:
        self._source, self._order, self._preparer = source, order, preparer
        self._recipe, self._share, self._pad = recipe, share, pad
        self._cursor = start
        self._pool = ThreadPoolExecutor(max(1, workers), "decode")
        self._ready: queue.Queue[_Coming | BaseException] = queue.Queue(AHEAD)
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, name="read", daemon=True)

    def __enter__(self) -> Stream:
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        while self._reader.is_alive():  # it may stand before a full queue
            try:
                self._ready.get(timeout=0.05)
            except queue.Empty:
                continue
        self._pool.shutdown(cancel_futures=True)

    def __iter__(self) -> Iterator[Portion]:
        while True:
            started = time.monotonic()
            coming = self._ready.get()
            if isinstance(coming, BaseException):
                raise coming
            outcomes = [future.result() for future in coming.outcomes]
            yield self._portion(coming, outcomes, time.monotonic() - started)

    def _read(self) -> None:
        """Go through the order, read what it asks for, hand it to the pool."""
        cursor = self._cursor
        try:
            while not self._ended.is_set():
                numbers = self._order.at(cursor)[self._share.rank :: self._share.size]
                outcomes = [
                    self._pool.submit(self._preparer, self._source.example(int(number)))
                    for number in numbers
                ]
                self._put(_Coming(cursor, outcomes))
                cursor = self._order.after(cursor)
        except BaseException as error:  # noqa: BLE001  raised where the stream is read
            self._put(error)

    def _put(self, coming: _Coming | BaseException) -> None:
        while not self._ended.is_set():
            try:
                self._ready.put(coming, timeout=0.2)
            except queue.Full:
                continue
            return

    def _portion(
        self, coming: _Coming, outcomes: Sequence[Prepared | Skipped], waited_s: float
    ) -> Portion:
        kept = [one for one in outcomes if isinstance(one, Prepared)]
        skipped = [one for one in outcomes if isinstance(one, Skipped)]
        size = self._share.micro_batch
        batches = [
            self._together(kept[first : first + size]) for first in range(0, len(kept), size)
        ]
        return Portion(coming.cursor, batches, len(outcomes), skipped, waited_s)

    def _together(self, prepared: Sequence[Prepared]) -> Batch:
        if self._recipe.pictures == "swapped":
            others = [*prepared[1:], *prepared[:1]]
            pairs = zip(prepared, others, strict=True)
            prepared = [replace(one, squares=other.squares) for one, other in pairs]
        if self._recipe.arrange == "packing":
            return packed(prepared, self._recipe.max_tokens, self._pad)
        buckets = self._recipe.buckets if self._recipe.arrange == "buckets" else ()
        return padded(prepared, buckets, self._pad)


@dataclass(frozen=True, slots=True, eq=False)
class _Coming:
    cursor: Cursor
    outcomes: Sequence[Future[Prepared | Skipped]]
