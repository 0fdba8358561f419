"""Checkpoints: a folder that is whole or absent, with all that a run needs to go on.

`model.safetensors` (shared weights once), `optimiser.safetensors` (by the parameters' names),
`recipe.json` and `state.json`: nothing in it can run code. It is written beside, synced and
renamed; a crash leaves the one before.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from trainers.data.order import Cursor
from trainers.errors import TrainError, WeightsError
from trainers.loop.sharding import gathered, share_like

CHECKPOINTS = "checkpoints"
"""Folder of a run's checkpoints."""
WEIGHTS, OPTIMISER = "model.safetensors", "optimiser.safetensors"
RECIPE, STATE = "recipe.json", "state.json"
_ASIDE = ".partial-"
"""Of folders that are being written or removed; a later save removes what a kill left of them."""
_NAME = re.compile(r"step-(\d{8})")
FORMAT = 1
_SEPARATOR = "/"
"""Between a parameter's name and a value's in the optimiser's file."""


@dataclass(frozen=True, slots=True)
class RunState:
    """Where a run stands, apart from its weights.

    Attributes:
        stage: number of the stage.
        step: optimiser steps of the stage that are done.
        total_steps: of the whole run.
        epoch, batch: the next batch's cursor.
        samples, tokens: learned from so far.
        skipped: examples that were left out so far.
        curriculum: number of the curriculum's step.
        curriculum_samples: learned from in this step of the curriculum.
        data: hash of what the batches are made from; a run goes on with the same data only.
    """

    stage: int = 0
    step: int = 0
    total_steps: int = 0
    epoch: int = 0
    batch: int = 0
    samples: int = 0
    tokens: int = 0
    skipped: int = 0
    curriculum: int = 0
    curriculum_samples: int = 0
    data: str = ""

    @property
    def cursor(self) -> Cursor:
        """The next batch."""
        return Cursor(self.epoch, self.batch)


