"""CLIP's vision transformer: what it can be loaded from, and how it is exported."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import torch
from torch import Tensor

from trainers.models.towers.clip import Clip
from trainers.weights.names import Source
from trainers.weights.resizing import resize_with_class
from trainers.weights.sources import clip, run, vary
from trainers.weights.writing import save_folder

_POSITIONS = "encoder.embeddings.position_embedding.weight"


def sources(keys: Collection[str], name: str) -> tuple[Source, ...]:
    """Return the families that a tower of this kind can be loaded from."""
    own = run.tower(keys, "encoder.embeddings.class_embedding", name)
    return (*own, clip.WHOLE, clip.ALONE, *vary.CLIP)


def resize(tower: Clip, name: str, tensor: Tensor, shape: torch.Size) -> Tensor | None:
    """Return the positions for the tower's resolution, as transformers interpolates them."""
    if name != _POSITIONS or tensor.dim() != 2 or tensor.shape[1] != shape[1]:
        return None
    return resize_with_class(tensor, shape[0]) if tensor.shape[0] > 1 else None


def advise(tower: Clip, name: str, source: Source, tensors: Mapping[str, Tensor]) -> str:
    """Say where the values of the weights are to be found."""
    return (
        f"Set in towers.{name}.config what these weights' config.json has (hidden_size, "
        "intermediate_size, num_hidden_layers, num_attention_heads, patch_size)"
    )


def write(tower: Clip, folder: Path) -> None:
    """Write the encoder for transformers."""
    save_folder(tower.encoder, folder)
