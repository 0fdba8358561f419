"""Several killable workers that share jobs of one kind; results come in the order of the jobs."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from dataengine.worker_child import WorkerSetup
from dataengine.worker_process import WorkerProcess

Job = TypeVar("Job")
Result = TypeVar("Result")


def in_order(
    jobs: Iterable[Job],
    work: Callable[[WorkerProcess, Job], Result],
    setup: WorkerSetup,
    workers: int,
) -> Iterator[Result]:
    """Yield what `work` makes of each job, in order, with a few jobs under way ahead.

    Args:
        work: called in one of several threads, with a worker that no other thread has.
    """
    waiting = iter(jobs)
    flying: deque[Future[Result]] = deque()
    with _Pool(setup, workers) as pool:
        while True:
            while len(flying) < 2 * pool.size:
                try:
                    job = next(waiting)
                except StopIteration:
                    break
                flying.append(pool.submit(work, job))
            if not flying:
                return
            yield flying.popleft().result()


class _Pool:
    """Workers, each lent to one job at a time."""

    def __init__(self, setup: WorkerSetup, size: int) -> None:
        self.size = max(1, size)
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="corpus")
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

    def submit(self, work: Callable[[WorkerProcess, Job], Result], job: Job) -> Future[Result]:
        return self._threads.submit(self._run, work, job)

    def _run(self, work: Callable[[WorkerProcess, Job], Result], job: Job) -> Result:
        # A thread keeps its worker: the kernel ends a worker when the thread that started it ends.
        if not hasattr(self._here, "worker"):
            self._here.worker = self._idle.get()
        return work(self._here.worker, job)
