"""The ceiling: nothing is asked that could pass it, and nothing waits for ever."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from pipelines.charts.content.llm.budget import Budget, CeilingReached, Tokens
from pipelines.charts.content.llm.exchange import Answer, Request, Usage
from pipelines.charts.content.llm.settings import parse_settings

REQUEST = Request("toy-1", (("user", "x" * 76),), 0.5, 1000, 7)  # at most 96 and 1,000 tokens


def budget(**changes: float) -> Budget:
    prices = {"model": "m", "input_price": 1.0, "output_price": 10.0}
    return Budget(parse_settings(prices | changes))


def spent(tokens: tuple[int, int]) -> Answer:
    return Answer(text="", usage=Usage(input=tokens[0], output=tokens[1]))


def test_cost_is_that_of_the_tokens():
    one = budget()
    one.charge(REQUEST, spent((500_000, 200_000)), paid=True)
    one.charge(REQUEST, spent((500_000, 200_000)), paid=True)
    assert one.cost(one.total) == 2.5
    assert Budget(parse_settings({"model": "m"})).cost(Tokens(1, 1)) is None


def test_answer_that_tells_no_usage_counts_as_the_most():
    one = budget()
    one.charge(REQUEST, Answer(text=""), paid=True)
    assert (one.total, one.guessed) == (Tokens(*REQUEST.most_tokens), 1)


def test_request_that_could_pass_the_ceiling_is_not_asked():
    most = REQUEST.most_tokens
    exact = (most[0] * 1.0 + most[1] * 10.0) / 1e6
    asyncio.run(budget(max_cost=exact).hold(REQUEST))
    with pytest.raises(CeilingReached):
        asyncio.run(budget(max_cost=exact * 0.999).hold(REQUEST))


def test_request_waits_for_those_in_work_that_may_cost_less():
    most = REQUEST.most_tokens
    one = budget(max_cost=1.5 * (most[0] * 1.0 + most[1] * 10.0) / 1e6)
    order: list[str] = []

    async def other() -> None:
        await one.hold(dataclasses.replace(REQUEST, seed=8))
        order.append("second")

    async def run() -> None:
        await one.hold(REQUEST)
        waiting = asyncio.create_task(other())
        await asyncio.sleep(0)
        order.append("first")
        one.charge(REQUEST, spent((5, 5)), paid=True)
        await one.release(REQUEST)
        await waiting

    asyncio.run(run())
    assert order == ["first", "second"]
