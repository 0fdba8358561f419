"""Device memory: activations that are computed again, and what helps when a device is full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from trainers.errors import TrainError
from trainers.loop.blocks import Forward, blocks_of, check_parts, parts, wrap_forward
from trainers.loop.sharding import is_sharded
from trainers.models.vision_language import VisionLanguageModel


def checkpoint_activations(model: VisionLanguageModel, names: Sequence[str]) -> None:
    """Turn on activation checkpointing for the language model and for towers, by name.

    Blocks are wrapped here and not by transformers, whose own way differs between versions.

    Raises:
        ConfigError: a name is that of no tower.
    """
    check_parts(model, names, "run.checkpoint_activations")
    for name in names:
        for block in blocks_of(model, name):
            wrap_forward(block, _computed_again)


def _computed_again(plain: Forward) -> Forward:
    def forward(block: nn.Module, *inputs: Any, **named: Any) -> Any:
        if not torch.is_grad_enabled():
            return plain(block, *inputs, **named)
        # The reentrant kind would drop gradients where a block's input needs none, as behind a
        # frozen tower.
        return checkpoint(plain, block, *inputs, use_reentrant=False, **named)

    return forward


@contextmanager
def enough_memory(model: VisionLanguageModel, doing: str) -> Iterator[None]:
    """Turn a device that is full into an error that says what was done and what helps.

    None of what is named is part of what a checkpoint is held to, so a run goes on with it.

    Raises:
        TrainError: in place of torch's own error, which it keeps as its cause.
    """
    try:
        yield
    except torch.OutOfMemoryError as error:
        more = (
            "more devices make each one's share of the model smaller"
            if is_sharded(model)
            else "run.parallel shard on several devices gives each a share of the model"
        )
        raise TrainError(
            f"the device has not enough memory for {doing}: set run.checkpoint_activations to "
            f"[{', '.join(parts(model))}], or a smaller micro_batch in the stage, and go on from "
            f"the last checkpoint; run.precision bf16 takes half of fp32's; {more} "
            f"({str(error).partition('. ')[0]})"
        ) from error
