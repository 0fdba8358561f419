"""Who prepares examples: threads of this process, or processes of their own.

Decoding lets go of the interpreter lock, reading and tokenizing do not: threads take that time from
the loop that feeds the device, and have one core for it together. Processes share nothing; each
opens the data itself and reads the windows that its batches come from.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol, runtime_checkable

import numpy as np

from dataengine.errors import ConfigError, DataEngineError, ShardError
from trainers.data.batches import Prepared, Preparer, Skipped
from trainers.data.source import Numbers, Source
from trainers.data.transforms import Square
from trainers.errors import TrainError
from trainers.tokens.layout import Encoded

Outcome = Prepared | Skipped
Take = Callable[[], list[Outcome]]
"""Waits for what was begun and returns it, in the order of its numbers."""

_AT_ONCE = 512
"""Buffers of one system call; POSIX promises 1024 on Linux."""

_MEANT_FOR_TRAINING = (signal.SIGINT, signal.SIGTERM)
"""Signals that reach all processes of a terminal or a job, and that the one that trains acts on."""

_RAISED: tuple[type[DataEngineError], ...] = (TrainError, ConfigError, ShardError)


@runtime_checkable
class Reopenable(Protocol):
    """A source that other processes can open."""

    def opener(self) -> Callable[[], Source]:
        """Return what opens the same examples elsewhere; it can be sent there."""

    def there(self, numbers: Numbers) -> Numbers:
        """Return the numbers that examples have in what `opener` opens."""


class Preparing(Protocol):
    """Prepares examples ahead of time.

    Attributes:
        ahead: how many sets of numbers may be begun before one is taken.
    """

    ahead: int

    def begin(self, numbers: Numbers) -> Take:
        """Begin to prepare examples; what comes back is called in the order of the calls."""

    def close(self) -> None:
        """End, whatever is still under way."""


class Threads:
    """Prepares with threads; the source is read by the one that calls `begin`."""

    ahead = 4

    def __init__(self, source: Source, preparer: Preparer, count: int) -> None:
        self._source, self._preparer = source, preparer
        self._pool = ThreadPoolExecutor(max(1, count), "decode")

    def begin(self, numbers: Numbers) -> Take:
        """Begin to prepare examples."""
        futures = [
            self._pool.submit(self._preparer, self._source.example(int(number)))
            for number in numbers
        ]
        return lambda: [future.result() for future in futures]

    def close(self) -> None:
        """End; what was not begun stays undone."""
        self._pool.shutdown(cancel_futures=True)


class Processes:
    """Prepares with processes, set by set in turn.

    Raises:
        ConfigError: the source cannot be opened in another process.
    """

    def __init__(self, source: Source, preparer: Preparer, count: int) -> None:
        if not isinstance(source, Reopenable):
            raise ConfigError(
                "run.data_processes: this source cannot be opened by another process; set it to 0"
            )
        self._source = source
        self.ahead = 2 * count  # each has its next set while it waits for its last to be taken
        spawn = get_context("spawn")
        self._ends: list[Connection] = []
        self._processes = []
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _MEANT_FOR_TRAINING)  # is inherited
        try:
            for number in range(count):
                here, there = spawn.Pipe()
                process = spawn.Process(
                    target=_work, args=(source.opener(), preparer, there), name=f"data-{number}",
                    daemon=True,
                )  # fmt: skip
                process.start()
                there.close()  # else the end of the process would not be seen
                self._ends.append(here)
                self._processes.append(process)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._turn = 0

    def begin(self, numbers: Numbers) -> Take:
        """Send numbers to the process whose turn it is."""
        number = self._turn
        self._turn = (self._turn + 1) % len(self._ends)
        wanted = np.ascontiguousarray(self._source.there(numbers), np.int64)
        try:
            self._ends[number].send_bytes(wanted.tobytes())
        except OSError as error:
            raise self._died(number) from error
        return lambda: self._take(number)

    def close(self) -> None:
        """End the processes at once. Their pipes close with this object: a thread may read one."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join()

    def _take(self, number: int) -> list[Outcome]:
        try:
            return list(_received(self._ends[number]))
        except (EOFError, OSError) as error:
            raise self._died(number) from error

    def _died(self, number: int) -> TrainError:
        self._processes[number].join(timeout=5)
        code = self._processes[number].exitcode
        cause = f"by signal {-code}" if code and code < 0 else f"with exit code {code}"
        return TrainError(
            f"a process that prepares data ended {cause}; where memory is short, set a smaller "
            "run.data_processes. The same command goes on from the last checkpoint"
        )


