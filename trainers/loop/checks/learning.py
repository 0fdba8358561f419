"""Checks that learning works: the loss before step 1, and a few examples learned by heart."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from trainers.loop.checks.finding import Finding
from trainers.loop.checks.sampling import Sampled, preparer_of
from trainers.loop.distributed import World
from trainers.loop.flops import USUAL_SHARE, count, device_peak
from trainers.loop.held_out import HeldOut, Measured
from trainers.loop.optimising import make_optimiser, set_learning_rate
from trainers.loop.parts import Parts
from trainers.loop.reading import reading
from trainers.loop.seeds import seed_step
from trainers.loop.stepping import Stepper
from trainers.models.freezing import apply_freeze_map
from trainers.models.lora import add_lora
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import Stage

MOST_STEPS, MOST_SECONDS = 200, 120.0
MEASURE_EVERY = 20
LEARNED_LOSS = 0.05
"""Nats per token, below which examples count as learned by heart."""

_FASTER, _MOST_RATE = 10.0, 1e-3
"""The overfit check takes the stage's rate times this, up to this, but never a lower one."""

_GAP = 0.02
"""Nats; a smaller vision gap after learning by heart means that pictures were not looked at."""


def looking(parts: Parts, world: World) -> Stepper:
    """Return a stepper for losses of the model as it is; no step is taken with it."""
    never = torch.optim.SGD(parts.model.parameters(), lr=0.0)
    return _stepper(parts, parts.model, never, world, None)


def check_first_loss(parts: Parts, sampled: Sampled, stepper: Stepper) -> Finding:
    """Hold the loss before step 1 against ln V, that of a model that knows nothing."""
    model = parts.model
    was_training = model.training
    model.eval()
    with torch.no_grad():
        loss = float(stepper.loss(sampled.batch)) / max(1, sampled.batch.learned_tokens)
    model.train(was_training)
    return judge_first_loss(
        loss,
        model.language.get_input_embeddings().weight.shape[0],
        pretrained=bool(parts.recipe.model.language.pretrained),
    )


def judge_first_loss(loss: float, vocabulary: int, *, pretrained: bool) -> Finding:
    """Return what a first loss means for a vocabulary, with or without loaded weights."""
    prior = math.log(vocabulary)
    words = f"{loss:.3f} nats per token; ln V is {prior:.3f} for {vocabulary:,} ids"
    name = "first loss"
    if not math.isfinite(loss):
        return Finding(name, "problem", f"{words}: weights or pictures hold no numbers")
    if loss < 1e-3:
        return Finding(name, "problem", f"{words}: nothing is left to learn; are answers masked?")
    if pretrained and loss > 0.95 * prior:
        hint = "the language model knows nothing of the language: were its weights loaded?"
        return Finding(name, "problem", f"{words}: {hint}")
    if not pretrained and not 0.5 * prior <= loss <= 2 * prior:
        hint = "random weights should be near it; is model.initializer_range right?"
        return Finding(name, "warning", f"{words}: {hint}")
    return Finding(name, "ok", words)


@dataclass(frozen=True, slots=True)
class Overfitted:
    """What learning a few examples by heart came to.

    Attributes:
        measured: on the same examples, at the end.
        steps: that it took; at most `MOST_STEPS`.
        images_per_s: learned from, on this device.
        unreached: trained parameters to which the first step brought no gradient.
    """

    measured: Measured
    steps: int
    images_per_s: float
    unreached: tuple[str, ...]


def check_overfit(parts: Parts, sampled: Sampled, world: World, number: int) -> Iterator[Finding]:
    """Learn some examples by heart with a copy of the model, without dropout.

    Then hold the speed at which pictures are prepared against the speed of learning.
    """
    stage = parts.recipe.stages[0]
    done = overfit(parts, sampled, world, number)
    if done.unreached:
        yield Finding(
            "gradients", "problem",
            f"{len(done.unreached)} trained parameters get none: what stands between them and the "
            "loss is cut or puts out zeros", done.unreached[:5],
        )  # fmt: skip
    else:
        yield Finding("gradients", "ok", "they reach every trained parameter")
    yield judge_overfit(done, number, whole=_trains_everything(parts, stage))
    yield judge_speed(sampled.images_per_s, done.images_per_s)


