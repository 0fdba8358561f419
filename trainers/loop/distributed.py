"""One process per device, as `torchrun` starts them; alone where it did not."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
import torch.distributed as dist

from trainers.errors import TrainError

_Item = TypeVar("_Item")

_PATIENCE = timedelta(hours=2)
"""How long processes wait for each other: one alone measures and saves, and NCCL's own ten minutes
may be too few for it."""


@dataclass(frozen=True, slots=True)
class World:
    """The processes of a run.

    Attributes:
        rank: of this process, from 0.
        size: number of processes.
        device: where this process computes.
    """

    rank: int
    size: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """Whether this process writes files and talks."""
        return self.rank == 0

    def total(self, *values: float) -> list[float]:
        """Return sums over all processes."""
        if self.size == 1:
            return list(values)
        summed = torch.tensor(values, dtype=torch.float64, device=_exact(self.device))
        dist.all_reduce(summed)
        return [float(one) for one in summed.tolist()]

    def most(self, value: int) -> int:
        """Return the largest value of all processes."""
        if self.size == 1:
            return value
        largest = torch.tensor(value, dtype=torch.int64, device=self.device)
        dist.all_reduce(largest, dist.ReduceOp.MAX)
        return int(largest)

    def each(self, own: Sequence[_Item]) -> list[_Item]:
        """Return what all processes have, in the order of their ranks."""
        if self.size == 1:
            return list(own)
        found: list[list[_Item]] = [[] for _ in range(self.size)]
        dist.all_gather_object(found, list(own))
        return [item for one in found for item in one]

    def wait(self) -> None:
        """Wait until every process is here."""
        if self.size > 1:
            dist.barrier()


@contextmanager
def joined(device: str = "") -> Iterator[World]:
    """Join the processes that `torchrun` started, for as long as the block runs.

    Args:
        device: "cpu", "cuda" or "" for CUDA where there is some.

    Raises:
        TrainError: there is no such device.
    """
    chosen = device or ("cuda" if torch.cuda.is_available() else "cpu")
    if chosen.startswith("cuda") and not torch.cuda.is_available():
        raise TrainError("no CUDA device is at hand; run with --device cpu")
    rank, size = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    if chosen == "cuda":
        place = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(place)
    else:
        place = torch.device(chosen)
    if size > 1:
        dist.init_process_group("nccl" if place.type == "cuda" else "gloo", timeout=_PATIENCE)
    yield World(rank, size, place)
    # Not after an error: NCCL would wait here for processes that wait for this one. It ends by
    # itself, and `torchrun` ends the others.
    if size > 1:
        dist.destroy_process_group()


def _exact(device: torch.device) -> torch.device:
    return device if device.type == "cuda" else torch.device("cpu")
