"""Answers on disk: by everything that makes the request, whole or absent."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from dataengine.corpus.index import cache_folder
from dataengine.storage import Storage
from pipelines.charts.content.llm.cache import AnswerCache
from pipelines.charts.content.llm.exchange import Answer, Request, Usage

REQUEST = Request("toy-1", (("user", "rain"),), 0.5, 100, 7)
ANSWER = Answer(text="雨 \u2028 rain", finish="stop", usage=Usage(input=3, output=5))


def files() -> list[Path]:
    return [path for path in cache_folder().rglob("*.json") if path.is_file()]


def test_answer_comes_back_in_another_process():
    AnswerCache().put(REQUEST, ANSWER)
    assert AnswerCache().get(REQUEST) == ANSWER


@pytest.mark.parametrize(
    "change",
    [
        {"model": "toy-2"},
        {"messages": (("user", "rain "),)},
        {"messages": (("system", "rain"),)},
        {"temperature": 0.6},
        {"max_tokens": 101},
        {"seed": 8},
        {"json_mode": False},
    ],
)
def test_everything_that_makes_the_request_counts(change):
    AnswerCache().put(REQUEST, ANSWER)
    assert AnswerCache().get(dataclasses.replace(REQUEST, **change)) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-5],
        lambda data: data.replace(b"rain", b"snow"),
        lambda data: b"",
        lambda data: b"[" * 100_000,
        lambda data: b"null",
        lambda data: b"\xff\xfe",
    ],
)
def test_damaged_file_counts_as_absent(damage):
    AnswerCache().put(REQUEST, ANSWER)
    (path,) = files()
    path.write_bytes(damage(path.read_bytes()))
    assert AnswerCache().get(REQUEST) is None
    AnswerCache().put(REQUEST, ANSWER)
    assert AnswerCache().get(REQUEST) == ANSWER


def test_another_folder(tmp_path):
    AnswerCache(Storage(tmp_path)).put(REQUEST, ANSWER)
    assert AnswerCache().get(REQUEST) is None
