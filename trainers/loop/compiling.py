"""`torch.compile`, block by block: one graph serves all blocks that are built alike."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn
from torch._dynamo.exc import BackendCompilerFailed

from trainers.errors import TrainError
from trainers.loop.blocks import LANGUAGE, Forward, blocks_of, parts, wrap_forward
from trainers.models.vision_language import VisionLanguageModel

_SHAPES = 64
"""Graphs that are kept of a kind of block: widths of buckets times sizes of micro-batches, and the
kinds of SAM's blocks. Beyond it torch goes on without compiling new ones."""

_REMEDY = "set run.compile to false, and go on from the last checkpoint"


def compile_blocks(
    model: VisionLanguageModel, device: torch.device, backend: str | Callable[..., Any] = "inductor"
) -> None:
    """Let every transformer block of a model compile itself when it is first computed.

    To be called before activations are checkpointed, and on a model that is not sharded yet: both
    stay outside of what is compiled. Sequences while training come in few lengths; while generating
    every token has its own, so there the language model computes as it is.

    Args:
        device: where the model will compute.
        backend: torch's name for what makes kernels of graphs, or the function that does.

    Raises:
        TrainError: there is no compiler.
    """
    if backend == "inductor" and (lacking := missing_compiler(device)):
        raise TrainError(f"run.compile needs {lacking}: install it, or {_REMEDY}")
    dynamo: Any = torch._dynamo
    dynamo.config.recompile_limit = max(dynamo.config.recompile_limit, _SHAPES)
    for part in parts(model):
        for block in blocks_of(model, part):
            wrap_forward(block, partial(_compiled, part=part, backend=backend))


def missing_compiler(device: torch.device) -> str | None:
    """Say what torch lacks to compile for a device; None: nothing."""
    if device.type == "cuda":
        if importlib.util.find_spec("triton") is None:
            return "Triton"
        names = [os.environ.get("CC", ""), "gcc", "clang", "cc"]
        return None if any(map(_is_there, names)) else "a C compiler"
    names = [os.environ.get("CXX", ""), "g++", "clang++", "c++"]
    return None if any(map(_is_there, names)) else "a C++ compiler"


def _compiled(plain: Forward, part: str, backend: str | Callable[..., Any]) -> Forward:
    compiled = torch.compile(plain, backend=backend, dynamic=False)

    def forward(block: nn.Module, *inputs: Any, **named: Any) -> Any:
        if part == LANGUAGE and not block.training:
            return plain(block, *inputs, **named)
        try:
            return compiled(block, *inputs, **named)
        except BackendCompilerFailed as error:
            if isinstance(error.inner_exception, torch.OutOfMemoryError):
                raise error.inner_exception from error  # while kernels were tried out
            said = " ".join(str(error).split("\n")[:2])
            raise TrainError(
                f"a block of {part} could not be compiled; {_REMEDY} ({said})"
            ) from error

    return forward


def _is_there(command: str) -> bool:
    return bool(command) and shutil.which(command.split()[0]) is not None
