"""What a measurement was made on: figures without it say nothing."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import torch

_CPUINFO = Path("/proc/cpuinfo")
_NAMED = "model name"


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine and what computes on it.

    Attributes:
        cores: that this process may use.
        load: processes that wanted to run, over the last minute, before anything was measured.
        threads: of torch's own computing on the CPU.
    """

    processor: str
    cores: int
    load: float
    device: str
    python: str
    torch: str
    threads: int


def this_machine(device: torch.device) -> Machine:
    """Return what this process runs on."""
    named = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    return Machine(
        _processor(), len(os.sched_getaffinity(0)), round(os.getloadavg()[0], 2), named,
        platform.python_version(), torch.__version__, torch.get_num_threads(),
    )  # fmt: skip


def _processor() -> str:
    lines = _CPUINFO.read_text(encoding="utf-8").splitlines() if _CPUINFO.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith(_NAMED)]
    return named[0] if named else platform.machine()
