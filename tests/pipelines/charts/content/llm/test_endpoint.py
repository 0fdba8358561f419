"""The endpoint against a real server: retries, pauses, refusals, bounds, and no key anywhere."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import Any

import pytest

from dataengine.errors import ConfigError
from pipelines.charts.content.llm.endpoint import REDACTED, Endpoint
from pipelines.charts.content.llm.exchange import Answer, EndpointError, Request, Unanswered, Usage
from pipelines.charts.content.llm.settings import parse_settings
from tests.pipelines.charts.content.llm.conftest import KEY
from tests.pipelines.charts.content.llm.servers import Said, chat_server, completion

REQUEST = Request("toy-1", (("system", "be brief"), ("user", "rain")), 0.5, 100, 7)
GOOD = completion("rain falls")


def ask(url: str, *, key: str = KEY, said: list[str] | None = None, times: int = 1, **changes: Any):
    """Return the answer, or the answers of several requests one after the other."""
    settings = parse_settings({"model": "toy-1", "backoff_s": 0.001, "retries": 3} | changes)
    request = dataclasses.replace(REQUEST, json_mode=settings.json_mode)

    async def run() -> list[Answer]:
        endpoint = Endpoint(url, key, settings, (said if said is not None else []).append)
        try:
            return [await endpoint.ask(request) for _ in range(times)]
        finally:
            await endpoint.close()

    answers = asyncio.run(run())
    return answers[0] if times == 1 else answers


def test_request_has_what_the_interface_asks_for():
    with chat_server(lambda data, number: GOOD) as chat:
        answer = ask(chat.url)
    assert answer == Answer(text="rain falls", finish="stop", usage=Usage(input=700, output=200))
    assert chat.requests == [
        {
            "model": "toy-1",
            "messages": [
                {"role": "system", "content": "be brief"},
                {"role": "user", "content": "rain"},
            ],
            "temperature": 0.5,
            "seed": 7,
            "max_tokens": 100,
            "response_format": {"type": "json_object"},
        }
    ]
    assert chat.authorizations == [f"Bearer {KEY}"]


def test_no_key_no_header():
    with chat_server(lambda data, number: GOOD) as chat:
        ask(chat.url, key="")
    assert chat.authorizations == [None]


TROUBLES = {
    "429": Said(b"slow down", 429),
    "429 with a wait": Said(b"slow down", 429, {"Retry-After": "0"}),
    "500": Said(b"<html>oops</html>", 500),
    "503 with nonsense": Said(b"", 503, {"Retry-After": "soon"}),
    "connection closed": Said(b"", drop="before"),
    "connection closed amid": Said(GOOD.body, drop="amid"),
    "no JSON": Said(b"<html>login</html>"),
    "no choices": Said(b'{"choices": []}'),
    "a list": Said(b"[1]"),
    "too deep": Said(b"[" * 100_000),
    "a number too long": Said(b"9" * 10_000),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=list(TROUBLES))
def test_passing_trouble_is_asked_again(trouble):
    with chat_server(lambda data, number: trouble if number < 2 else GOOD) as chat:
        assert ask(chat.url).text == "rain falls"
    assert len(chat.requests) == 3


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=list(TROUBLES))
def test_lasting_trouble_ends_as_no_answer(trouble):
    with chat_server(lambda data, number: trouble) as chat, pytest.raises(Unanswered):
        ask(chat.url)
    assert len(chat.requests) == 4


def test_slow_answer_is_given_up():
    slow = completion("late", delay_s=1.5)
    with (
        chat_server(lambda data, number: slow) as chat,
        pytest.raises(Unanswered, match=r"no answer within 0\.2 s"),
    ):
        ask(chat.url, timeout_s=0.2, retries=1)
    assert len(chat.requests) == 2


def test_nothing_listens():
    with pytest.raises(Unanswered):
        ask("http://127.0.0.1:9/v1", retries=1)


def test_endpoint_that_never_answers_stops_the_run():
    with (
        chat_server(lambda data, number: Said(b"down", 502)) as chat,
        pytest.raises(EndpointError, match="run the same command again"),
    ):
        ask(chat.url, give_up_after=1)


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        (Said(b"bad key", 401), ConfigError, "OPENAI_API_KEY"),
        (Said(b"not yours", 403), ConfigError, "OPENAI_API_KEY"),
        (Said(b"no model", 404), ConfigError, "toy-1"),
        (Said(b"what?", 400), ConfigError, "status 400: what?"),
        (Said(b"", 302, {"Location": "http://127.0.0.1:9/steal"}), ConfigError, "not followed"),
        (Said(b"", 307, {"Location": "/v2/chat"}), ConfigError, "not followed"),
        (Said(b'{"code": "insufficient_quota"}', 429), EndpointError, "quota"),
        (Said(b"pay", 402), EndpointError, "quota"),
        (Said(b"later", 429, {"Retry-After": "7200"}), EndpointError, "break of 7200 s"),
    ],
)
def test_what_asking_again_cannot_mend_stops_with_a_remedy(said, error, words):
    with chat_server(lambda data, number: said) as chat, pytest.raises(error, match=words):
        ask(chat.url, json_mode=False)
    assert len(chat.requests) == 1


def test_one_refused_request_among_answered_ones_is_a_rejection():
    refusal = Said(b"the content is not allowed", 400)
    with chat_server(lambda data, number: refusal if number else GOOD) as chat:
        first, second = ask(chat.url, times=2, json_mode=False)
    assert (first.problem, second.problem) == ("", "request-refused")
    assert "not allowed" in second.detail


def test_parameters_that_are_not_taken_are_left_out_from_then_on():
    def answer(data, number):
        for name in ("response_format", "seed", "temperature"):
            if name in data:
                return Said(f'{{"error": "Unknown parameter: {name}"}}'.encode(), 400)
        if "max_tokens" in data:
            return Said(b"Use 'max_completion_tokens' instead of 'max_tokens'", 400)
        return GOOD

    told: list[str] = []
    with chat_server(answer) as chat:
        ask(chat.url, said=told, times=3)
    assert len(chat.requests) == 4 + 3
    assert set(chat.requests[-1]) == {"model", "messages", "max_completion_tokens"}
    assert len(told) == 4


def test_json_mode_is_dropped_if_a_vague_refusal_may_mean_it():
    with chat_server(
        lambda data, number: Said(b"bad", 400) if "response_format" in data else GOOD
    ) as chat:
        assert ask(chat.url).text == "rain falls"
    assert len(chat.requests) == 2


def test_answer_of_ten_megabytes_is_left_after_the_limit():
    big = completion("x" * 10_000_000)
    with chat_server(lambda data, number: big) as chat:
        answer = ask(chat.url)
    assert (answer.problem, answer.text) == ("answer-too-large", "")
    assert len(chat.requests) == 1


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, ""),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}, 3], "ab"),
        (17, ""),
        ("\ud800", "?"),
    ],
)
def test_odd_contents_are_texts(content, text):
    with chat_server(lambda data, number: completion(content)) as chat:
        assert ask(chat.url).text == text


@pytest.mark.parametrize(
    "usage",
    [
        None,
        3,
        {},
        {"prompt_tokens": -5, "completion_tokens": 1},
        {"prompt_tokens": True, "completion_tokens": 1},
        {"prompt_tokens": 1.5, "completion_tokens": 1},
        {"prompt_tokens": 10**30, "completion_tokens": 1},
        {"prompt_tokens": float("nan"), "completion_tokens": 1},
    ],
)
def test_usage_that_is_none_is_not_believed(usage):
    with chat_server(lambda data, number: completion("a", usage=usage)) as chat:
        assert ask(chat.url).usage is None


def test_key_is_cut_out_of_what_a_server_sends_back():
    with chat_server(lambda data, number: completion(f"your key is {KEY}")) as chat:
        assert ask(chat.url).text == f"your key is {REDACTED}"
    for status in (400, 401, 404, 500):
        said = Said(f"no good: {KEY}".encode(), status)
        with chat_server(lambda data, number, said=said: said) as chat:
            with pytest.raises((ConfigError, Unanswered)) as caught:
                ask(chat.url, json_mode=False)
            assert KEY not in str(caught.value)


def test_placeholder_keys_are_no_secrets():
    with chat_server(lambda data, number: completion("EMPTY plots")) as chat:
        assert ask(chat.url, key="EMPTY").text == "EMPTY plots"


def test_requests_go_out_no_faster_than_asked():
    settings = parse_settings({"model": "toy-1", "requests_per_minute": 1200})

    async def run(url: str) -> float:
        endpoint = Endpoint(url, KEY, settings, [].append)
        clock = asyncio.get_running_loop().time
        start = clock()
        await asyncio.gather(*(endpoint.ask(REQUEST) for _ in range(7)))
        await endpoint.close()
        return clock() - start

    with chat_server(lambda data, number: GOOD) as chat:
        assert asyncio.run(run(chat.url)) >= 6 * 0.05


def test_message_of_a_server_is_one_clipped_line():
    said = Said(json.dumps({"error": "a\nb\u202e" + "x" * 5000}).encode() + b"\x1b[31m", 404)
    with chat_server(lambda data, number: said) as chat, pytest.raises(ConfigError) as caught:
        ask(chat.url)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500
