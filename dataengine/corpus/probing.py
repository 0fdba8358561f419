"""Hashes items and counts their units on several killable workers; rows come in listing order."""

from __future__ import annotations

import dataclasses
import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

from dataengine.corpus.known import Known
from dataengine.pipeline import Item
from dataengine.worker_process import Probed, WorkerProcess, WorkerSetup

BATCH_ITEMS = 64

Row = dict[str, Any]


def probe_in_order(
    items: Iterable[tuple[Item, str]], known: Known, setup: WorkerSetup, workers: int
) -> Iterator[Row]:
    """Yield one index row per item, in order; what is known is not read.

    Args:
        items: each with its time, as in `Listed.mtime`.

    Raises:
        ToolMissing, WorkerError: no item can be expected to go well.
    """
    waiting = iter(items)
    flying: deque[Future[list[Row]]] = deque()
    with _Pool(setup, workers) as pool:
        while True:
            while len(flying) < 2 * pool.size and (batch := list(islice(waiting, BATCH_ITEMS))):
                rows = [known.row(item, mtime) for item, mtime in batch]
                flying.append(pool.submit(batch, rows))
            if not flying:
                return
            yield from flying.popleft().result()


class _Pool:
    """Workers, each lent to one batch at a time."""

    def __init__(self, setup: WorkerSetup, size: int) -> None:
        self.size = max(1, size)
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="index")
        self._all = [WorkerProcess(setup) for _ in range(self.size)]
        self._idle: queue.SimpleQueue[WorkerProcess] = queue.SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)
        self._here = threading.local()

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._all:
            worker.close()

    def submit(self, batch: list[tuple[Item, str]], rows: list[Row | None]) -> Future[list[Row]]:
        """Make the rows that are not known yet."""
        return self._threads.submit(self._probe, batch, rows)

    def _probe(self, batch: list[tuple[Item, str]], rows: list[Row | None]) -> list[Row]:
        # A thread keeps its worker: the kernel ends a worker when the thread that started it ends.
        if not hasattr(self._here, "worker"):
            self._here.worker = self._idle.get()
        both = list(zip(batch, rows, strict=True))
        unread = [item for (item, _), row in both if not row and not item.reason]
        # A list, not an iterator: a worker is replaced after its share only when asked for more.
        probed = iter(list(self._here.worker.probe(unread)))
        return [
            row or _as_row(item, mtime, None if item.reason else next(probed))
            for (item, mtime), row in both
        ]


def _as_row(item: Item, mtime: str, probed: Probed | None) -> Row:
    row = {**dataclasses.asdict(item), "mtime": mtime, "held": 0}
    if probed:
        probe = probed.probe
        row |= {"sha256": probed.sha256, "units": probe.units, "held": probe.units}
        row |= {"reason": probe.reason, "detail": probe.detail}
    return row
