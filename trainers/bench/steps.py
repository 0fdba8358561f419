"""A recipe's training step on the device at hand, in several ways and sizes of micro-batch.

Weights are random and so are pictures and texts: speed does not depend on them. What fails is a row
with its reason, so that a table always has all of its rows.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from dataengine.errors import DataEngineError
from trainers.bench.variants import Variant
from trainers.data.batches import Batch
from trainers.errors import TrainError
from trainers.loop.compiling import compile_blocks
from trainers.loop.distributed import World
from trainers.loop.flops import count, device_peak
from trainers.loop.memory import checkpoint_activations
from trainers.loop.optimising import make_optimiser
from trainers.loop.parts import tower_images
from trainers.loop.stepping import Stepper
from trainers.models.building import build_model
from trainers.models.freezing import apply_freeze_map
from trainers.models.lora import add_lora
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import TrainRecipe
from trainers.tokens.layout import Layout

WARM_UP = 3
"""Steps before time is taken: memory is reserved, kernels are chosen and compiled."""

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class StepRow:
    """What one way of computing gave.

    Attributes:
        tokens: of a sequence, image tokens among them.
        steps: that were counted.
        images_per_s, tokens_per_s, step_ms: mean over them.
        mfu: share of the device's bf16 peak; None where the peak is not known. Operations that are
            done a second time, as with checkpointed activations, do not count.
        peak_memory_mb: most that was allocated; None on a CPU.
        start_s: seconds of the first steps, in which kernels are chosen and compiled.
        loss: of the last step before time is taken: the same for all ways, apart from rounding and
            dropout, since they begin with the same weights.
        error: why there are no figures; empty: there are.
    """

    variant: str
    micro_batch: int
    tokens: int
    steps: int = 0
    images_per_s: float = 0.0
    tokens_per_s: float = 0.0
    step_ms: float = 0.0
    mfu: float | None = None
    peak_memory_mb: float | None = None
    start_s: float = 0.0
    loss: float = 0.0
    error: str = ""


def measure_steps(
    recipe: TrainRecipe,
    world: World,
    variants: Sequence[Variant],
    micro_batches: Sequence[int],
    tokens: int,
    *,
    seconds: float = 5.0,
    stage: int = 0,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[StepRow]:
    """Yield a row for each way of computing and each micro-batch, as they are measured.

    Where one micro-batch does not fit, larger ones are not tried.

    Args:
        tokens: of a sequence.
        seconds: of each row, without its start; at least two steps are counted.
        stop: asked before each row; true ends it all.
    """
    for variant in variants:
        full = ""
        for size in sorted(micro_batches):
            if stop():
                return
            if full:
                yield StepRow(variant.name, size, tokens, error=f"not tried: {full} before")
                continue
            row = _row(recipe, world, variant, size, tokens, seconds, stage)
            full = "out of memory" if row.error.startswith("out of memory") else ""
            yield row


def _row(
    recipe: TrainRecipe,
    world: World,
    variant: Variant,
    size: int,
    tokens: int,
    seconds: float,
    stage: int,
) -> StepRow:
    try:
        return _measured(recipe, world, variant, size, tokens, seconds, stage)
    except (DataEngineError, RuntimeError, ValueError) as error:
        return StepRow(variant.name, size, tokens, error=_words(error))
    finally:
        gc.collect()
        if world.device.type == "cuda":
            torch.cuda.empty_cache()


def _words(error: BaseException) -> str:
    """Return an error in one line; torch's own of a full device may stand behind the loop's."""
    if isinstance(error.__cause__ or error, torch.OutOfMemoryError):
        return "out of memory"
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:300] if lines else ''}"


def _measured(
    recipe: TrainRecipe,
    world: World,
    variant: Variant,
    size: int,
    tokens: int,
    seconds: float,
    number: int,
) -> StepRow:
    changed = variant.applied(recipe)
    stepper = _stepper(changed, world, variant, number)
    model = stepper.model
    batch = made_batch(changed, model, size, tokens)
    cuda = world.device.type == "cuda"
    if cuda:
        torch.cuda.reset_peak_memory_stats(world.device)
    started = time.monotonic()
    for _ in range(WARM_UP):
        warmed = stepper.step([batch])
    _wait(world.device)
    start_s = time.monotonic() - started
    started, steps = time.monotonic(), 0
    while steps < 2 or time.monotonic() - started < seconds:
        stepper.step([batch])
        steps += 1
    _wait(world.device)
    passed = (time.monotonic() - started) / steps
    peak = device_peak(world.device)
    flop = size * count(model).training(tokens, model.learning_towers)
    return StepRow(
        variant.name, size, tokens, steps, size / passed, size * tokens / passed, passed * 1e3,
        flop / passed / peak if peak else None,
        torch.cuda.max_memory_allocated(world.device) / _MIB if cuda else None,
        start_s, warmed.loss,
    )  # fmt: skip


def _stepper(recipe: TrainRecipe, world: World, variant: Variant, number: int) -> Stepper:
    stage = recipe.stages[number]
    # Ids are those of the bytes' layout: no tokenizer is needed, and tables keep their sizes.
    with torch.device(world.device):
        model = build_model(recipe.model, Layout("bytes").ids, recipe.seed)
        if stage.lora:
            add_lora(model.language, stage.lora)
    variant.prepare(model)
    model.to(world.device)
    if recipe.run.compile:
        compile_blocks(model, world.device)
    checkpoint_activations(model, recipe.run.checkpoint_activations)
    optimiser = make_optimiser(model, apply_freeze_map(model, stage.train), stage.optimiser)
    bf16 = recipe.run.precision == "bf16"
    towers = tower_images(recipe, model)
    return Stepper(model, optimiser, world, towers, bf16, stage.optimiser.clip_norm)


def made_batch(recipe: TrainRecipe, model: VisionLanguageModel, size: int, tokens: int) -> Batch:
    """Return a batch of random pictures and texts that fill the sequences.

    Raises:
        TrainError: the picture alone leaves no room for text.
    """
    image_tokens = model.image_tokens
    if tokens < image_tokens + 2:
        raise TrainError(f"{tokens} tokens, {image_tokens} of them a picture's: nothing to learn")
    rng = np.random.Generator(np.random.PCG64(recipe.seed))
    ids = rng.integers(0, 256, (size, tokens), np.int64)
    ids[:, :image_tokens] = model.ids.image
    learned = np.zeros((size, tokens), np.bool_)
    learned[:, image_tokens + 1 :] = True
    images = {}
    for name, settings in tower_images(recipe, model).items():
        side, channels = settings.size, 1 if settings.channels == "grey" else 3
        images[name] = rng.integers(0, 256, (size, side, side, channels), np.uint8)
    names = tuple(f"made-{number}" for number in range(size))
    return Batch(names, ids, learned, np.ones((size, tokens), np.bool_), None, images)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
