"""Hashes items and counts their units on several killable workers; rows come in listing order."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from dataengine.corpus.known import Known
from dataengine.corpus.pool import in_order
from dataengine.pipeline import Item
from dataengine.worker_child import WorkerSetup
from dataengine.worker_process import Probed, WorkerProcess

BATCH_ITEMS = 64

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Items with their times, and the rows of those that are known."""

    items: list[tuple[Item, str]]
    rows: list[Row | None]


def probe_in_order(
    items: Iterable[tuple[Item, str]], known: Known, setup: WorkerSetup, workers: int
) -> Iterator[Row]:
    """Yield one index row per item, in order; what is known is not read.

    Args:
        items: each with its time, as in `Listed.mtime`.

    Raises:
        ToolMissing, WorkerError: no item can be expected to go well.
    """
    for rows in in_order(_batches(iter(items), known), _probe, setup, workers):
        yield from rows


def _batches(waiting: Iterator[tuple[Item, str]], known: Known) -> Iterator[_Batch]:
    while batch := list(islice(waiting, BATCH_ITEMS)):
        yield _Batch(batch, [known.row(item, mtime) for item, mtime in batch])


def _probe(worker: WorkerProcess, batch: _Batch) -> list[Row]:
    """Make the rows that are not known yet."""
    both = list(zip(batch.items, batch.rows, strict=True))
    unread = [item for (item, _), row in both if not row and not item.reason]
    # A list, not an iterator: a worker is replaced after its share only when asked for more.
    probed = iter(list(worker.probe(unread)))
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