def _work(opener: Callable[[], Source], preparer: Preparer, end: Connection) -> None:
    """Prepare what is asked for until nobody asks any more."""
    for number in _MEANT_FOR_TRAINING:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _MEANT_FOR_TRAINING)
    source: Source | None = None
    while True:
        try:
            numbers = np.frombuffer(end.recv_bytes(), np.int64)
        except (EOFError, OSError):
            return
        try:
            source = source or opener()
            outcomes = [preparer(source.example(int(number))) for number in numbers]
        except DataEngineError as error:
            kind = next((one for one in _RAISED if isinstance(error, one)), TrainError)
            told: tuple[Any, Sequence[memoryview]]
            told = {"error": kind.__name__, "words": str(error)}, []
        else:
            told = _written(outcomes)
        try:
            _send(end, *told)
        except OSError:
            return


def _written(outcomes: Sequence[Outcome]) -> tuple[list[dict[str, Any]], list[memoryview]]:
    """Return what describes outcomes, and the bytes of their arrays in the order of description."""
    header: list[dict[str, Any]] = []
    buffers: list[memoryview] = []
    for one in outcomes:
        if isinstance(one, Skipped):
            header.append({"id": one.id, "reason": one.reason})
            continue
        shapes = {name: square.shape for name, square in one.squares.items()}
        header.append({"id": one.id, "tokens": len(one.encoded), "squares": shapes})
        for array in (one.encoded.ids, one.encoded.learned, *one.squares.values()):
            buffers.append(np.ascontiguousarray(array).data.cast("B"))
    return header, buffers


def _received(end: Connection) -> Iterator[Outcome]:
    header = json.loads(end.recv_bytes())
    if isinstance(header, dict):
        kind = next((one for one in _RAISED if one.__name__ == header["error"]), TrainError)
        raise kind(header["words"])
    found: list[Outcome] = []
    buffers: list[memoryview] = []
    blocks = _blocks(header)
    for one in header:
        if "reason" in one:
            found.append(Skipped(one["id"], one["reason"]))
            continue
        ids = np.empty(one["tokens"], np.int64)
        learned = np.empty(one["tokens"], np.bool_)
        squares = {
            name: next(blocks[name]) if name in blocks else np.empty(shape, np.uint8)
            for name, shape in one["squares"].items()
        }
        found.append(Prepared(one["id"], Encoded(ids, learned), squares))
        buffers += [array.data.cast("B") for array in (ids, learned, *squares.values())]
    _move(os.readv, end, buffers)
    yield from found


def _blocks(header: Sequence[dict[str, Any]]) -> dict[str, Iterator[Square]]:
    """Return tower -> squares side by side, where all are of one shape: batches are parts of it."""
    shapes = [one["squares"] for one in header if "squares" in one]
    return {
        name: iter(np.empty((len(shapes), *shape), np.uint8))
        for name, shape in (shapes[0].items() if shapes else ())
        if all(one[name] == shape for one in shapes)
    }


def _send(end: Connection, header: Any, buffers: Sequence[memoryview]) -> None:
    end.send_bytes(json.dumps(header).encode())
    _move(os.writev, end, buffers)


def _move(
    call: Callable[[int, Sequence[memoryview]], int], end: Connection, buffers: Sequence[memoryview]
) -> None:
    """Read or write buffers whole: they go through the pipe without another copy.

    Raises:
        EOFError: the other end is gone.
    """
    left = [one for one in buffers if len(one)]
    place = 0
    while place < len(left):
        moved = call(end.fileno(), left[place : place + _AT_ONCE])
        if not moved:
            raise EOFError
        while moved:
            size = min(moved, len(left[place]))
            moved -= size
            left[place] = left[place][size:]
            place += not len(left[place])