def overfit(parts: Parts, sampled: Sampled, world: World, number: int) -> Overfitted:
    """Learn the first examples by heart; stops once they are read, or at a limit.

    Raises:
        TrainError: there are fewer than two examples.
    """
    stage = parts.recipe.stages[0]
    model = copy.deepcopy(parts.model)
    if stage.lora:
        add_lora(model.language, stage.lora)
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        elif isinstance(dropout := getattr(module, "dropout", None), float) and dropout:
            setattr(module, "dropout", 0.0)  # noqa: B010  transformers' own, called by function
    factors = apply_freeze_map(model, stage.train)
    clip = stage.optimiser.clip_norm
    stepper = _stepper(
        parts, model, make_optimiser(model, factors, stage.optimiser), world, clip or 1.0
    )
    rate = stage.optimiser.learning_rate
    rate = max(rate, min(_FASTER * rate, _MOST_RATE))
    held = _by_heart(parts, sampled, number)
    batches = held.batches()
    unreached: tuple[str, ...] = ()
    steps, learning_s, started = 0, 0.0, time.monotonic()
    while True:
        steps += 1
        seed_step(parts.recipe.seed, steps, 0)
        set_learning_rate(stepper.optimiser, rate * min(1.0, steps / 10))
        began = time.monotonic()
        stepped = stepper.step(batches)
        learning_s += time.monotonic() - began
        if steps == 1:
            unreached = _unreached(model, stepper.optimiser)
        late = steps >= MOST_STEPS or time.monotonic() - started > MOST_SECONDS
        if late or (steps % MEASURE_EVERY == 0 and stepped.loss < LEARNED_LOSS):
            measured = held.measure(stepper)
            if late or measured.exact == 1:
                break
    pictures = steps * sum(len(batch.names) for batch in batches)
    return Overfitted(measured, steps, pictures / max(learning_s, 1e-9), unreached)


def judge_overfit(done: Overfitted, number: int, *, whole: bool) -> Finding:
    """Return what it means that examples were learned by heart or not.

    Args:
        whole: whether the stage trains all of the model; else it may be too little for this.
    """
    found = done.measured
    words = (
        f"{found.exact:.0%} of {number} examples exact after {done.steps} steps, loss "
        f"{found.loss:.3f}, vision gap {found.vision_gap:.3f}"
    )
    name = f"overfit {number}"
    lines = tuple(f"{one.target[:60]!r} read as {one.said[:60]!r}" for one in found.transcripts[:3])
    if found.exact == 1 and found.vision_gap <= _GAP:
        hint = "their questions alone tell them apart: this does not show that pictures are seen"
        return Finding(name, "warning", f"{words}; {hint}", lines)
    if found.exact == 1:
        return Finding(name, "ok", words, lines)
    if found.loss < LEARNED_LOSS and found.vision_gap > _GAP:
        return Finding(name, "ok", f"{words}; they are learned, not yet to the letter", lines)
    if found.loss < LEARNED_LOSS:
        hint = "the texts were learned by heart without the pictures"
    elif found.vision_gap < _GAP:
        hint = "the pictures make no difference: tower, connector or image tokens are cut off"
    else:
        hint = "too few steps, too low a rate, or data that cannot be learned"
    return Finding(name, "problem" if whole else "warning", f"{words}: {hint}", lines)


def check_estimated_speed(parts: Parts, sampled: Sampled, device: torch.device) -> Finding:
    """Hold the speed at which pictures are prepared against what the device could take."""
    peak = device_peak(device)
    if not peak:
        words = f"{sampled.images_per_s:.1f} images/s prepared; what the model takes is not known"
        return Finding("data speed", "ok", words)
    lengths = [len(one.encoded) for one in sampled.prepared]
    flop = count(parts.model).training(int(np.mean(lengths)), set(parts.model.towers))
    return judge_speed(sampled.images_per_s, USUAL_SHARE * peak / flop)


def judge_speed(prepared: float, learned: float) -> Finding:
    """Return whether pictures come as fast as the model takes them."""
    words = f"{prepared:.1f} images/s prepared, {learned:.1f} learned from on one device"
    if prepared >= learned:
        return Finding("data speed", "ok", words)
    hint = "the device will wait; raise run.data_workers, or store smaller pictures"
    return Finding("data speed", "warning", f"{words}: {hint}")


def _stepper(
    parts: Parts,
    model: VisionLanguageModel,
    optimiser: torch.optim.Optimizer,
    world: World,
    clip_norm: float | None,
) -> Stepper:
    bf16 = parts.recipe.run.precision == "bf16"
    return Stepper(model, optimiser, world, parts.towers, bf16, clip_norm)


def _by_heart(parts: Parts, sampled: Sampled, number: int) -> HeldOut:
    source, _ = reading(parts.recipe, parts.source, 0, 0)
    numbers = np.array(sampled.numbers[:number])
    longest = max(int(one.encoded.learned.sum()) for one in sampled.prepared[:number])
    return HeldOut(
        source, preparer_of(parts), parts.layout, numbers,
        count=number, transcripts=number, max_new_tokens=longest + 1,
    )  # fmt: skip


def _unreached(model: nn.Module, optimiser: torch.optim.Optimizer) -> tuple[str, ...]:
    """Return trained parameters whose every gradient was zero: AdamW's first mean tells."""
    unreached = []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            state = optimiser.state.get(parameter, {})
            if "exp_avg" not in state or not bool(state["exp_avg"].any()):
                unreached.append(name)
    return tuple(unreached)


def _trains_everything(parts: Parts, stage: Stage) -> bool:
    return stage.lora is None and "*" in stage.train
