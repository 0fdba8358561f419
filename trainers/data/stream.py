"""The stream of batches: read, decoded and put together while the model computes.

One thread goes through the order and has examples prepared, by threads or by processes; another one
puts batches together. What comes out is a function of the order and the cursor alone, whatever the
number of either.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trainers.data.batches import (
    Batch,
    Prepared,
    Preparer,
    Skipped,
    packed,
    padded,
    with_others_pictures,
)
from trainers.data.order import Cursor, Order
from trainers.data.preparing import Outcome, Preparing, Processes, Take, Threads
from trainers.data.source import Source
from trainers.recipe import DataRecipe

READY = 2
"""Global batches that wait, put together; more are being prepared."""

_POLL_S = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Portion:
    """One process's portion of a global batch.

    Attributes:
        cursor: which batch it is.
        batches: micro-batches, in order; none where all its examples were left out.
        skipped: what was left out.
        waited_s: seconds for which the model had to wait for it.
    """

    cursor: Cursor
    batches: Sequence[Batch]
    skipped: Sequence[Skipped]
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """Which examples of a global batch a process takes, and how many at once."""

    rank: int
    size: int
    micro_batch: int


class Stream:
    """Portions from a cursor on. Use as a context manager; iterate once.

    Args:
        workers: threads that prepare examples, if there are no processes for it.
        processes: processes that prepare examples; 0: none.

    Raises:
        ConfigError: the source cannot be opened by processes.
    """

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
        processes: int = 0,
    ) -> None:
        self._order, self._recipe, self._share, self._pad = order, recipe, share, pad
        self._cursor = start
        self._preparing: Preparing = (
            Processes(source, preparer, processes)
            if processes
            else Threads(source, preparer, workers)
        )
        self._begun: queue.Queue[_Begun | BaseException] = queue.Queue(self._preparing.ahead)
        self._ready: queue.Queue[Portion | BaseException] = queue.Queue(READY)
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=target, name=name, daemon=True)
            for name, target in (("read", self._read), ("collate", self._collate))
        ]

    def __enter__(self) -> Stream:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._preparing.close()
        for thread in self._threads:
            thread.join()

    def __iter__(self) -> Iterator[Portion]:
        while True:
            started = time.monotonic()
            portion = self._ready.get()
            if isinstance(portion, BaseException):
                raise portion
            yield replace(portion, waited_s=time.monotonic() - started)

    def _read(self) -> None:
        """Go through the order and have its examples prepared."""
        cursor = self._cursor
        try:
            while not self._ended.is_set():
                numbers = self._order.at(cursor)[self._share.rank :: self._share.size]
                self._put(self._begun, _Begun(cursor, self._preparing.begin(numbers)))
                cursor = self._order.after(cursor)
        except BaseException as error:  # noqa: BLE001  raised where the stream is read
            self._put(self._begun, error)

    def _collate(self) -> None:
        """Put batches together in the order in which they were begun."""
        try:
            while not self._ended.is_set():
                try:
                    begun = self._begun.get(timeout=_POLL_S)
                except queue.Empty:
                    continue
                if isinstance(begun, BaseException):
                    raise begun
                self._put(self._ready, self._portion(begun.cursor, begun.take()))
        except BaseException as error:  # noqa: BLE001  raised where the stream is read
            self._put(self._ready, error)

    def _put(self, into: queue.Queue[Any], what: object) -> None:
        while not self._ended.is_set():
            try:
                into.put(what, timeout=_POLL_S)
            except queue.Full:
                continue
            return

    def _portion(self, cursor: Cursor, outcomes: Sequence[Outcome]) -> Portion:
        kept = [one for one in outcomes if isinstance(one, Prepared)]
        skipped = [one for one in outcomes if isinstance(one, Skipped)]
        if self._recipe.pictures == "swapped":
            kept = with_others_pictures(kept)
        size = self._share.micro_batch
        batches = [
            self._together(kept[first : first + size]) for first in range(0, len(kept), size)
        ]
        return Portion(cursor, batches, skipped)

    def _together(self, prepared: Sequence[Prepared]) -> Batch:
        if self._recipe.arrange == "packing":
            return packed(prepared, self._recipe.max_tokens, self._pad)
        buckets = self._recipe.buckets if self._recipe.arrange == "buckets" else ()
        return padded(prepared, buckets, self._pad)


@dataclass(frozen=True, slots=True, eq=False)
class _Begun:
    cursor: Cursor
    take: Take
