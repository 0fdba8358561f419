"""The parent's side of a worker: starts it, feeds it, buries it, and says what a unit died of.

Whatever a unit does to its worker (segfault, endless loop in C, memory without end), the units
around it are not lost. A unit whose worker died is tried again in a fresh one, because the death
may have come from outside (an operator's kill, the kernel's out-of-memory killer); only when it
happens again is the unit rejected.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from dataengine import errors
from dataengine.errors import DataEngineError, ToolMissing, WorkerError
from dataengine.frames import Closed, FrameError, TimedOut, read_frame, write_frame
from dataengine.outcome_frames import pack_unit, unpack_outcome
from dataengine.pipeline import Item, Probe, Unit
from dataengine.recipe import Limits
from dataengine.sample import Outcome, Rejection

ATTEMPTS: Mapping[str, int] = {"crash": 3, "timeout": 2, "memory": 2}
BATCH = 16
START_S = 120
PIPE_BYTES = 1 << 20
"""Room for about ten pages, so that a worker goes on while its parent writes a row group."""


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """What a worker must know to render units of one part.

    Attributes:
        corpora: corpus name -> path.
    """

    pipeline: str
    options: Mapping[str, Any]
    corpora: Mapping[str, str]
    seed: int
    part: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Rendered:
    """A unit, what became of it, and in how many attempts."""

    unit: Unit
    outcome: Outcome
    attempts: int


@dataclass(frozen=True, slots=True)
class Probed:
    """An item's hash and how many units it holds."""

    sha256: str
    probe: Probe


@dataclass(frozen=True, slots=True)
class _Death:
    """The end of a worker: "crash", "timeout" or "memory"."""

    reason: str


