"""The child process that renders: `python -m dataengine.worker READ_FD WRITE_FD`.

It reads requests and answers each unit as soon as it is done, so that its parent always knows which
unit is in work. The kernel ends it when a unit passes its CPU deadline (the timer counts CPU time,
so a busy machine does not change what is rejected), refuses it memory beyond its limit, forbids it
to write files, and kills it when its parent dies. A Python exception in a pipeline is caught here,
at the boundary of one unit, and becomes a rejection; a missing module or tool ends the job. In a
batch it is taken for a sign that its units should be rendered one by one.
"""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from dataengine.corpus.beside import is_name
from dataengine.corpus.reading import ItemReader, ItemTooLarge
from dataengine.errors import CorpusError, DataEngineError, PlanError, ToolMissing
from dataengine.frames import Closed, read_frame, write_frame
from dataengine.harvest_frames import Part, pack_part
from dataengine.material import Material
from dataengine.outcome_frames import pack_outcome, unpack_unit
from dataengine.parent import end_with_parent
from dataengine.pipeline import Context, Item, Probe, Renderer, Unit
from dataengine.registry import get_pipeline
from dataengine.sample import Outcome, Rejection
from dataengine.seeding import block_rng, unit_rng

_MIB = 1 << 20
_FATAL = (ImportError, SyntaxError, ToolMissing)
"""Nothing will go better with the next item."""
_FATAL_IN_RENDERING = (CorpusError, PlanError, *_FATAL)
"""What a job was planned with is no longer there."""


def main() -> None:
    """Serve one parent until it closes the pipe."""
    read_fd, write_fd, parent = (int(word) for word in sys.argv[1:4])
    end_with_parent(parent)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process at its CPU deadline
    setup, _ = read_frame(read_fd)
    try:
        session = _Session(setup, write_fd)
        _limit(setup["memory_mb"], may_write=session.pipeline.writes_files)
        write_frame(write_fd, {"ready": True, "batch": session.batch})
    except (DataEngineError, *_FATAL) as error:
        write_frame(write_fd, _fatal(error))
        return
    try:
        while True:
            session.serve(read_frame(read_fd)[0])
    except Closed:
        session.close()


