"""Reads checkpoints from files and folders; nothing that they hold is run.

Files of PyTorch are read with `weights_only`, which builds tensors and refuses every other object.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError  # noqa: TID251 - the name of an error; nothing is unpickled here
from struct import error as StructError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from trainers.errors import WeightsError
from trainers.weights.words import some

SAFE, TORCH = ".safetensors", (".pth", ".pt", ".bin")
WHOLE = ("model.safetensors", "pytorch_model.bin")
INDEXES = tuple(f"{name}.index.json" for name in WHOLE)
DOWNSAMPLE = "downsample.safetensors"
"""Beside a tower's weights: convolutions that transformers has no place for, by `export`."""
CONFIG, RECIPE = "config.json", "recipe.json"

_WRAPPERS = ("model", "state_dict")
"""Keys under which training programs put the weights: LAVIS says model, many others state_dict."""
_DAMAGED = (
    UnpicklingError, StructError, zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError,
    TypeError, KeyError, IndexError, AttributeError, AssertionError, OverflowError, MemoryError,
    ImportError, RecursionError,
)  # fmt: skip
"""What `torch.load` raises for files that are no weights; it has no error of its own."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Tensors by the names that a file gives them.

    Attributes:
        origin: what the recipe calls it, for messages.
        config: of its `config.json`, if there is one.
        model: of the `recipe.json` of a run, if it is one of ours.
    """

    origin: str
    tensors: Mapping[str, Tensor]
    config: Mapping[str, Any] | None = None
    model: Mapping[str, Any] | None = None


def read_file(path: Path) -> dict[str, Tensor]:
    """Return the tensors of one file.

    Raises:
        WeightsError: it is damaged, of another kind, or holds something besides weights.
    """
    if path.suffix == SAFE:
        return _read_safetensors(path)
    if path.suffix in TORCH:
        return _read_torch(path)
    raise WeightsError(
        f"{path} is neither {SAFE} nor {', '.join(TORCH)}; which format is it? Rename it, or name "
        "its folder"
    )


def read_folder(folder: Path, origin: str) -> Checkpoint:
    """Return the weights of a folder as transformers writes it, in one file or in shards.

    Raises:
        WeightsError: there are none, or a shard is absent, damaged or not what the index says.
    """
    tensors = _read_parts(folder)
    beside = folder / DOWNSAMPLE
    if beside.is_file():
        tensors |= _read_safetensors(beside)
    config = folder / CONFIG
    return Checkpoint(
        origin, tensors, read_json(config) if config.is_file() else None, _model_of_run(folder)
    )


def _model_of_run(folder: Path) -> dict[str, Any] | None:
    path = folder / RECIPE
    recipe = read_json(path).get("recipe") if path.is_file() else None
    model = recipe.get("model") if isinstance(recipe, dict) else None
    return model if isinstance(model, dict) else None


def has_weights(folder: Path) -> bool:
    """Return whether a folder has weights under the names that transformers gives them."""
    return any((folder / name).is_file() for name in (*INDEXES, *WHOLE))


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object; raises `WeightsError` if it is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise WeightsError(f"cannot read {path}: {error}") from error
    if not isinstance(data, dict):
        raise WeightsError(f"{path} is damaged: not a JSON object")
    return data


def _read_parts(folder: Path) -> dict[str, Tensor]:
    for index, whole in zip(INDEXES, WHOLE, strict=True):
        if (folder / index).is_file():
            return _read_shards(folder, index)
        if (folder / whole).is_file():
            return read_file(folder / whole)
    raise WeightsError(
        f"{folder} has no weights; expected {', '.join(WHOLE)} or an index of shards "
        f"({INDEXES[0]}). If the weights have another name, name the file itself"
    )


def _read_shards(folder: Path, index: str) -> dict[str, Tensor]:
    places = read_json(folder / index).get("weight_map")
    if not isinstance(places, dict) or not all(isinstance(one, str) for one in places.values()):
        raise WeightsError(f"{folder / index} is damaged: it has no weight_map")
    tensors: dict[str, Tensor] = {}
    for shard in sorted(set(places.values())):
        if Path(shard).name != shard or not (folder / shard).is_file():
            raise WeightsError(
                f"{folder / index} names the shard {shard!r}, which is not in the folder; fetch it "
                "again"
            )
        tensors |= read_file(folder / shard)
    lost = sorted(set(places) - set(tensors))
    if lost:
        raise WeightsError(f"{folder}: the shards lack {some(lost)}, which the index promises")
    return tensors


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise WeightsError(
            f"cannot read {path}: {_short(error)}; is it whole? Fetch it again"
        ) from error


def _read_torch(path: Path) -> dict[str, Tensor]:
    try:
        # Files from before torch 1.6 are no archives and cannot be mapped into memory.
        mapped = zipfile.is_zipfile(path)
        data = torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except _DAMAGED as error:
        raise WeightsError(
            f"cannot read {path}: it is damaged, no file of PyTorch, or holds other objects than "
            "tensors. Only tensors are read from such files, since other objects could run code: "
            "if it is whole and you trust it, store its weights as safetensors first "
            f"({type(error).__name__})"
        ) from error
    return _unwrap(data, path)


def _unwrap(data: object, path: Path) -> dict[str, Tensor]:
    for wrapper in _WRAPPERS:
        if isinstance(data, dict) and isinstance(data.get(wrapper), dict):
            data = data[wrapper]
    if not isinstance(data, dict) or not data:
        raise WeightsError(f"{path} holds no weights but a {type(data).__name__}")
    strange = sorted(
        str(key) for key, value in data.items()
        if not isinstance(key, str) or not isinstance(value, Tensor)
    )  # fmt: skip
    if strange:
        raise WeightsError(
            f"{path} holds other things than weights: {some(strange)}; store the weights alone, "
            f"or under the key {' or '.join(map(repr, _WRAPPERS))}"
        )
    return data


def _short(error: BaseException) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= 200 else f"{words[:200]} …"
