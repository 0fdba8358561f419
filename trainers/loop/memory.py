"""Device memory: activations that are computed again, and what helps when a device is full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from dataengine.errors import ConfigError
from dataengine.registry import near
from trainers.errors import TrainError
from trainers.models.vision_language import VisionLanguageModel

LANGUAGE = "language"


def checkpoint_activations(model: VisionLanguageModel, names: Sequence[str]) -> None:
    """Turn on activation checkpointing for the language model and for towers, by name.

    The reentrant kind would drop gradients where a block's input needs none, as behind a frozen
    tower.

    Raises:
        ConfigError: a name is that of no tower.
    """
    known = [LANGUAGE, *model.towers]
    for name in names:
        if name not in known:
            raise ConfigError(f"run.checkpoint_activations: no {name!r}{near(name, known)}")
        module: Any = model.language if name == LANGUAGE else model.towers[name].encoder
        module.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})


@contextmanager
def enough_memory(model: VisionLanguageModel, doing: str) -> Iterator[None]:
    """Turn a device that is full into an error that says what was done and what helps.

    Neither checkpointed activations nor the micro-batch are part of what a checkpoint is held to,
    so a run goes on with either.

    Raises:
        TrainError: in place of torch's own error, which it keeps as its cause.
    """
    try:
        yield
    except torch.OutOfMemoryError as error:
        names = ", ".join([LANGUAGE, *model.towers])
        raise TrainError(
            f"the device has not enough memory for {doing}: set run.checkpoint_activations to "
            f"[{names}], or a smaller micro_batch in the stage, and go on from the last "
            "checkpoint; run.precision bf16 takes half of fp32's "
            f"({str(error).partition('. ')[0]})"
        ) from error
