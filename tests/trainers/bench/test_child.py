"""Commands run for a while: their codes, their words, and what ends them."""

from __future__ import annotations

import sys
import time

import pytest

from trainers.bench.child import KILLED, run

SLEEPS = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]
FOREVER = float("inf")


def test_code_and_words(tmp_path):
    command = [
        sys.executable,
        "-c",
        "import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)",
    ]
    for _ in range(2):
        assert run(command, tmp_path / "log", FOREVER) == 7
    said = (tmp_path / "log").read_text()
    assert said.count("out\n") == said.count("err\n") == said.count("$ ") == 2


def test_its_time_ends_it(tmp_path):
    assert run(SLEEPS, tmp_path / "log", time.monotonic() + 0.3) is None


def test_a_kill_gives_it_no_word(tmp_path):
    log = tmp_path / "log"
    assert run(SLEEPS, log, FOREVER, lambda: "here\n" in log.read_text()) == KILLED
    assert "KeyboardInterrupt" not in log.read_text()


def test_what_stops_us_stops_it(tmp_path):
    def stops() -> bool:
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(SLEEPS, tmp_path / "log", FOREVER, stops)
    assert time.monotonic() - started < 50
