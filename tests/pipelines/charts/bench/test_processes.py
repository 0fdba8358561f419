"""Tests of counting the CPU time of processes and what they start."""

from __future__ import annotations

import subprocess
import sys

from pipelines.charts.bench.processes import measured_with_children, running_children_s

BUSY = "import time\nwhile time.process_time() < 0.3: pass\n"
NESTED = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BUSY!r}])\n"


def start(code: str) -> subprocess.Popen[bytes]:
    """Start a child that tells when it is done, and then waits to be ended."""
    code += "print(flush=True)\ninput()\n"
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def end(child: subprocess.Popen[bytes]) -> None:
    child.communicate(b"\n")


def test_counts_children_that_still_run_and_theirs() -> None:
    with measured_with_children() as cost:
        child = start(NESTED)
        assert child.stdout is not None
        child.stdout.readline()
    assert cost.cpu_s > 0.28
    assert running_children_s() > 0.28
    end(child)


def test_counts_a_child_once_that_ends_within() -> None:
    child = start(BUSY)
    assert child.stdout is not None
    child.stdout.readline()
    with measured_with_children() as cost:
        end(child)
    assert -0.05 < cost.cpu_s < 0.2


def test_counts_no_strangers() -> None:
    with measured_with_children() as cost:
        subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert 0.28 < cost.cpu_s < 3
