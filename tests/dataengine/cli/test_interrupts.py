"""Ctrl-C once drains, twice stops at once; the same command goes on, to the same bytes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
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
    render(tmp_path / "calm", recipe)
    path = tmp_path / "recipe.yaml"
    path.write_text(recipe_yaml(recipe))
    out = tmp_path / "out"
    command = [sys.executable, "-m", "dataengine", "render", str(path), "--out", str(out)]
    return [*command, "--workers", "2", "--no-finalize"], out, contents(tmp_path / "calm")


def start_and_wait_for_a_receipt(command: list[str], out: Path) -> subprocess.Popen[str]:
    """Start a job and return when its first shard is done."""
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(out.glob("receipts/**/*.json")):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return running


def workers_of(out: Path) -> list[int]:
    said = json.loads((out / ".progress.json").read_text())
    return [pid for pid in said["workers"] if pid]


def test_first_interrupt_finishes_the_shards_in_work(job, all_gone):
    command, out, owed = job
    running = start_and_wait_for_a_receipt(command, out)
    time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 3
    assert "finishing the shards in work" in said
    assert "shards are left" in said
    done = len(list(out.glob("receipts/**/*.json")))
    assert 1 < done < 8
    assert not (out / ".progress.json").exists()
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert contents(out) == owed


def test_second_interrupt_stops_at_once(job, all_gone):
    command, out, owed = job
    running = start_and_wait_for_a_receipt(command, out)
    deadline = time.monotonic() + 10
    while not (out / ".progress.json").exists() or not workers_of(out):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    workers = workers_of(out)
    before = len(list(out.glob("receipts/**/*.json")))
    running.send_signal(signal.SIGINT)
    time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=5)
    assert running.returncode == 3
    assert "stopped" in said
    assert len(list(out.glob("receipts/**/*.json"))) <= before + 1
    deadline = time.monotonic() + 5
    while not all(all_gone(pid) for pid in workers):
        assert time.monotonic() < deadline, "workers outlive their parent"
        time.sleep(0.05)
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert contents(out) == owed


def test_killed_job_leaves_no_worker_behind_and_status_says_so(job, all_gone):
    command, out, _ = job
    running = start_and_wait_for_a_receipt(command, out)
    deadline = time.monotonic() + 10
    while not (out / ".progress.json").exists() or not workers_of(out):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    status = [sys.executable, "-m", "dataengine", "status", str(out)]
    said = subprocess.run(status, capture_output=True, text=True)
    assert "running (process" in said.stdout
    workers = workers_of(out)
    running.kill()
    running.wait()
    deadline = time.monotonic() + 5
    while not all(all_gone(pid) for pid in workers):
        assert time.monotonic() < deadline, "workers outlive their parent"
        time.sleep(0.05)
    said = subprocess.run(status, capture_output=True, text=True)
    assert said.returncode == 3
    assert "the last run was cut off" in said.stdout
