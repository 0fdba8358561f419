"""`dataengine write` as a user meets it: exit codes, messages, kills, and no key anywhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dataengine.cli import main
from dataengine.cli.commands.write import read_overrides
from dataengine.corpus.index import cache_folder
from dataengine.errors import ConfigError
from tests.pipelines.charts.content.llm.answers import obliging
from tests.pipelines.charts.content.llm.servers import Said, chat_server, completion

KEY = "sk-secret-0123456789abcdef"


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    (tmp_path / "topics.txt").write_text("Rain\nSnow\nFog\n")


def obliged(data, number):
    return completion(obliging(data, data["seed"]))


def command(tmp_path: Path, url: str, out: str = "out", **settings: object) -> list[str]:
    told = {"model": "toy-1", "backoff_s": 0.001, "endpoint": url, **settings}
    sets = [part for key, value in told.items() for part in ("--set", f"{key}={value}")]
    topics = ["--topics", str(tmp_path / "topics.txt")]
    return ["write", "charts", *topics, "--out", str(tmp_path / out), *sets]


def run(arguments: list[str], code: int = 0) -> Result:
    """Run a command and expect an exit code, no traceback, and the key nowhere."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert KEY not in done.stdout + done.stderr
    return done


def test_writes_a_corpus(tmp_path):
    with chat_server(obliged) as chat:
        done = run([*command(tmp_path, chat.url, count=9), "--json"])
    assert json.loads(done.stdout)["charts"] == 9
    assert len((tmp_path / "out" / "charts.jsonl").read_text().splitlines()) == 9


def test_endpoint_of_the_environment_and_kinds_of_the_command_line(tmp_path, monkeypatch):
    with chat_server(obliged) as chat:
        monkeypatch.setenv("OPENAI_BASE_URL", chat.url)
        told = {"count": 5, "kinds.pie": 1, "kinds.bar": 0}
        assert "kinds: pie 5" in run(command(tmp_path, "", **told)).stdout


def test_dry_run_shows_a_request(tmp_path):
    done = run([*command(tmp_path, "", count=5), "--dry-run"])
    assert "asked_for: 5" in done.stdout
    assert "JSON object" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"endpoint": ""}, 2, "no endpoint is set"),
        ({"model": "''"}, 2, "set either model"),
        ({"modell": "x"}, 2, "did you mean 'model'"),
        ({"kinds.cake": 1}, 2, "no kind 'cake'"),
        ({"endpoint": "https://me:pw@example.org"}, 2, "no user, password"),
    ],
)
def test_wrong_settings_are_usage_errors(tmp_path, changes, code, words):
    arguments = {"endpoint": "http://127.0.0.1:9/v1"} | changes
    assert words in run(command(tmp_path, str(arguments.pop("endpoint")), **arguments), code).stderr


def test_refused_key_is_a_usage_error_without_the_key(tmp_path):
    with chat_server(lambda data, number: Said(f"{KEY} is bad".encode(), 401)) as chat:
        assert "OPENAI_API_KEY" in run(command(tmp_path, chat.url), 2).stderr


def test_other_kinds_are_not_written(tmp_path):
    arguments = command(tmp_path, "")
    arguments[arguments.index("charts")] = "pdf_pages"
    assert "no content that a language model writes" in run(arguments, 2).stderr


def test_what_is_left_has_an_exit_code(tmp_path):
    prices = {"max_cost": 0.05, "input_price": 1, "output_price": 10}
    with chat_server(obliged) as chat:
        done = run(command(tmp_path, chat.url, count=30, **prices), 3)
        assert "ceiling: run the same command again" in done.stderr
        down = command(tmp_path, chat.url, "down", count=4, seed=9, retries=0, give_up_after=2)
        chat.answer = lambda data, number: Said(b"", 500)
        assert "in a row" in run(down, 1).stderr


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
def test_killed_run_goes_on_where_it_was(tmp_path, kind):
    with chat_server(obliged) as chat:
        run(command(tmp_path, chat.url, "whole", count=40))
        for path in cache_folder().rglob("*.json"):
            path.unlink()
        chat.requests.clear()
        arguments = command(tmp_path, chat.url, "killed", count=40, concurrency=2)
        process = subprocess.Popen([sys.executable, "-m", "dataengine", *arguments])

        def kills(data, number):
            if number == 15:
                os.kill(process.pid, kind)
            return obliged(data, number)

        chat.answer = kills
        assert process.wait(60) == (-signal.SIGKILL if kind == signal.SIGKILL else 3)
        before, done = len(chat.requests), tmp_path / "killed" / "charts.jsonl"
        assert 16 <= before < 40
        assert done.exists() == (kind == signal.SIGINT)
        kept = len([path for path in cache_folder().rglob("*.json") if path.is_file()])
        assert kept >= 14 if kind == signal.SIGKILL else kept == before
        chat.answer = obliged
        run(arguments)
    assert len(chat.requests) == before + 40 - kept
    assert done.read_bytes() == (tmp_path / "whole" / "charts.jsonl").read_bytes()


def test_overrides_are_yaml():
    told = ["a=1", "b.c=[x, 2]", "b.d=zh", "e="]
    assert read_overrides(told) == {"a": 1, "b": {"c": ["x", 2], "d": "zh"}, "e": None}


@pytest.mark.parametrize("override", ["a", "=1", "a..b=1", "a=[", "a=!!python/object:os.system x"])
def test_overrides_that_are_none_are_refused(override):
    with pytest.raises(ConfigError, match="--set"):
        read_overrides([override])


def test_override_below_a_value_is_refused():
    with pytest.raises(ConfigError, match="holds a value"):
        read_overrides(["a=1", "a.b=2"])
