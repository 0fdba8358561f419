"""The parent's side of a worker: feeds it, buries it, and says what a unit died of.

Whatever a unit does to its worker (segfault, endless loop in C, memory without end), the units
around it are not lost. A unit whose worker died is tried again in a fresh one, because the death
may have come from outside (an operator's kill, the kernel's out-of-memory killer); only when it
happens again is the unit rejected. When a worker dies of a batch, nobody knows which unit it was:
those without an outcome are then sent to be rendered one by one.
"""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from dataengine.frames import Closed, FrameError, TimedOut, read_frame, write_frame
from dataengine.harvest_frames import Part, unpack_part
from dataengine.outcome_frames import pack_unit, unpack_outcome
from dataengine.pipeline import Item, Probe, Unit
from dataengine.sample import Outcome, Rejection
from dataengine.worker_child import Child, WorkerSetup, as_error

ATTEMPTS: Mapping[str, int] = {"crash": 3, "timeout": 2, "memory": 2}
SHARE = 16
"""Units sent at a time to a renderer that takes them one by one."""


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
class Harvested:
    """The end of an item: in how many attempts, and what it died of, if it did."""

    attempts: int
    died: Rejection | None = None


OnPart = Callable[[int, int, Part], None]
"""Takes what came of an item: its number among the items, the attempt, a part of the harvest."""

_Answer = Outcome | Probed | Harvested


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
        self._child: Child | None = None
        self._done = 0
        self._batch = 1
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
            CorpusChanged, PlanError, ToolMissing, WorkerError: no unit can be expected to go well.
        """
        for unit, answer, attempts in self._exchange("render", units):
            assert not isinstance(answer, Probed | Harvested)
            yield Rendered(unit, answer, attempts)

    def probe(self, items: Iterable[Item]) -> Iterator[Probed]:
        """Hash items and ask how many units they hold, in order."""
        units = (Unit(0, item) for item in items)
        for _, answer, _ in self._exchange("probe", units):
            if isinstance(answer, Rejection):
                answer = Probed("", Probe(0, answer.reason, answer.detail))
            assert isinstance(answer, Probed)
            yield answer

    def harvest(self, items: Iterable[Item], on_part: OnPart) -> Iterator[Harvested]:
        """Harvest items in order. Of an item only the parts of its last attempt count.

        Raises:
            CorpusChanged, ToolMissing, WorkerError: no item can be expected to go well.
        """
        units = (Unit(number, item) for number, item in enumerate(items))
        for _, answer, attempts in self._exchange("harvest", units, on_part):
            died = answer if isinstance(answer, Rejection) else None
            yield Harvested(attempts, died)

    def start(self) -> None:
        """Start a worker now instead of with the first unit; raises what starting it raises."""
        if self._child is None:
            self._child = Child(self.setup)
            self._batch = self._child.batch
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
        self, verb: str, units: Iterable[Unit], on_part: OnPart | None = None
    ) -> Iterator[tuple[Unit, _Answer, int]]:
        sent: deque[Unit] = deque()
        try:
            for share in self._shares(verb, units):
                sent.extend(share)
                yield from self._answers(verb, sent, on_part)
                if self._done >= self.setup.limits.units_per_worker:
                    self.close()
        finally:
            if sent:  # the caller stopped half-way: answers that nobody reads are on their way
                self._bury()

    def _shares(self, verb: str, units: Iterable[Unit]) -> Iterator[list[Unit]]:
        """Cut units into what is sent at a time: batches share `index // batch`."""
        share: list[Unit] = []
        batch = 1
        for unit in units:
            if verb == "render" and not share:
                self.start()  # only the renderer knows how many units it takes at a time
                batch = self._batch
            if batch > 1 and share and unit.index // batch != share[0].index // batch:
                yield share
                share = []
            share.append(unit)
            if len(share) == SHARE if batch == 1 else (unit.index + 1) % batch == 0:
                yield share
                share = []
        if share:
            yield share

    def _answers(
        self, verb: str, sent: deque[Unit], on_part: OnPart | None
    ) -> Iterator[tuple[Unit, _Answer, int]]:
        attempts = 1
        together = verb == "render" and self._batch > 1 and len(sent) > 1
        # Kept for the whole share, so that a worker's death changes nothing but its pid.
        enough = sorted(self.enough)
        self._send(verb, sent, enough, together)
        while sent:
            part = on_part and _bound(on_part, sent[0].index, attempts)
            answer = self._receive(verb, len(sent) if together else 1, part)
            if isinstance(answer, _Death):
                self._bury()
                if together:
                    together = False
                    self._send(verb, sent, enough, together)
                    continue
                if attempts < ATTEMPTS[answer.reason]:
                    attempts += 1
                    self._send(verb, sent, enough, together)
                    continue
                answer = Rejection(answer.reason, self._obituary(answer.reason, attempts))
                unit = sent.popleft()
                self._send(verb, sent, enough, together)
            else:
                unit = sent.popleft()
            self._done += 1
            yield unit, answer, attempts
            attempts = 1

    def _send(self, verb: str, units: deque[Unit], enough: list[str], together: bool) -> None:
        if not units:
            return
        self.start()
        assert self._child is not None
        request = {
            "do": verb,
            "units": [pack_unit(unit) for unit in units],
            "enough": enough,
            "together": together,
        }
        # A worker that died since is noticed when its answer is read.
        with suppress(Closed):
            write_frame(self._child.request_fd, request)

    def _receive(
        self, verb: str, units: int, on_part: Callable[[Part], None] | None
    ) -> _Answer | _Death:
        """Return what the worker says of the unit in work, or what it died of.

        Args:
            units: how many are in work at once: each has its share of the time.
        """
        assert self._child is not None
        deadline = time.monotonic() + units * self.setup.limits.unit_wall_s
        try:
            while True:
                left_s = max(0.0, deadline - time.monotonic())
                header, blobs = read_frame(self._child.answer_fd, left_s)
                if header.get("outcome") != "part" or on_part is None:
                    return _as_answer(verb, header, blobs)
                on_part(unpack_part(header))
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


def _bound(on_part: OnPart, number: int, attempt: int) -> Callable[[Part], None]:
    return lambda part: on_part(number, attempt, part)


def _as_answer(verb: str, header: Mapping[str, Any], blobs: list[bytes]) -> _Answer | _Death:
    if "fatal" in header:
        raise as_error(header)
    outcome = header.get("outcome")
    if outcome == "memory":
        return _Death("memory")
    if outcome == "probe" and verb == "probe":
        return _as_probed(header)
    if outcome == "harvested" and verb == "harvest":
        return Harvested(1)
    found = unpack_outcome(header, blobs)
    if verb != "render" and not isinstance(found, Rejection):
        return _Death("crash")
    return found


def _as_probed(header: Mapping[str, Any]) -> Probed:
    """Check what a worker says of an item: it has just read a hostile file."""
    sha256, reason, detail = (header.get(name) for name in ("sha256", "reason", "detail"))
    units = header.get("units")
    if not (isinstance(sha256, str) and isinstance(reason, str) and isinstance(detail, str)):
        raise FrameError("a malformed probe")
    if not isinstance(units, int) or units < 0 or (units == 0) != bool(reason):
        raise FrameError(f"a probe of {units!r} units")
    return Probed(sha256, Probe(units, reason, detail))
