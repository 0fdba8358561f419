"""Where requests go: to the cache first, then within the budget to the model."""

from __future__ import annotations

import asyncio

from pipelines.charts.content.llm.budget import Budget
from pipelines.charts.content.llm.cache import AnswerCache
from pipelines.charts.content.llm.exchange import Answer, Model, Request


class NotCached(Exception):
    """The request has not been asked yet."""


class Desk:
    """Answers requests from the cache or by asking a model, and counts what they cost.

    Attributes:
        asked: how many answers came from the model in this run.
    """

    def __init__(self, model: Model, cache: AnswerCache, budget: Budget) -> None:
        self._model = model
        self._cache = cache
        self._budget = budget
        self._found: set[str] = set()
        self.asked = 0

    @property
    def cached(self) -> int:
        """How many answers were in the cache."""
        return len(self._found)

    async def recall(self, request: Request) -> Answer:
        """Return an answer from the cache.

        Raises:
            NotCached: it is not there.
        """
        answer = self._cache.get(request)
        if answer is None:
            raise NotCached
        self._found.add(request.key)
        self._budget.charge(request, answer, paid=False)
        return answer

    async def ask(self, request: Request) -> Answer:
        """Return an answer from the cache, else from the model; it is cached before it is used.

        Raises:
            CeilingReached: it could cost too much.
            Unanswered, ConfigError, EndpointError: as `Model.ask`.
            StorageError: the answer cannot be kept.
        """
        try:
            return await self.recall(request)
        except NotCached:
            pass
        await self._budget.hold(request)
        try:
            answer = await self._model.ask(request)
            self.asked += 1
            self._budget.charge(request, answer, paid=True)
            await asyncio.to_thread(self._cache.put, request, answer)
        finally:
            await self._budget.release(request)
        return answer
