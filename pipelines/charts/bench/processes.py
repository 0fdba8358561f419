"""CPU time of this process with all that it has started, whether that has ended or still runs."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dataengine.measuring import Cost, cpu_seconds, measured

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _FIRST_TIME, _LAST_TIME = 1, 11, 15
"""Columns of /proc/PID/stat after the name: the parent, then own and waited-for children's time."""


def running_children_s() -> float:
    """Return CPU seconds of the descendants that run now, and of those that they have waited for.

    The kernel counts in steps of a hundredth of a second per process: measure long enough.
    """
    children: dict[int, list[int]] = defaultdict(list)
    ticks: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            columns = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended since
        pid = int(folder.name)
        children[int(columns[_PARENT])].append(pid)
        ticks[pid] = sum(map(int, columns[_FIRST_TIME:_LAST_TIME]))
    total, open_pids = 0, list(children[os.getpid()])
    while open_pids:
        pid = open_pids.pop()
        total += ticks[pid]
        open_pids += children[pid]
    return total / _TICKS


@contextmanager
def measured_with_children() -> Iterator[Cost]:
    """Measure the block as `dataengine.measuring.measured` does, children that still run included.

    Both counts are taken in the same order, so a child that ends within is counted once.
    """
    before = running_children_s() + cpu_seconds()
    with measured() as cost:
        yield cost
    cost.cpu_s = running_children_s() + cpu_seconds() - before
