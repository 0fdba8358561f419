"""What the loop measures between two lines of its log: loss, speed, waiting, memory."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from trainers.loop.distributed import World
from trainers.loop.flops import count, device_peak
from trainers.loop.stepping import Stepped
from trainers.models.vision_language import VisionLanguageModel

_MIB = 1 << 20
_KIB = 1 << 10


class Meter:
    """Sums up steps; `values` gives the figures since the last call."""

    def __init__(self, model: VisionLanguageModel, world: World) -> None:
        self._world = world
        self._flops = count(model)
        self._peak = device_peak(world.device)
        self._learning = model.learning_towers
        self._begin()

    def _begin(self) -> None:
        self._started = time.monotonic()
        self._loss = self._waited_s = self._norm = self._operations = self._paused_s = 0.0
        self._steps = self._learned = self._tokens = self._pictures = 0

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave out of the speed what the block takes, such as measuring and saving."""
        started = time.monotonic()
        try:
            yield
        finally:
            self._paused_s += time.monotonic() - started

    def count(self, stepped: Stepped, waited_s: float) -> None:
        """Count a step."""
        self._steps += 1
        self._loss += stepped.loss * stepped.learned
        self._learned += stepped.learned
        self._tokens += stepped.sequence_tokens
        self._pictures += stepped.pictures
        self._norm = max(self._norm, stepped.gradient_norm)
        self._waited_s += waited_s
        length = stepped.sequence_tokens / max(1, stepped.pictures)
        self._operations += stepped.pictures * self._flops.training(round(length), self._learning)

    def values(self) -> dict[str, float]:
        """Return the figures.

        Speeds are over all processes, and what is `paused` is no part of them; waiting and memory
        are this process's; the gradient norm is the largest. The share of the device's peak is
        left out where that is not known.
        """
        seconds = max(time.monotonic() - self._started - self._paused_s, 1e-9)
        values = {
            "loss": self._loss / max(1, self._learned),
            "gradient_norm": self._norm,
            "images_per_s": self._pictures / seconds,
            "tokens_per_s": self._tokens / seconds,
            "wait_share": min(1.0, self._waited_s / seconds),
            "peak_memory_mb": peak_memory(self._world.device) / _MIB,
        }
        if self._peak:
            values["mfu"] = self._operations / seconds / (self._peak * self._world.size)
        self._begin()
        return values


def peak_memory(device: torch.device) -> int:
    """Return the most bytes that tensors took on a CUDA device; on a CPU, that the process took."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
