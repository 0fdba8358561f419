"""Writes weights as safetensors that transformers reads."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huggingface_hub import save_torch_state_dict
from safetensors.torch import save_file
from torch import Tensor
from transformers import PreTrainedModel

from trainers.models.lora import LoraLinear

_SHARD = "5GB"
_METADATA = {"format": "pt"}
"""transformers reads no safetensors without it."""


def save_folder(
    model: PreTrainedModel, folder: Path, changes: Mapping[str, Any] | None = None
) -> None:
    """Write a model of transformers: config.json and weights, in shards if they are large.

    Args:
        model: low-rank changes of its layers are added to the layers.
        changes: values of the configuration that differ from the model's own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = merged(model)
    config = copy.deepcopy(model.config)
    config.architectures = [type(model).__name__]
    for name, value in (changes or {}).items():
        setattr(config, name, value)
    config.save_pretrained(folder)
    save_torch_state_dict(tensors, folder, max_shard_size=_SHARD, metadata=_METADATA)


def save_tensors(tensors: Mapping[str, Tensor], path: Path) -> None:
    """Write tensors to one file."""
    save_file({name: one.detach().contiguous() for name, one in tensors.items()}, path, _METADATA)


def merged(model: PreTrainedModel) -> dict[str, Tensor]:
    """Return a model's tensors by their plain names: tied ones once, low-rank changes added."""
    changed = {path: one for path, one in model.named_modules() if isinstance(one, LoraLinear)}
    kept: dict[str, Tensor] = {}
    seen: set[int] = set()
    for name, tensor in model.state_dict(keep_vars=True).items():
        path, _, leaf = name.rpartition(".")
        outer = path.removesuffix(".base")
        if id(tensor) in seen or path in changed:  # the narrow matrices are in the sum
            continue
        seen.add(id(tensor))
        if outer in changed and leaf == "weight":
            kept[f"{outer}.weight"] = copy.deepcopy(changed[outer]).merged().weight.detach()
        else:
            kept[f"{outer}.{leaf}" if outer in changed else name] = tensor.detach()
    return kept
