"""Settings: faults have paths, keys and endpoints are looked at, nothing secret is shown."""

from __future__ import annotations

import pytest

from dataengine.errors import ConfigError
from pipelines.charts.content.llm.settings import (
    find_endpoint,
    find_key,
    is_exposed,
    parse_settings,
)
from pipelines.charts.spec.kinds import KINDS

GOOD = {"model": "m", "endpoint": "https://example.org/v1/"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "set either model"),
        ({"model": "m", "local_model": "n"}, "set either model"),
        ({"model": "m", "modle": 1}, "did you mean 'model'"),
        ({"model": "m", "language": "fr"}, "language"),
        ({"model": "m", "count": 0}, "count"),
        ({"model": "m", "kinds": {"pies": 1}}, "no kind 'pies'"),
        ({"model": "m", "kinds": {"pie": -1}}, "not negative"),
        ({"model": "m", "kinds": {"pie": 0}}, "above zero"),
        ({"model": "m", "max_cost": 1}, "input_price"),
        ({"model": "m", "endpoint": "example.org"}, "endpoint"),
        ({"model": "m", "endpoint": "file:///etc/passwd"}, "endpoint"),
        ({"model": "m", "endpoint": "https://me:word@example.org/v1"}, "no user, password"),
        ({"model": "m", "endpoint": "https://example.org/v1?key=1"}, "no user, password"),
        ({"model": "m", "key_variable": "A B"}, "key_variable"),
        ({"model": "m", "temperature": float("nan")}, "temperature"),
    ],
)
def test_faults_are_told(options, words):
    with pytest.raises(ConfigError, match=words):
        parse_settings(options)


def test_endpoint_of_the_settings_or_the_environment(monkeypatch):
    assert find_endpoint(parse_settings(GOOD)) == "https://example.org/v1"
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL"):
        find_endpoint(parse_settings({"model": "m"}))
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1/")
    assert find_endpoint(parse_settings({"model": "m"})) == "http://127.0.0.1:1/v1"
    assert find_endpoint(parse_settings(GOOD)) == "https://example.org/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", "nonsense")
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL"):
        find_endpoint(parse_settings({"model": "m"}))


def test_key_of_the_named_variable(monkeypatch):
    monkeypatch.setenv("OTHER", " abc\n")
    assert find_key(parse_settings(GOOD | {"key_variable": "OTHER"})) == "abc"
    monkeypatch.delenv("OPENAI_API_KEY")
    assert find_key(parse_settings(GOOD)) == ""


@pytest.mark.parametrize("key", ["secret-1\r\nX: y", "secret-1 two", "secret-1\u00e9"])
def test_key_that_no_header_may_carry_is_refused_unseen(monkeypatch, key):
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(ConfigError) as caught:
        find_key(parse_settings(GOOD))
    assert "secret" not in str(caught.value)


def test_key_over_plain_http_is_noticed():
    assert is_exposed("http://example.org/v1", "key")
    assert not is_exposed("http://example.org/v1", "")
    assert not is_exposed("https://example.org/v1", "key")
    assert not is_exposed("http://localhost:8000/v1", "key")


def test_all_kinds_are_asked_for_by_default():
    assert list(parse_settings(GOOD).kind_weights) == list(KINDS)
