"""Runs shard after shard in the calling thread: for tests, debugging and one shard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from dataengine.errors import DataEngineError
from dataengine.executors import Done, MakeWork
from dataengine.plan import ShardTask


class InlineExecutor:
    """One task at a time; units still go through a worker process."""

    def run(
        self,
        tasks: Iterable[ShardTask],
        make_work: MakeWork,
        draining: Callable[[], bool],
    ) -> Iterator[Done]:
        """Run tasks in order."""
        with make_work() as work:
            for task in tasks:
                if draining():
                    return
                try:
                    yield Done(task, receipt=work(task))
                except DataEngineError as error:
                    yield Done(task, error=error)
