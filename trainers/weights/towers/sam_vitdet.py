"""SAM's encoder with Vary's convolutions: what it can be loaded from, and how it is exported."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from trainers.models.towers.sam_vitdet import SamVitDet
from trainers.weights.files import DOWNSAMPLE
from trainers.weights.names import Source, rename, theirs
from trainers.weights.resizing import resize_grid, resize_relative
from trainers.weights.sources import lavis, run, sam, vary
from trainers.weights.writing import save_folder, save_tensors

VARY = "vary.pth"
"""The vocabulary network alone, as `build_sam_vit_b(checkpoint)` of Vary and GOT loads it."""

_VARY_CONVOLUTIONS = 2
"""`net_2` and `net_3`; its code takes no other number."""
_PATCH = f"{sam.ENCODER}patch_embed.projection.weight"
_TABLE = re.compile(re.escape(sam.ENCODER) + r"layers\.([0-9]+)\.attn\.rel_pos_[hw]")


def sources(keys: Collection[str], name: str) -> tuple[Source, ...]:
    """Return the families that a tower of this kind can be loaded from."""
    return (
        *run.tower(keys, _PATCH, name),
        sam.FILE, sam.FOLDER, sam.BARE, *vary.SAM, lavis.SAM, *vary.GOT,
    )  # fmt: skip


def resize(tower: SamVitDet, name: str, tensor: Tensor, shape: torch.Size) -> Tensor | None:
    """Return a position table for the tower's resolution.

    The square of absolute positions is resized bicubically and the relative positions of global
    layers linearly. Those of windows belong to the window's size, and are never resized.
    """
    if tensor.dim() != len(shape) or tensor.shape[-1] != shape[-1] or not tensor.numel():
        return None
    if name == f"{sam.ENCODER}pos_embed":
        return resize_grid(tensor, shape[1], antialias=True)
    match = _TABLE.fullmatch(name)
    if match and int(match[1]) in tower.encoder.config.global_attn_indexes:
        return resize_relative(tensor, shape[0])
    return None


def advise(tower: SamVitDet, name: str, source: Source, tensors: Mapping[str, Tensor]) -> str:
    """Say which values of the recipe are not those of the weights."""
    shapes = {
        our: tuple(tensor.shape) for key, tensor in tensors.items() for our in rename(source, key)
    }
    config = tower.encoder.config
    differ = {
        key: value
        for key, value in _config_of(shapes).items()
        if value != _plain(getattr(config, key))
    }
    words = []
    if differ:
        words.append(f"Set in towers.{name}.config what these weights have: {differ}")
    channels = [
        shapes[key][0] for key in sorted(shapes) if key.startswith("downsample.") and shapes[key]
    ]
    if channels and len(channels) != len(tower.downsample):
        words.append(f"Set towers.{name}.downsample: {channels}")
    return "; ".join(words) or f"Are these the weights that towers.{name} is to have?"


def write(tower: SamVitDet, folder: Path) -> None:
    """Write the encoder for transformers, the convolutions beside it, and all of it for Vary."""
    save_folder(tower.encoder, folder)
    state = {name: tensor.detach() for name, tensor in tower.state_dict().items()}
    behind = {name: tensor for name, tensor in state.items() if name.startswith("downsample.")}
    if behind:
        save_tensors(behind, folder / DOWNSAMPLE)
    original = {theirs(sam.ORIGINAL, name): tensor for name, tensor in state.items()}
    if len(tower.downsample) == _VARY_CONVOLUTIONS:
        torch.save({name: tensor.cpu().clone() for name, tensor in original.items()}, folder / VARY)


def _config_of(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    """Return the configuration that a SAM encoder's shapes tell, as far as they do."""
    patch = shapes.get(_PATCH, ())
    layers = {
        int(found[1]) for name in shapes if (found := re.search(r"\.layers\.([0-9]+)\.", name))
    }
    if len(patch) != 4 or not layers:
        return {}
    config: dict[str, Any] = {
        "hidden_size": patch[0],
        "patch_size": patch[2],
        "num_hidden_layers": max(layers) + 1,
    }
    wide = shapes.get(f"{sam.ENCODER}layers.0.mlp.lin1.weight", ())
    if len(wide) == 2:
        config["mlp_dim"] = wide[0]
    neck = shapes.get(f"{sam.ENCODER}neck.conv1.weight", ())
    if len(neck) == 4:
        config["output_channels"] = neck[0]
    tables = {
        int(found[1]): shape
        for name, shape in shapes.items()
        if (found := _TABLE.fullmatch(name)) and len(shape) == 2 and all(shape)
    }
    lengths = {shape[0] for shape in tables.values()}
    if len(lengths) == 2:  # windows are the shorter ones
        config["num_attention_heads"] = patch[0] // next(iter(tables.values()))[1]
        config["window_size"] = (min(lengths) + 1) // 2
        config["global_attn_indexes"] = sorted(
            number for number, shape in tables.items() if shape[0] == max(lengths)
        )
    return config


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
