"""What models are told: every kind, examples that are charts, topics as plain values."""

from __future__ import annotations

import json

import pytest

from pipelines.charts.content.llm.briefs import Brief
from pipelines.charts.content.llm.orders import Order
from pipelines.charts.content.llm.prompts import Prompts
from pipelines.charts.content.llm.reading import form_of
from pipelines.charts.content.llm.reasons import BadAnswer
from pipelines.charts.content.llm.settings import parse_settings
from pipelines.charts.spec.kinds import KINDS

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def prompts(language: str = "en") -> Prompts:
    return Prompts(parse_settings({"model": "m", "language": language}), "m")


def order(kind: str, topic: str = "Rain") -> Order:
    about = KINDS[kind]
    return Order(4, topic, "a farmer", kind, about.series[0], about.items[0], 99)


@LANGUAGES
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_is_asked_for_with_its_bounds(kind, language):
    request = prompts(language).first(order(kind))
    (system, _), (user, text) = request.messages
    assert (system, user, request.seed) == ("system", "user", 99)
    assert "Rain" in text
    assert "a farmer" in text
    assert str(KINDS[kind].items[1]) in text
    lines = [line for line in text.splitlines() if line.startswith("{")]
    assert issubclass(form_of(kind).brief, Brief)
    form_of(kind).brief.model_validate(json.loads(lines[0]))


@LANGUAGES
def test_nothing_is_told_of_kinds_that_are_not_there(language):
    told = prompts(language).told
    assert list(told["kinds"]) == list(KINDS)
    forms = {form_of(kind).name for kind in KINDS} | {"table_single"}
    assert set(told["forms"]) == forms


def test_topic_is_a_value_and_no_template():
    text = prompts().first(order("bar", "{{ 7*7 }} {% raw %} <b>")).messages[1][1]
    assert "{{ 7*7 }} {% raw %} <b>" in text


def test_repair_quotes_answer_and_error_clipped():
    one = prompts()
    first = one.first(order("bar"))
    repair = one.repair(first, "x" * 50_000, BadAnswer("bad-json", "a key twice"), order("bar"))
    assert repair.messages[:2] == first.messages
    assert repair.messages[2][0] == "assistant"
    assert len(repair.messages[2][1]) < 10_000
    assert "a key twice" in repair.messages[3][1]
    assert repair.key != first.key
