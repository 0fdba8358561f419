"""Has all charts of a corpus written, several at a time; what is cached costs nothing."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from dataengine.errors import DataEngineError
from pipelines.charts.content.llm.budget import CeilingReached
from pipelines.charts.content.llm.conversation import Rejected, Written, write_chart
from pipelines.charts.content.llm.desk import Desk, NotCached
from pipelines.charts.content.llm.exchange import Unanswered
from pipelines.charts.content.llm.orders import Order
from pipelines.charts.content.llm.prompts import Prompts

CEILING, INTERRUPTED = "ceiling", "interrupted"
_SAY_EVERY_S = 30.0


@dataclass
class Outcomes:
    """What became of the orders.

    Attributes:
        done: index -> chart or rejection.
        unanswered: index -> why the endpoint gave no answer; another run asks again.
        stopped: why orders are left, "" if none are.
        error: what stopped the run, None if nothing did.
    """

    done: dict[int, Written | Rejected] = field(default_factory=dict)
    unanswered: dict[int, tuple[Order, str]] = field(default_factory=dict)
    stopped: str = ""
    error: DataEngineError | None = None


class Writer:
    """Fills orders through a desk.

    Args:
        workers: how many at a time.
    """

    def __init__(
        self, prompts: Prompts, desk: Desk, language: str, workers: int, say: Callable[[str], None]
    ) -> None:
        self._prompts = prompts
        self._desk = desk
        self._language = language
        self._workers = workers
        self._say = say
        self._halted = False
        self.outcomes = Outcomes()

    async def run(self, orders: Iterable[Order]) -> None:
        """Fill orders until all are, a ceiling is reached, or something stops the run.

        The cache is asked for all of them before anything else is: what was paid earlier counts
        before anything new is paid.
        """
        waiting = [order for order in orders if not await self._recalled(order)]
        if not waiting:
            return
        self._say(
            f"{len(self.outcomes.done):,} charts were written before, {len(waiting):,} to be asked"
        )
        todo = deque(waiting)
        with self._interruptible():
            news = asyncio.create_task(self._tell(len(waiting), todo))
            try:
                await asyncio.gather(*(self._work(todo) for _ in range(self._workers)))
            finally:
                news.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await news

    async def _recalled(self, order: Order) -> bool:
        try:
            outcome = await write_chart(order, self._prompts, self._desk.recall, self._language)
        except NotCached:
            return False
        self.outcomes.done[order.index] = outcome
        return True

    async def _work(self, todo: deque[Order]) -> None:
        while todo and not self._halted:
            order = todo.popleft()
            try:
                outcome = await write_chart(order, self._prompts, self._desk.ask, self._language)
            except CeilingReached:
                self.outcomes.stopped = self.outcomes.stopped or CEILING
            except Unanswered as error:
                self.outcomes.unanswered[order.index] = (order, str(error))
            except DataEngineError as error:
                self._halted = True
                self.outcomes.error = self.outcomes.error or error
                self.outcomes.stopped = str(self.outcomes.error)
            else:
                self.outcomes.done[order.index] = outcome

    async def _tell(self, planned: int, todo: deque[Order]) -> None:
        while True:
            await asyncio.sleep(_SAY_EVERY_S)
            self._say(f"{planned - len(todo):,} of {planned:,} charts asked for")

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Let Ctrl-C finish what is asked already (it is paid for); a second one ends at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None, "this runs in a task"

        def halt() -> None:
            if self._halted:
                task.cancel()
                return
            self._halted = True
            self.outcomes.stopped = INTERRUPTED
            self._say("finishing the requests in work; press Ctrl-C again to stop at once")

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, halt)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
