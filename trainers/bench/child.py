"""A command that is run for a while: to its end, until it shall stop, or until it is killed."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dataengine.storage import storage_errors

KILLED = -signal.SIGKILL
"""Exit code of what `kill` ended."""

_POLL_S = 0.1
_PATIENCE_S = 120.0
"""For a command that was asked to stop: it may save a checkpoint."""


def run(
    command: Sequence[str],
    log: Path,
    deadline: float,
    kill: Callable[[], bool] = lambda: False,
) -> int | None:
    """Run a command; return its exit code, `KILLED`, or None where its time was over.

    Args:
        log: what it says is appended.
        deadline: by `time.monotonic`; then it gets SIGINT.
        kill: asked all the time; true ends it with SIGKILL.
    """
    with storage_errors(log), log.open("ab") as said:
        said.write(f"$ {' '.join(command)}\n".encode())
        said.flush()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        while process.poll() is None:
            if kill():
                process.kill()
                return process.wait()
            if time.monotonic() >= deadline:
                _stopped(process)
                return None
            time.sleep(_POLL_S)
    except BaseException:
        _stopped(process)  # Ctrl-C: it got one, too, and ends as it should
        raise
    return process.returncode


def _stopped(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
