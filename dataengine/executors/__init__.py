"""Executors: how shard tasks are spread over processes and machines.

All have one shape, `run(tasks, make_work, ...)`, and yield a `Done` per task as it comes. No state
lives in them: what is done is what has a receipt, so a job begun under one executor can be resumed
under another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from dataengine.errors import DataEngineError
from dataengine.plan import ShardTask
from dataengine.receipt import Receipt

Work = Callable[[ShardTask], Receipt]
MakeWork = Callable[[], AbstractContextManager[Work]]


@dataclass(frozen=True, slots=True)
class Done:
    """A task that ended: with its receipt, or with the error that failed it."""

    task: ShardTask
    receipt: Receipt | None = None
    error: DataEngineError | None = None


class Executor(Protocol):
    """Runs tasks; `draining` says whether to start no more of them."""

    def run(
        self,
        tasks: Iterable[ShardTask],
        make_work: MakeWork,
        draining: Callable[[], bool],
    ) -> Iterator[Done]:
        """Run each task once, in any order, and yield what became of it."""
        ...
