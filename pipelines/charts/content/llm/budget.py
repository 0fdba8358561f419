"""Counts tokens and what they cost; holds requests back that could pass the ceiling."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from pipelines.charts.content.llm.exchange import Answer, Request
from pipelines.charts.content.llm.settings import WriteSettings


class CeilingReached(Exception):
    """One more request could cost more than `max_cost` allows."""


@dataclass
class Tokens:
    """Input and output tokens."""

    input: int = 0
    output: int = 0

    def add(self, tokens: tuple[int, int], sign: int = 1) -> None:
        """Count tokens in, or out again."""
        self.input += sign * tokens[0]
        self.output += sign * tokens[1]


@dataclass
class Budget:
    """What the corpus costs, cached answers included: somebody paid for them too.

    So a corpus stops at the same chart however often the command is given. Token counts are whole
    numbers, so the sum does not depend on the order in which answers come.

    Attributes:
        total: tokens of all answers that were used, each once.
        paid: tokens of those that were asked for in this run.
        guessed: answers whose tokens the endpoint does not tell; the most possible is counted.
    """

    settings: WriteSettings
    total: Tokens = field(default_factory=Tokens)
    paid: Tokens = field(default_factory=Tokens)
    guessed: int = 0
    _held: Tokens = field(default_factory=Tokens)
    _charged: set[str] = field(default_factory=set)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def cost(self, tokens: Tokens) -> float | None:
        """Return the price of tokens, None where no prices are set."""
        if self.settings.input_price is None or self.settings.output_price is None:
            return None
        return (
            tokens.input * self.settings.input_price + tokens.output * self.settings.output_price
        ) / 1e6

    async def hold(self, request: Request) -> None:
        """Wait until the most that a request can cost fits under the ceiling, and set it aside.

        Raises:
            CeilingReached: it does not fit, and nothing is in work that could cost less than held.
        """
        async with self._changed:
            while not self._fits(request):
                if self._held == Tokens():
                    raise CeilingReached
                await self._changed.wait()
            self._held.add(request.most_tokens)

    async def release(self, request: Request) -> None:
        """Give back what was set aside for a request."""
        async with self._changed:
            self._held.add(request.most_tokens, -1)
            self._changed.notify_all()

    def charge(self, request: Request, answer: Answer, *, paid: bool) -> None:
        """Count the tokens of an answer, once per request."""
        if request.key in self._charged:
            return
        self._charged.add(request.key)
        if answer.usage is None:
            self.guessed += 1
            tokens = request.most_tokens
        else:
            tokens = (answer.usage.input, answer.usage.output)
        self.total.add(tokens)
        if paid:
            self.paid.add(tokens)

    def _fits(self, request: Request) -> bool:
        if self.settings.max_cost is None:
            return True
        most = Tokens(self.total.input, self.total.output)
        most.add((self._held.input, self._held.output))
        most.add(request.most_tokens)
        cost = self.cost(most)
        assert cost is not None, "a ceiling comes with prices"
        return cost <= self.settings.max_cost
