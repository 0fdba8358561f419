"""One optimiser step: gradients over all micro-batches and processes, normalised by all tokens."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor

from trainers.data.batches import Batch
from trainers.data.transforms import normalise
from trainers.errors import TrainError
from trainers.loop.distributed import World
from trainers.loop.loss import check_masks, summed_loss
from trainers.loop.memory import enough_memory
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import ImageSettings

_BUCKET_VALUES = 1 << 24
"""Gradient values that are summed over processes in one message."""


@dataclass(frozen=True, slots=True)
class Stepped:
    """What a step came to, over all processes.

    Attributes:
        loss: mean cross-entropy per learned token, nats.
        learned: learned tokens.
        sequence_tokens: tokens that went through the model, padding left out.
        pictures: pictures.
        gradient_norm: before clipping.
    """

    loss: float
    learned: int
    sequence_tokens: int
    pictures: int
    gradient_norm: float


@dataclass(frozen=True, slots=True)
class Stepper:
    """Takes steps with one model.

    Attributes:
        towers: tower -> how its pictures are made.
        bf16: whether activations are bf16; weights never are.
        clip_norm: gradients of a larger norm are scaled down to it.
    """

    model: VisionLanguageModel
    optimiser: torch.optim.Optimizer
    world: World
    towers: Mapping[str, ImageSettings]
    bf16: bool
    clip_norm: float | None

    def step(self, batches: Sequence[Batch]) -> Stepped:
        """Learn from this process's micro-batches; there may be none, if others have some.

        Gradients are summed over processes by hand and not by DDP: a process whose examples were
        all left out takes part like the others, and the sum is that of one process.

        Raises:
            TrainError: a mask is wrong, nothing is to be learned, the loss is not a number, or the
                device is full.
        """
        self.model.train()
        own = sum(batch.learned_tokens for batch in batches)
        learned, tokens, pictures = self.world.total(
            own,
            sum(int(_tokens(batch)) for batch in batches),
            sum(len(batch.names) for batch in batches),
        )
        if not learned:
            raise TrainError("a global batch has nothing to learn from: all of it was left out")
        summed = 0.0
        for batch in batches:
            rows, width = batch.ids.shape
            with enough_memory(self.model, f"{rows} sequences of {width} tokens"):
                loss = self.loss(batch)
                if not math.isfinite(value := float(loss.detach())):
                    raise TrainError(
                        f"the loss is {value} for {', '.join(batch.names[:4])}…: nothing was saved "
                        "since the last checkpoint; resume with a lower learning rate or fp32"
                    )
                (loss / learned).backward()  # type: ignore[no-untyped-call]
            summed += value
        with enough_memory(self.model, "gradients and the optimiser's state"):
            self._sum_gradients()
            norm = self._clip()
            self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        (total,) = self.world.total(summed)
        return Stepped(total / learned, int(learned), int(tokens), int(pictures), norm)

    def loss(self, batch: Batch, images: Mapping[str, Tensor] | None = None) -> Tensor:
        """Return a batch's summed loss.

        Args:
            images: other pictures than its own, normalised.
        """
        device = self.world.device
        ids = torch.from_numpy(batch.ids).to(device)
        learned = torch.from_numpy(batch.learned).to(device)
        check_masks(ids, learned, image=self.model.ids.image, pad=self.model.ids.pad)
        positions = (
            None if batch.positions is None else torch.from_numpy(batch.positions).to(device)
        )
        seen = self.pictures(batch) if images is None else dict(images)
        with torch.autocast(device.type, torch.bfloat16, enabled=self.bf16):
            attention = torch.from_numpy(batch.attention).to(device)
            return summed_loss(self.model, ids, learned, seen, attention, positions)

    def pictures(self, batch: Batch) -> dict[str, Tensor]:
        """Return a batch's pictures, normalised, on the device."""
        return {
            name: normalise(torch.from_numpy(squares).to(self.world.device), self.towers[name])
            for name, squares in batch.images.items()
        }

    def _sum_gradients(self) -> None:
        if self.world.size == 1:
            return
        waiting: list[Tensor] = []
        for parameter in self.model.parameters():
            if parameter.requires_grad:
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
                waiting.append(parameter.grad)
            if sum(one.numel() for one in waiting) >= _BUCKET_VALUES:
                _all_reduce(waiting)
                waiting = []
        _all_reduce(waiting)

    def _clip(self) -> float:
        parameters = [one for one in self.model.parameters() if one.requires_grad]
        most = math.inf if self.clip_norm is None else self.clip_norm
        norm = torch.nn.utils.clip_grad_norm_(parameters, most)
        if not math.isfinite(value := float(norm)):
            raise TrainError(f"the gradient's norm is {value}: resume with a lower learning rate")
        return value


def _tokens(batch: Batch) -> int:
    if batch.attention.ndim == 2:
        return int(batch.attention.sum())
    assert batch.positions is not None
    return int((batch.positions > 0).sum()) + len(batch.names)


def _all_reduce(gradients: Sequence[Tensor]) -> None:
    if not gradients:
        return
    flat = torch.cat([one.flatten() for one in gradients])
    dist.all_reduce(flat)
    start = 0
    for one in gradients:
        one.copy_(flat[start : start + one.numel()].view_as(one))
        start += one.numel()
