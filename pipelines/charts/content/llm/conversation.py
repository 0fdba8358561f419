"""One chart's exchange with a model: asked, read, once asked to mend it, else rejected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pipelines.charts.content.llm.exchange import Answer, Request
from pipelines.charts.content.llm.orders import Order
from pipelines.charts.content.llm.prompts import Prompts
from pipelines.charts.content.llm.reading import read_chart
from pipelines.charts.content.llm.reasons import BadAnswer
from pipelines.charts.spec.model import Spec

MOST_KEPT = 4000
"""Characters of an answer that are kept with a rejection."""

_BEYOND_REPAIR = ("answer-too-large", "request-refused")

Ask = Callable[[Request], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Written:
    """A chart.

    Attributes:
        repaired: whether the first answer was no chart.
    """

    order: Order
    spec: Spec
    repaired: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """A chart that the model did not bring about.

    Attributes:
        answers: what it said, clipped.
    """

    order: Order
    reason: str
    detail: str
    answers: tuple[str, ...]


async def write_chart(
    order: Order, prompts: Prompts, ask: Ask, language: str
) -> Written | Rejected:
    """Have one chart written.

    What `ask` raises is passed on.
    """
    request = prompts.first(order)
    first = await ask(request)
    try:
        return Written(order, read_chart(first, order.kind, language, order.draw), False)
    except BadAnswer as bad:
        if bad.reason in _BEYOND_REPAIR:
            return Rejected(order, bad.reason, bad.detail, (first.text[:MOST_KEPT],))
        request = prompts.repair(request, first.text, bad, order)
    second = await ask(request)
    try:
        return Written(order, read_chart(second, order.kind, language, order.draw), True)
    except BadAnswer as bad:
        answers = (first.text[:MOST_KEPT], second.text[:MOST_KEPT])
        return Rejected(order, bad.reason, bad.detail, answers)