class WorkerProcess:
    """One worker at a time, replaced when it dies or has done its share. Not thread-safe."""

    def __init__(self, setup: WorkerSetup) -> None:
        self.setup = setup
        self.replaced = 0
        self.enough: set[str] = set()
        """Reasons whose rejections need no picture any more; looked at batch by batch."""
        self._child: _Child | None = None
        self._done = 0
        self._last_words = ""

    @property
    def pid(self) -> int | None:
        """Process id of the present worker."""
        return self._child.process.pid if self._child else None

    @property
    def peak_mb(self) -> float:
        """Largest resident memory of the present worker so far, MiB; 0 where there is none."""
        if self._child is None:
            return 0.0
        with suppress(OSError), open(f"/proc/{self.pid}/status", "rb") as stream:
            for line in stream:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def render(self, units: Iterable[Unit]) -> Iterator[Rendered]:
        """Render units in order, one outcome each.

        Raises:
            CorpusChanged, ToolMissing, WorkerError: no unit can be expected to go well.
        """
        for unit, answer, attempts in self._exchange("render", units):
            assert not isinstance(answer, Probed)
            yield Rendered(unit, answer, attempts)

    def probe(self, items: Iterable[Item]) -> Iterator[Probed]:
        """Hash items and ask how many units they hold, in order."""
        units = (Unit(0, item) for item in items)
        for _, answer, _ in self._exchange("probe", units):
            if isinstance(answer, Rejection):
                answer = Probed("", Probe(0, answer.reason, answer.detail))
            assert isinstance(answer, Probed)
            yield answer

    def start(self) -> None:
        """Start a worker now instead of with the first unit; raises what starting it raises."""
        if self._child is None:
            self._child = _Child(self.setup)
            self._done = 0

    def close(self) -> None:
        """End the worker; it has nothing left to do."""
        if self._child:
            self._child.close()
            self._child = None

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(
        self, verb: str, units: Iterable[Unit]
    ) -> Iterator[tuple[Unit, Outcome | Probed, int]]:
        sent: deque[Unit] = deque()
        try:
            yield from self._answers(verb, iter(units), sent)
        finally:
            if sent:  # the caller stopped half-way: answers that nobody reads are on their way
                self._bury()

    def _answers(
        self, verb: str, waiting: Iterator[Unit], sent: deque[Unit]
    ) -> Iterator[tuple[Unit, Outcome | Probed, int]]:
        attempts = 1
        enough: list[str] = []
        while True:
            if not sent:
                sent.extend(islice(waiting, BATCH))
                # Kept for the whole batch, so that a worker's death changes nothing but its pid.
                enough = sorted(self.enough)
                if not sent:
                    return
                self._send(verb, sent, enough)
            answer = self._receive(verb)
            if isinstance(answer, _Death):
                self._bury()
                if attempts < ATTEMPTS[answer.reason]:
                    attempts += 1
                    self._send(verb, sent, enough)
                    continue
                answer = Rejection(answer.reason, self._obituary(answer.reason, attempts))
                unit = sent.popleft()
                self._send(verb, sent, enough)
            else:
                unit = sent.popleft()
            self._done += 1
            yield unit, answer, attempts
            attempts = 1
            if not sent and self._done >= self.setup.limits.units_per_worker:
                self.close()

    def _send(self, verb: str, units: deque[Unit], enough: list[str]) -> None:
        if not units:
            return
        self.start()
        assert self._child is not None
        # A worker that died since is noticed when its answer is read.
        with suppress(Closed):
            write_frame(
                self._child.request_fd,
                {
                    "do": verb,
                    "units": [pack_unit(unit) for unit in units],
                    "enough": enough,
                },
            )

    def _receive(self, verb: str) -> Outcome | Probed | _Death:
        """Return what the worker says of the unit in work, or what it died of."""
        assert self._child is not None
        try:
            header, blobs = read_frame(self._child.answer_fd, self.setup.limits.unit_wall_s)
            if "fatal" in header:
                raise _as_error(header)
            if header.get("outcome") == "memory":
                return _Death("memory")
            if header.get("outcome") == "probe":
                return _as_probed(header)
            outcome = unpack_outcome(header, blobs)
            if verb == "probe" and not isinstance(outcome, Rejection):
                return _Death("crash")
            return outcome
        except TimedOut:
            return _Death("timeout")
        except FrameError:
            return _Death("crash")
        except Closed:
            return _Death("timeout" if self._child.died_of() == signal.SIGPROF else "crash")

    def _bury(self) -> None:
        if self._child:
            self._last_words = self._child.kill()
            self._child = None
            self.replaced += 1

    def _obituary(self, reason: str, attempts: int) -> str:
        limits = self.setup.limits
        if reason == "timeout":
            return (
                f"passed {limits.unit_cpu_s:g} s of CPU time or {limits.unit_wall_s:g} s in all, "
                f"{attempts} times"
            )
        if reason == "memory":
            return f"asked for more than {limits.memory_mb} MiB, {attempts} times"
        return f"the worker died {attempts} times ({self._last_words})"


def _as_probed(header: Mapping[str, Any]) -> Probed:
    """Check what a worker says of an item: it has just read a hostile file."""
    sha256, reason, detail = (header.get(name) for name in ("sha256", "reason", "detail"))
    units = header.get("units")
    if not (isinstance(sha256, str) and isinstance(reason, str) and isinstance(detail, str)):
        raise FrameError("a malformed probe")
    if not isinstance(units, int) or units < 0 or (units == 0) != bool(reason):
        raise FrameError(f"a probe of {units!r} units")
    return Probed(sha256, Probe(units, reason, detail))


def _as_error(header: Mapping[str, Any]) -> DataEngineError:
    name, message = str(header["fatal"]), str(header.get("message"))
    if name in ("ImportError", "ModuleNotFoundError"):
        return ToolMissing(f"a worker cannot import what it needs: {message}")
    known = getattr(errors, name, None)
    if isinstance(known, type) and issubclass(known, DataEngineError):
        return known(message)
    return WorkerError(f"a worker gave up: {name}: {message}")


class _Child:
    """A running worker and its three pipes."""

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
                    "seed": setup.seed,
                    "part": setup.part,
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
            raise _as_error(header)

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
