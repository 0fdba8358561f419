"""Less memory for more computing: activations of blocks that the backward pass computes again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dataengine.errors import ConfigError
from dataengine.registry import near
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