class _Session:
    """One pipeline with its options and corpora."""

    def __init__(self, setup: Mapping[str, Any], write_fd: int) -> None:
        self.pipeline = get_pipeline(setup["pipeline"])
        options = self.pipeline.Options.model_validate(setup["options"])
        self._reader = ItemReader(setup["corpora"], setup["item_mb"], setup["files"])
        self._material = Material(setup["material"]) if setup["material"] else None
        if self._material:
            import pyarrow.parquet  # noqa: F401  not to be counted as memory of the first unit
        self._harvest: Callable[[str, bytes | None], None] | None = None
        context = Context(
            self._reader.read,
            self._wants_preview,
            self._beside,
            self._material,
            lambda block: block_rng(setup["seed"], setup["part"], block),
        )
        self._renderer: Renderer = self.pipeline.open(options, context)
        self._enough: frozenset[str] = frozenset()
        self._seed = setup["seed"]
        self._part = setup["part"]
        self._cpu_s = setup["unit_cpu_s"]
        self._most_units = setup["item_units"]
        self._out = write_fd

    @property
    def batch(self) -> int:
        """How many units the renderer takes at a time."""
        return max(1, int(self._renderer.batch))

    def serve(self, request: Mapping[str, Any]) -> None:
        self._enough = frozenset(request["enough"])
        work = {"render": self._render, "probe": self._probe, "harvest": self._reap}[request["do"]]
        units = [unpack_unit(data) for data in request["units"]]
        if request["together"]:
            units = self._render_together(units)
        for unit in units:
            with self._deadline(1):
                work(unit)

    @contextmanager
    def _deadline(self, units: int) -> Iterator[None]:
        signal.setitimer(signal.ITIMER_PROF, self._cpu_s * units)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    @contextmanager
    def _boundary(self, fatal: tuple[type[Exception], ...]) -> Iterator[None]:
        """Answer for whatever a unit raises: its own fault is data, a `fatal` one ends the job."""
        try:
            yield
        except Closed:
            raise
        except MemoryError:
            self._out_of_memory()
        except fatal as error:
            write_frame(self._out, _fatal(error))
        except Exception as error:  # noqa: BLE001  the boundary: one unit's fault is data
            write_frame(self._out, *pack_outcome(_error(error)))

    def _render(self, unit: Unit) -> None:
        with self._boundary(_FATAL_IN_RENDERING):
            rng = unit_rng(self._seed, self._part, unit.index)
            write_frame(self._out, *pack_outcome(self._renderer.render(unit, rng)))

    def _render_together(self, units: list[Unit]) -> list[Unit]:
        """Render a batch; returns the units that it gave no outcome for."""
        done = 0
        with self._deadline(len(units)):
            try:
                pairs = [(unit, unit_rng(self._seed, self._part, unit.index)) for unit in units]
                for outcome in islice(self._renderer.render_many(pairs), len(units)):
                    write_frame(self._out, *pack_outcome(outcome))
                    done += 1
            except Closed:
                raise
            except MemoryError:
                self._out_of_memory()
            except _FATAL_IN_RENDERING as error:
                write_frame(self._out, _fatal(error))
                return []
            except Exception:  # noqa: BLE001  whose fault it is shows when each is alone
                pass
        return units[done:]

    def _wants_preview(self, reason: str) -> bool:
        return reason not in self._enough

    def _probe(self, unit: Unit) -> None:
        assert unit.item is not None
        with self._boundary(_FATAL):
            sha256, probe = self._look_into(unit.item)
            answer = {"units": probe.units, "reason": probe.reason, "detail": probe.detail}
            write_frame(self._out, {"outcome": "probe", "sha256": sha256, **answer})

    def _look_into(self, item: Item) -> tuple[str, Probe]:
        try:
            data = self._reader.read_unchecked(item)
        except ItemTooLarge as error:
            return "", Probe(0, "too-large", str(error))
        except CorpusError as error:
            return "", Probe(0, "unreadable", str(error))
        probe = self._renderer.probe(item, data)
        if probe.units > self._most_units:
            detail = f"it claims {probe.units:,} units; raise limits.item_units if that is true"
            probe = Probe(0, "too-many-units", detail)
        return hashlib.sha256(data).hexdigest(), probe

    def _reap(self, unit: Unit) -> None:
        assert unit.item is not None
        part = Part()

        def note(name: str, data: bytes | None) -> None:
            # Sent before the renderer sees it: what it dies of must be known, too.
            sha256 = "" if data is None else hashlib.sha256(data).hexdigest()
            write_frame(self._out, pack_part(Part(beside=[(name, sha256)])))

        self._harvest = note
        try:
            with self._boundary(_FATAL_IN_RENDERING):
                data = self._reader.read(unit.item)
                for found in self._renderer.harvest(unit.item, data):
                    part.add(found)
                    if part.full:
                        write_frame(self._out, pack_part(part))
                        part = Part()
                write_frame(self._out, pack_part(part))
                write_frame(self._out, {"outcome": "harvested"})
        finally:
            self._harvest = None

    def _beside(self, item: Item, name: str) -> bytes | None:
        if not is_name(name):
            return None
        data = self._reader.beside(item, name)
        if self._harvest:
            self._harvest(name, data)
        return data

    def _out_of_memory(self) -> None:
        """Say so and end: what is left of this process's memory is not to be trusted."""
        write_frame(self._out, {"outcome": "memory"})
        os._exit(0)

    def close(self) -> None:
        self._renderer.close()
        self._reader.close()
        if self._material:
            self._material.close()


def _error(error: BaseException) -> Outcome:
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(where.filename)}:{where.lineno}"
    return Rejection("error", f"{type(error).__name__}: {error} (at {place})"[:500])


def _fatal(error: BaseException) -> dict[str, Any]:
    return {"fatal": type(error).__name__, "message": str(error)}


def _limit(memory_mb: int, *, may_write: bool) -> None:
    """Bound the memory that rendering may add, and forbid files where none are due.

    Memory is what is private and may be written: V8 reserves a terabyte of address space that it
    never touches, and files mapped for reading cost nothing.
    """
    with open("/proc/self/statm", "rb") as stream:
        used = int(stream.read().split()[5]) * resource.getpagesize()
    limit = used + memory_mb * _MIB
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not may_write:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
