"""Runs shards side by side on this machine: one thread and one worker process per slot.

The thread only moves finished rows from its worker into Parquet (some 5 % of a core), so the worker
processes are the parallelism and the parent stays one small process.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator

from dataengine.errors import DataEngineError, WorkerError
from dataengine.executors import Done, MakeWork
from dataengine.plan import ShardTask


class LocalExecutor:
    """`slots` shards at a time."""

    def __init__(self, slots: int) -> None:
        self.slots = max(1, slots)

    def run(
        self,
        tasks: Iterable[ShardTask],
        make_work: MakeWork,
        draining: Callable[[], bool],
    ) -> Iterator[Done]:
        """Run tasks, yielding each as it ends; when draining, those in work are finished."""
        waiting = iter(tasks)
        ended: queue.SimpleQueue[Done | None] = queue.SimpleQueue()
        lock = threading.Lock()

        def next_task() -> ShardTask | None:
            with lock:
                return None if draining() else next(waiting, None)

        threads = [
            threading.Thread(target=_serve, args=(next_task, make_work, ended), name=f"slot-{slot}")
            for slot in range(self.slots)
        ]
        for thread in threads:
            thread.start()
        try:
            left = len(threads)
            while left:
                done = ended.get()
                if done is None:
                    left -= 1
                else:
                    yield done
        finally:
            for thread in threads:
                thread.join()


def _serve(
    next_task: Callable[[], ShardTask | None],
    make_work: MakeWork,
    ended: queue.SimpleQueue[Done | None],
) -> None:
    task: ShardTask | None = None
    try:
        with make_work() as work:
            while (task := next_task()) is not None:
                try:
                    ended.put(Done(task, receipt=work(task)))
                except DataEngineError as error:
                    ended.put(Done(task, error=error))
    except Exception as error:  # noqa: BLE001  a thread's death must not pass unseen
        if task is not None:
            message = f"a slot broke down: {type(error).__name__}: {error}"
            ended.put(Done(task, error=WorkerError(message)))
    finally:
        ended.put(None)