def save(
    folder: Path,
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    state: RunState,
    recipe: Mapping[str, Any],
    *,
    keep: int,
    writes: bool = True,
    files: Mapping[str, bytes] = MappingProxyType({}),
) -> Path:
    """Write a checkpoint under `folder`, remove the oldest ones beyond `keep`; return its path.

    Args:
        writes: false for processes that only give their shares of a sharded model. Every process
            calls this for one; the file is the same as that of a model which is not sharded.
        files: path in the checkpoint -> content: what else it keeps.

    Raises:
        TrainError: the disk is full or cannot be written; the checkpoints before are untouched.
    """
    name = f"step-{state.total_steps:08d}"
    weights = _whole(unshared(model), keep=writes)
    optimised = _whole(_optimiser_state(model, optimiser), keep=writes)
    if not writes:
        return folder / name
    partial = folder / f"{_ASIDE}new-{name}"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        save_file(weights, partial / WEIGHTS)
        save_file(optimised, partial / OPTIMISER)
        _write_json(partial / RECIPE, dict(recipe))
        _write_json(partial / STATE, {"format": FORMAT, **asdict(state)})
        for place, content in files.items():
            (partial / place).parent.mkdir(parents=True, exist_ok=True)
            (partial / place).write_bytes(content)
        for path in partial.rglob("*"):
            _sync(path)
        _sync(partial)
        final = folder / name
        if final.exists():
            final.rename(folder / f"{_ASIDE}{name}")
        partial.rename(final)
        _sync(folder)
    except (OSError, SafetensorError) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise TrainError(
            f"cannot save a checkpoint in {folder}: {error}; make room and resume: the last whole "
            f"one is {latest(folder) or 'none'}"
        ) from error
    for old in checkpoints(folder)[:-keep]:
        old.rename(folder / f"{_ASIDE}{old.name}")  # what bears a checkpoint's name is whole
    for left in folder.glob(f"{_ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
    return final


def checkpoints(folder: Path) -> list[Path]:
    """Return the whole checkpoints of a run, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def latest(folder: Path) -> Path | None:
    """Return the newest checkpoint of a run, if it has one."""
    found = checkpoints(folder)
    return found[-1] if found else None


def read_state(path: Path) -> RunState:
    """Return where a checkpoint's run stood.

    Raises:
        TrainError: it is damaged, or of another format.
    """
    data = _read_json(path / STATE)
    if data.pop("format", None) != FORMAT:
        raise TrainError(f"{path} is a checkpoint of another version of dataengine")
    try:
        return RunState(**data)
    except TypeError as error:
        raise TrainError(f"{path / STATE} is damaged: {error}") from error


def read_recipe(path: Path) -> dict[str, Any]:
    """Return the recipe that a checkpoint was made under, as plain data."""
    return _read_json(path / RECIPE)


def check_weights(path: Path, model: nn.Module) -> int:
    """Hold a checkpoint's weights against a model, which may be on the meta device.

    Names and shapes are read, no values. Returns the number of tensors.

    Raises:
        WeightsError: as `load_weights`.
    """
    try:
        with safe_open(path / WEIGHTS, "pt") as file:
            stored = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except (OSError, ValueError, SafetensorError) as error:
        raise WeightsError(f"cannot read {path / WEIGHTS}: {error}") from error
    _check_shapes(path, _shapes(unshared(model)), stored)
    return len(stored)


def load_weights(path: Path, model: nn.Module) -> None:
    """Load a checkpoint's weights into a model of the same recipe, before it is sharded.

    Raises:
        WeightsError: weights are missing, or do not fit; the message names the keys.
    """
    try:
        stored = load_file(path / WEIGHTS)
    except (OSError, ValueError, SafetensorError) as error:
        raise WeightsError(f"cannot read {path / WEIGHTS}: {error}") from error
    wanted = unshared(model)
    _check_shapes(path, _shapes(wanted), _shapes(stored))
    with torch.no_grad():
        for name, value in wanted.items():
            value.copy_(stored[name])


def load_optimiser(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    """Load a checkpoint's optimiser state, each process its share where the model is sharded.

    Raises:
        WeightsError: it does not fit.
    """
    try:
        stored = load_file(path / OPTIMISER)
    except (OSError, ValueError, SafetensorError) as error:
        raise WeightsError(f"cannot read {path / OPTIMISER}: {error}") from error
    fused = {
        id(one) for group in optimiser.param_groups if group.get("fused") for one in group["params"]
    }
    for name, parameter in _learned(model, optimiser):
        prefix = f"{name}{_SEPARATOR}"
        own = [key for key in stored if key.startswith(prefix)]
        found = {key.removeprefix(prefix): stored.pop(key) for key in own}
        if not found or any(one.dim() and one.shape != parameter.shape for one in found.values()):
            raise WeightsError(
                f"{path / OPTIMISER} has no state that fits {name}: it is another stage's"
            )
        # Fused kernels read the count of steps where the weights are, others on the CPU.
        counted = parameter.device if id(parameter) in fused else torch.device("cpu")
        optimiser.state[parameter] = {
            key: share_like(one, parameter) if one.dim() else one.to(counted)
            for key, one in found.items()
        }
    if stored:
        raise WeightsError(f"{path / OPTIMISER} has state of {sorted(stored)[0]}, which is frozen")


def _optimiser_state(model: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    return {
        f"{name}{_SEPARATOR}{key}": value
        for name, parameter in _learned(model, optimiser)
        for key, value in optimiser.state[parameter].items()
    }


def _learned(
    model: nn.Module, optimiser: torch.optim.Optimizer
) -> Iterator[tuple[str, nn.Parameter]]:
    held = {id(one) for group in optimiser.param_groups for one in group["params"]}
    for name, parameter in model.named_parameters():
        if id(parameter) in held:
            yield name, parameter


def unshared(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return a model's tensors, those that are one (tied weights) under their first name only."""
    first = {name for name, _ in (*model.named_parameters(), *model.named_buffers())}
    return {name: tensor for name, tensor in model.state_dict().items() if name in first}


def _shapes(tensors: Mapping[str, torch.Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(one.shape) for name, one in tensors.items()}


def _check_shapes(
    path: Path, wanted: Mapping[str, tuple[int, ...]], stored: Mapping[str, tuple[int, ...]]
) -> None:
    missing, strange = sorted(set(wanted) - set(stored)), sorted(set(stored) - set(wanted))
    if missing or strange:
        raise WeightsError(
            f"{path} does not fit the model: missing {missing[:5]}, unknown {strange[:5]}"
        )
    for name, shape in wanted.items():
        if shape != stored[name]:
            raise WeightsError(f"{path}: {name} has shape {stored[name]}, the model wants {shape}")


def _whole(tensors: Mapping[str, torch.Tensor], *, keep: bool) -> dict[str, torch.Tensor]:
    """Gather shares from all processes, one tensor after the other; only who keeps them has all."""
    kept: dict[str, torch.Tensor] = {}
    for name, tensor in tensors.items():
        whole = gathered(tensor)
        if keep:
            kept[name] = (whole if whole is tensor else whole.cpu()).contiguous()
    return kept


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    # Keys keep their order: that of the towers decides which of their features is which.
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainError(f"cannot read {path}: {error}") from error
    if not isinstance(data, dict):
        raise TrainError(f"{path} is damaged")
    return data


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
