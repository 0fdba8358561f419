"""A running worker process: how it is started, greeted and ended."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from dataengine import errors
from dataengine.errors import DataEngineError, ToolMissing, WorkerError
from dataengine.frames import Closed, FrameError, TimedOut, read_frame, write_frame
from dataengine.recipe import Limits

START_S = 120
PIPE_BYTES = 1 << 20
"""Room for about ten pages, so that a worker goes on while its parent writes a row group."""


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """What a worker must know to render units of one part.

    Attributes:
        corpora: corpus name -> path.
        material: local path of the part's material file, or "".
        files: corpus name -> where files that its items name lie, too.
    """

    pipeline: str
    options: Mapping[str, Any]
    corpora: Mapping[str, str]
    seed: int
    part: str
    limits: Limits
    material: str = ""
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Child:
    """A running worker and its three pipes.

    Attributes:
        batch: how many units its renderer takes at a time.

    Raises:
        ToolMissing, WorkerError: it does not start.
    """

    def __init__(self, setup: WorkerSetup) -> None:
        request_read, self.request_fd = os.pipe()
        self.answer_fd, answer_write = os.pipe()
        self._words_fd, words_write = os.pipe()
        # A worker that talks too much must not block on its last words.
        os.set_blocking(words_write, False)
        os.set_blocking(self._words_fd, False)
        _widen(self.answer_fd)
        command = [sys.executable, "-m", "dataengine.worker"]
        command += [str(request_read), str(answer_write), str(os.getpid())]
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=words_write,
                pass_fds=(request_read, answer_write),
                env=_environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise WorkerError(f"cannot start a worker: {error}") from error
        finally:
            for descriptor in (request_read, answer_write, words_write):
                os.close(descriptor)
        self._greet(setup)

    def _greet(self, setup: WorkerSetup) -> None:
        limits = setup.limits
        try:
            write_frame(
                self.request_fd,
                {
                    "pipeline": setup.pipeline,
                    "options": dict(setup.options),
                    "corpora": dict(setup.corpora),
                    "files": {name: list(paths) for name, paths in setup.files.items()},
                    "seed": setup.seed,
                    "part": setup.part,
                    "material": setup.material,
                    "item_mb": limits.item_mb,
                    "item_units": limits.item_units,
                    "unit_cpu_s": limits.unit_cpu_s,
                    "memory_mb": limits.memory_mb,
                },
            )
            header, _ = read_frame(self.answer_fd, START_S)
        except (Closed, TimedOut, FrameError) as error:
            words = self.kill()
            raise WorkerError(f"a worker did not start: {words}") from error
        if "fatal" in header:
            self.kill()
            raise as_error(header)
        batch = header.get("batch")
        self.batch = batch if isinstance(batch, int) else 1

    def died_of(self) -> int:
        """Wait for a worker that closed its pipe; return the signal that ended it, or 0."""
        try:
            return -min(0, self.process.wait(timeout=5))
        except subprocess.TimeoutExpired:
            return 0

    def kill(self) -> str:
        """End the worker and its children at once; return its last words."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        words = b""
        with suppress(BlockingIOError):
            words = os.read(self._words_fd, 1 << 16)
        self._close_pipes()
        last = words.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
        cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"{cause}; {last[0][:300]}"

    def close(self) -> None:
        """Let the worker end by closing its requests."""
        os.close(self.request_fd)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.answer_fd)
        os.close(self._words_fd)

    def _close_pipes(self) -> None:
        for descriptor in (self.request_fd, self.answer_fd, self._words_fd):
            os.close(descriptor)


def _environment() -> dict[str, str]:
    """Give the worker this process's import path, and one thread: workers are the parallelism."""
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    return {**os.environ, **single, "PYTHONPATH": path}


def _widen(descriptor: int) -> None:
    # Refused where the user's pipe quota is used up; the default size works too, only slower.
    with suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def as_error(header: Mapping[str, Any]) -> DataEngineError:
    """Return the error that a worker gives up with."""
    name, message = str(header["fatal"]), str(header.get("message"))
    if name in ("ImportError", "ModuleNotFoundError"):
        return ToolMissing(f"a worker cannot import what it needs: {message}")
    known = getattr(errors, name, None)
    if isinstance(known, type) and issubclass(known, DataEngineError):
        return known(message)
    return WorkerError(f"a worker gave up: {name}: {message}")
