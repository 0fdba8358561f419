"""Peak memory of this process, for programs that tests start to measure it."""

from __future__ import annotations

from pathlib import Path


def peak_mb() -> float:
    """Return the largest resident memory so far, MiB.

    Not `getrusage`: there a child begins with the peak of the process that started it.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmHWM in /proc/self/status")
