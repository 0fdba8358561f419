"""CPU time of this process and its ended children, for benchmarks.

CPU seconds, not wall seconds: on a shared machine they drift far less, and what a user pays for is
cores. Compare figures of one run only.
"""

from __future__ import annotations

import os
import platform
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class Cost:
    """What a block took, in seconds; `cpu_s` counts children that ended inside it."""

    cpu_s: float = 0.0
    wall_s: float = 0.0


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure the block; the yielded cost is filled in when it ends."""
    cost = Cost()
    cpu_s, wall_s = cpu_seconds(), time.monotonic()
    try:
        yield cost
    finally:
        cost.cpu_s = cpu_seconds() - cpu_s
        cost.wall_s = time.monotonic() - wall_s


def cpu_seconds() -> float:
    """Return CPU seconds of this process and of its children that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def machine() -> str:
    """Return the processor and number of cores, to stand beside figures."""
    model = platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{model}, {len(os.sched_getaffinity(0))} cores"
