"""Runs one sandboxed command to its end or its deadline and leaves no process behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended.

    Attributes:
        code: exit status; negative for a signal, as subprocess gives it.
        timed_out: whether it was killed at the deadline.
    """

    code: int
    timed_out: bool


def run_command(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    transcript: Path,
    wall_s: float,
) -> Ended:
    """Run a command in `folder` in a session of its own; what it prints goes to `transcript`.

    Nothing is lost by killing at once: TeX flushes what it prints whenever it opens a file, so
    the transcript names the piece that was being set.
    """
    with transcript.open("wb") as stream:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    handle = os.pidfd_open(process.pid)
    try:
        # `Popen.wait(timeout)` polls in steps of up to 50 ms: as long as the whole run.
        poller = select.poll()
        poller.register(handle, select.POLLIN)
        timed_out = not poller.poll(wall_s * 1000)
    finally:
        os.close(handle)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
    return Ended(code, timed_out)
