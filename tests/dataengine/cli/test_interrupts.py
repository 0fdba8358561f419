"""Ctrl-C once drains, twice stops at once; the same command goes on, to the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from dataengine.recipe_text import recipe_yaml
from tests.conftest import contents, recipe_for, render, words

SHARDS = {"rows": 30, "at_least": 1, "min_rows": 10}


@pytest.fixture
def job(corpus, tmp_path):
    """A slow job of eight shards: its command, its folder, and the bytes that it owes."""
    folder = corpus({f"f{n}": words(100 * n, 30) for n in range(8)})
    recipe = recipe_for(folder, shards=SHARDS, options={"delay_s": 0.02})
    render(tmp_path / "calm", recipe, workers=4)
    path = tmp_path / "recipe.yaml"
    path.write_text(recipe_yaml(recipe))
    out = tmp_path / "out"
    command = [sys.executable, "-m", "dataengine", "render", str(path), "--out", str(out)]
    return [*command, "--workers", "2", "--no-finalize"], out, contents(tmp_path / "calm")


def receipts(out: Path) -> int:
    return len(list(out.glob("receipts/**/*.json")))


def workers_of(out: Path) -> list[int]:
    try:
        said = json.loads((out / ".progress.json").read_text())
    except FileNotFoundError:
        return []
    return [pid for pid in said["workers"] if pid]


def start_and_hold(command: list[str], out: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """Start a job, and stop its workers' clock amid their work: no test races with them."""
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not receipts(out) or len(workers_of(out)) < 2:
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    workers = workers_of(out)
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    return running, workers


def let_go(workers: list[int]) -> None:
    for pid in workers:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def interrupt(running: subprocess.Popen[str]) -> None:
    """Press Ctrl-C, and wait until the job has heard it."""
    running.send_signal(signal.SIGINT)
    assert running.stderr is not None
    while "finishing the shards in work" not in (line := running.stderr.readline()):
        assert line, "the job ended without a word"


def wait_until_gone(workers: list[int], all_gone) -> None:
    deadline = time.monotonic() + 30
    while not all(all_gone(pid) for pid in workers):
        assert time.monotonic() < deadline, "workers outlive their parent"
        time.sleep(0.05)


def test_first_interrupt_finishes_the_shards_in_work(job):
    command, out, owed = job
    running, workers = start_and_hold(command, out)
    before = receipts(out)
    interrupt(running)
    let_go(workers)
    _, said = running.communicate(timeout=120)
    assert running.returncode == 3
    assert "shards are left" in said
    assert before < receipts(out) < 8
    assert not (out / ".progress.json").exists()
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert contents(out) == owed


def test_second_interrupt_stops_at_once(job, all_gone):
    command, out, owed = job
    running, workers = start_and_hold(command, out)
    before = receipts(out)
    interrupt(running)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    let_go(workers)
    assert running.returncode == 3
    assert "stopped" in said
    assert receipts(out) <= before + 1  # one may have been on its way
    wait_until_gone(workers, all_gone)
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert contents(out) == owed


def test_killed_job_leaves_no_worker_behind_and_status_says_so(job, all_gone):
    command, out, _ = job
    running, workers = start_and_hold(command, out)
    status = [sys.executable, "-m", "dataengine", "status", str(out)]
    said = subprocess.run(status, capture_output=True, text=True)
    assert "running (process" in said.stdout
    running.kill()
    running.wait()
    let_go(workers)
    wait_until_gone(workers, all_gone)
    said = subprocess.run(status, capture_output=True, text=True)
    assert said.returncode == 3
    assert "the last run was cut off" in said.stdout
