"""One optimiser step: gradients over all micro-batches and processes, normalised by all tokens."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import torch
import torch.distributed as dist
from torch import Tensor

from trainers.data.batches import Batch
from trainers.data.transforms import normalise
from trainers.errors import TrainError
from trainers.loop.distributed import World
from trainers.loop.loss import check_masks, summed_loss
from trainers.loop.memory import enough_memory
from trainers.loop.sharding import Shares, gathered
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import ImageSettings

_BUCKET_VALUES = 1 << 24
"""Gradient values that are summed over processes in one message."""

LOWER = (
    "resume with run.precision=fp32, or begin another run at a lower learning rate (with "
    "model.*.pretrained naming this run's folder it has the last checkpoint's weights)"
)
"""What helps against numbers out of range; a run's own learning rate is part of what it is."""


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
        model: that of `shares`, where there are some.
        towers: tower -> how its pictures are made.
        bf16: whether activations are bf16; weights never are.
        clip_norm: gradients of a larger norm are scaled down to it.
        shares: of the model, where the processes hold shares; None: each has all of it.
    """

    model: VisionLanguageModel
    optimiser: torch.optim.Optimizer
    world: World
    towers: Mapping[str, ImageSettings]
    bf16: bool
    clip_norm: float | None
    shares: Shares | None = None

    def step(self, batches: Sequence[Batch]) -> Stepped:
        """Learn from this process's micro-batches; there may be none, if others have some.

        Gradients are summed over processes by hand and not by DDP: a process whose examples were
        all left out takes part like the others, and the sum is that of one process. Of a sharded
        model FSDP sums them, and processes with fewer micro-batches compute on nothing.

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
            raise TrainError(
                "a global batch has nothing to learn from: all of it was left out, for the reasons "
                "in the log; raise data.max_tokens, or the stage's batch"
            )
        idle = self.world.most(len(batches)) - len(batches) if self.shares else 0
        summed = 0.0
        for batch in batches:
            rows, width = batch.ids.shape
            with enough_memory(self.model, f"{rows} sequences of {width} tokens"):
                loss = self.loss(batch)
                if not math.isfinite(value := float(loss.detach())):
                    raise TrainError(
                        f"the loss is {value} for {', '.join(batch.names[:4])}…: nothing was saved "
                        f"since the last checkpoint; {LOWER}"
                    )
                self._backward(loss / learned)
            summed += value
        for _ in range(idle):  # shares are used by all processes together
            with enough_memory(self.model, "one sequence"):
                self._backward(0.0 * self._idle_loss())
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
        with self._autocast():
            attention = torch.from_numpy(batch.attention).to(device)
            return summed_loss(self.model, ids, learned, seen, attention, positions)

    def pictures(self, batch: Batch) -> dict[str, Tensor]:
        """Return a batch's pictures, normalised, on the device."""
        return {
            name: normalise(torch.from_numpy(squares).to(self.world.device), self.towers[name])
            for name, squares in batch.images.items()
        }

    @contextmanager
    def measuring(self) -> Iterator[Stepper | None]:
        """Give the one process that measures a stepper with the whole model; the others get None.

        Every process enters and leaves.
        """
        if self.shares is None:
            yield self if self.world.is_first else None
            return
        with ExitStack() as held:
            with enough_memory(self.model, "all weights at once, to measure with"):
                plain = held.enter_context(self.shares.gathered())
            yield None if plain is None else replace(self, model=plain, shares=None)

    def _autocast(self) -> torch.autocast:
        """Return the context that a loss is computed in.

        Autocast's cache would keep a bf16 copy of every weight until the end, also of those whose
        shares alone are to be kept.
        """
        return torch.autocast(
            self.world.device.type,
            torch.bfloat16,
            enabled=self.bf16,
            cache_enabled=self.shares is None,
        )

    def _backward(self, loss: Tensor) -> None:
        scale = self.world.size if self.shares else 1  # FSDP takes the mean over processes
        (loss * scale).backward()  # type: ignore[no-untyped-call]

    def _idle_loss(self) -> Tensor:
        """Return the loss of a black picture with one token to say after it."""
        model, device = self.model, self.world.device
        ids = torch.full((1, model.image_tokens + 1), model.ids.image, device=device)
        ids[:, -1] = model.ids.end
        images = {
            name: torch.zeros(1, 3, one.size, one.size, device=device)
            for name, one in self.towers.items()
        }
        with self._autocast():
            return summed_loss(model, ids, ids == model.ids.end, images)

    def _sum_gradients(self) -> None:
        learned = [one for one in self.model.parameters() if one.requires_grad]
        for parameter in learned:
            if parameter.grad is None:  # used by nothing that was computed
                parameter.grad = torch.zeros_like(parameter)
        if self.world.size == 1 or self.shares:
            return
        waiting: list[Tensor] = []
        for parameter in learned:
            assert parameter.grad is not None
            waiting.append(parameter.grad)
            if sum(one.numel() for one in waiting) >= _BUCKET_VALUES:
                _all_reduce(waiting)
                waiting = []
        _all_reduce(waiting)

    def _clip(self) -> float:
        parameters = [one for one in self.model.parameters() if one.requires_grad]
        most = math.inf if self.clip_norm is None else self.clip_norm
        gradients = [one.grad for one in parameters if one.grad is not None]
        norm = gathered(torch.nn.utils.get_total_norm(gradients))
        torch.nn.utils.clip_grads_with_norm_(parameters, most, norm)
        if not math.isfinite(value := float(norm)):
            raise TrainError(f"the gradient's norm is {value}: {LOWER}")
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
