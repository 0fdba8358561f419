"""`dataengine write charts`: from topics to a corpus of charts, its rejections and its report."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dataengine.canonical import canonical_json
from dataengine.json_text import pretty
from dataengine.storage import Storage
from pipelines.charts.content.llm.budget import Budget
from pipelines.charts.content.llm.cache import AnswerCache
from pipelines.charts.content.llm.conversation import Rejected, Written
from pipelines.charts.content.llm.desk import Desk
from pipelines.charts.content.llm.endpoint import Endpoint
from pipelines.charts.content.llm.exchange import Model
from pipelines.charts.content.llm.local_model import LocalModel, local_name
from pipelines.charts.content.llm.orders import Order, draw_order, read_personas, read_topics
from pipelines.charts.content.llm.prompts import Prompts
from pipelines.charts.content.llm.settings import (
    WriteSettings,
    find_endpoint,
    find_key,
    is_exposed,
    parse_settings,
)
from pipelines.charts.content.llm.writer import INTERRUPTED, Outcomes, Writer

CHARTS, REJECTED, REPORT = "charts.jsonl", "rejected.jsonl", "report.json"
_UNANSWERED = "unanswered"


def write_charts(
    options: Mapping[str, Any],
    topics: Sequence[str],
    out: str,
    say: Callable[[str], None],
    *,
    dry_run: bool = False,
) -> Mapping[str, Any]:
    """Have charts written and store them; returns the report.

    Writes `charts.jsonl` (what recipes read), `rejected.jsonl` and `report.json` into `out`; the
    first two are functions of settings, topics and answers alone. With `dry_run` nothing is asked
    or written: the report says what would be.

    Args:
        options: fields of `WriteSettings`.
        topics: files with a topic per line; none: the bundled ones of the language.

    Raises:
        ConfigError: a setting, a file, the key or the model's name is wrong.
        EndpointError: the endpoint stopped answering; what is done is stored.
        StorageError: the folder or the cache cannot be written.
        ToolMissing: a local model needs libraries that are not installed.
    """
    settings = parse_settings(options)
    lists = read_topics(topics, settings.language), read_personas(settings)
    orders = [draw_order(settings, *lists, index) for index in range(settings.count)]
    if dry_run:
        return _preview(settings, orders, say)
    model = _open_model(settings, say)
    storage = Storage(out)
    with storage.locked():
        storage.sweep()
        outcomes, facts = _write(settings, orders, model, say)
        if outcomes.error is None or outcomes.done:
            report = _store(storage, settings, orders, outcomes, facts, model)
    if outcomes.error is not None:
        raise outcomes.error
    return report


def _open_model(settings: WriteSettings, say: Callable[[str], None]) -> Model:
    if settings.local_model:
        return LocalModel(settings.local_model)
    url, key = find_endpoint(settings), find_key(settings)
    if is_exposed(url, key):
        say("warning: the endpoint is not https: the key goes over the network for all to read")
    return Endpoint(url, key, settings, say)


def _write(
    settings: WriteSettings, orders: Sequence[Order], model: Model, say: Callable[[str], None]
) -> tuple[Outcomes, dict[str, Any]]:
    budget = Budget(settings)
    desk = Desk(model, AnswerCache(), budget)
    workers = 1 if settings.local_model else settings.concurrency
    writer = Writer(Prompts(settings, model.name), desk, settings.language, workers, say)

    async def run() -> None:
        try:
            await writer.run(orders)
        finally:
            await model.close()

    try:
        asyncio.run(run())
    except (KeyboardInterrupt, asyncio.CancelledError):
        writer.outcomes.stopped = INTERRUPTED
    facts = {
        "answers": {"asked": desk.asked, "cached": desk.cached, **model.counts()},
        "tokens": {
            "input": budget.total.input,
            "output": budget.total.output,
            "paid_input": budget.paid.input,
            "paid_output": budget.paid.output,
            "guessed_answers": budget.guessed,
        },
        "cost": {"all": budget.cost(budget.total), "this_run": budget.cost(budget.paid)},
    }
    return writer.outcomes, facts


def _store(
    storage: Storage,
    settings: WriteSettings,
    orders: Sequence[Order],
    outcomes: Outcomes,
    facts: Mapping[str, Any],
    model: Model,
) -> dict[str, Any]:
    charts, rejected = _sort_out(orders, outcomes)
    report = {
        "model": model.name,
        "language": settings.language,
        "seed": settings.seed,
        "asked_for": len(orders),
        "charts": len(charts),
        "repaired": sum(one.repaired for one in charts),
        "kinds": dict(Counter(one.order.kind for one in charts).most_common()),
        "rejected": dict(Counter(one.reason for one in rejected).most_common()),
        "unanswered": len(outcomes.unanswered),
        "left": len(orders) - len(outcomes.done) - len(outcomes.unanswered),
        "stopped": outcomes.stopped,
        **facts,
    }
    lines = (_chart_line(one, model.name) for one in charts)
    storage.write_text(CHARTS, model.redact("".join(lines)))
    refusals = [*map(_rejection, rejected), *_unanswered(outcomes)]
    refusals.sort(key=lambda one: one["index"])
    storage.write_text(
        REJECTED, model.redact("".join(f"{canonical_json(one)}\n" for one in refusals))
    )
    storage.write_text(REPORT, model.redact(f"{pretty(report)}\n"))
    return report


def _sort_out(orders: Sequence[Order], outcomes: Outcomes) -> tuple[list[Written], list[Rejected]]:
    """Return charts and rejections by index; the second of two equal charts is rejected."""
    charts: list[Written] = []
    rejected: list[Rejected] = []
    first: dict[str, int] = {}
    for order in orders:
        match outcomes.done.get(order.index):
            case Written(spec=spec) as one:
                same = first.setdefault(spec.model_dump_json(), order.index)
                if same == order.index:
                    charts.append(one)
                else:
                    detail = f"the same as that of index {same}"
                    rejected.append(Rejected(order, "duplicate", detail, ()))
            case Rejected() as one:
                rejected.append(one)
    return charts, rejected


def _chart_line(one: Written, model: str) -> str:
    fields = one.spec.model_dump(mode="json", exclude_unset=True)
    facts = {
        "topic": one.order.topic,
        "persona": one.order.persona,
        "model": model,
        "index": one.order.index,
        "repaired": one.repaired,
    }
    return canonical_json({"spec": fields, "facts": facts}) + "\n"


def _rejection(one: Rejected) -> dict[str, Any]:
    return {
        **_described(one.order),
        "reason": one.reason,
        "detail": one.detail,
        "answers": list(one.answers),
    }


def _unanswered(outcomes: Outcomes) -> Iterator[dict[str, Any]]:
    for order, why in outcomes.unanswered.values():
        yield {**_described(order), "reason": _UNANSWERED, "detail": why, "answers": []}


def _described(order: Order) -> dict[str, Any]:
    return {
        "index": order.index,
        "topic": order.topic,
        "persona": order.persona,
        "kind": order.kind,
    }


def _preview(
    settings: WriteSettings, orders: Sequence[Order], say: Callable[[str], None]
) -> dict[str, Any]:
    """Show the first request and count what would be asked; nothing is sent or written."""
    name = local_name(settings.local_model) if settings.local_model else settings.model
    prompts, cache, budget = Prompts(settings, name), AnswerCache(), Budget(settings)
    cached = 0
    for order in orders:
        request = prompts.first(order)
        if cache.get(request) is not None:
            cached += 1
        else:
            budget.total.add(request.most_tokens)
    for role, text in prompts.first(orders[0]).messages:
        say(f"--- {role}\n{text}")
    return {
        "model": name,
        "language": settings.language,
        "asked_for": len(orders),
        "kinds": dict(Counter(order.kind for order in orders).most_common()),
        "cached": cached,
        "most_tokens": {"input": budget.total.input, "output": budget.total.output},
        "most_cost_without_repairs": budget.cost(budget.total),
        "left": len(orders) - cached,
    }
