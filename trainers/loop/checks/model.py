"""Checks of the model as it stands before step 1: what learns, scales, ties, memory."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from trainers.errors import DeadModel
from trainers.loop.checks.finding import Finding
from trainers.loop.parts import Parts
from trainers.models.building import build_model
from trainers.models.freezing import apply_freeze_map, trainable_by_module
from trainers.models.lora import add_lora
from trainers.models.scales import check_scales, measure_scales
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import TrainRecipe
from trainers.tokens.ids import TokenIds

_GIB = 1 << 30
_FP32, _ADAMW_STATES = 4, 2

_ROUNDING = 1e-5
"""Of a module's deviation; pictures whose features differ by less are told apart by rounding."""


def check_model(parts: Parts, images: Mapping[str, Tensor]) -> Iterator[Finding]:
    """Give findings about a model.

    Args:
        images: tower -> normalised pictures on the model's device.
    """
    model, recipe = parts.model, parts.recipe
    yield from _trainable(recipe, parts.layout.ids)
    yield _finite(model)
    yield _scales(model, images)
    yield _tied(model)
    yield _dropout(model)
    yield _positions(model, recipe)
    yield _memory(recipe, parts.layout.ids, next(model.parameters()).device)


def staged(recipe: TrainRecipe, ids: TokenIds, number: int) -> VisionLanguageModel:
    """Return the model of a stage without weights, its adapters and freeze map in place.

    Raises:
        ConfigError: the stage names parameters that are not there.
    """
    stage = recipe.stages[number]
    with torch.device("meta"):
        model = build_model(recipe.model, ids)
        if stage.lora:
            add_lora(model.language, stage.lora)
        apply_freeze_map(model, stage.train)
    return model


def _trainable(recipe: TrainRecipe, ids: TokenIds) -> Iterator[Finding]:
    for number, stage in enumerate(recipe.stages):
        counts = trainable_by_module(staged(recipe, ids, number))
        learned, whole = (sum(one[place] for one in counts.values()) for place in (0, 1))
        wide = max(map(len, counts))
        lines = tuple(
            f"{name:<{wide}} {one:>14,} of {all_of_it:>14,}"
            for name, (one, all_of_it) in counts.items()
        )
        words = f"{learned:,} of {whole:,} parameters ({learned / whole:.1%})"
        yield Finding(f"stage {stage.name} trains", "ok", words, lines)


def _finite(model: nn.Module) -> Finding:
    broken = [name for name, one in model.named_parameters() if not bool(one.isfinite().all())]
    if not broken:
        return Finding("weights", "ok", "all are finite")
    return Finding(
        "weights", "problem",
        f"{len(broken)} tensors hold values that are no numbers, such as {broken[0]}: what was "
        "loaded is damaged, or was never filled",
    )  # fmt: skip


def _scales(model: VisionLanguageModel, images: Mapping[str, Tensor]) -> Finding:
    scales = measure_scales(model, images)
    lines = tuple(
        f"{one.module}: deviation {one.deviation:.3g}, between pictures {one.between:.3g}"
        for one in scales
    )
    try:
        check_scales(scales)
    except DeadModel as error:
        return Finding("scales", "problem", str(error), lines)
    if len(next(iter(images.values()))) > 1:
        blind = [one.module for one in scales if one.between < _ROUNDING * one.deviation]
        if blind:
            words = f"{blind[0]} puts out the same for every picture"
            return Finding("scales", "problem", words, lines)
    return Finding("scales", "ok", "every module puts out something to learn from", lines)


def _tied(model: VisionLanguageModel) -> Finding:
    output = model.language.get_output_embeddings()
    tied = output is not None and output.weight is model.language.get_input_embeddings().weight
    asked = bool(getattr(model.language.config, "tie_word_embeddings", False))
    words = f"input and output embeddings are {'one table' if tied else 'two tables'}"
    if tied == asked:
        return Finding("tied weights", "ok", words)
    hint = "the language model's configuration says otherwise: loading has torn or joined them"
    return Finding("tied weights", "problem", f"{words}; {hint}")


def _dropout(model: VisionLanguageModel) -> Finding:
    found = {
        f"language.{name}": value
        for name, value in sorted(model.language.config.to_dict().items())
        if "dropout" in name and isinstance(value, int | float) and value
    }
    for name, module in model.named_modules():
        if isinstance(module, nn.Dropout) and module.p and not name.startswith("language."):
            found[name] = module.p
    if not found:
        return Finding("dropout", "ok", "none")
    lines = tuple(f"{name} {value:g}" for name, value in found.items())
    return Finding("dropout", "ok", f"{len(found)} settings are not zero", lines)


def _positions(model: VisionLanguageModel, recipe: TrainRecipe) -> Finding:
    most = getattr(model.language.config, "max_position_embeddings", None)
    if most is None:
        return Finding("positions", "ok", "the language model names no longest sequence")
    words = f"the language model has {most}, data.max_tokens is {recipe.data.max_tokens}"
    if recipe.data.max_tokens <= most:
        return Finding("positions", "ok", words)
    hint = "set model.language.positions (opt), or lower data.max_tokens"
    return Finding("positions", "problem", f"{words}: {hint}")


def _memory(recipe: TrainRecipe, ids: TokenIds, device: torch.device) -> Finding:
    """Reckon fp32 weights, gradients and AdamW's two states for the hungriest stage."""
    needs = []
    for number in range(len(recipe.stages)):
        parameters = list(staged(recipe, ids, number).parameters())
        whole = sum(one.numel() for one in parameters)
        learned = sum(one.numel() for one in parameters if one.requires_grad)
        needs.append(_FP32 * (whole + (1 + _ADAMW_STATES) * learned))
    need = max(needs)
    have = device_memory(device)
    words = (
        f"{need / _GIB:.2f} GiB for weights, gradients and optimiser, activations left out; the "
        f"device has {have / _GIB:.1f} GiB"
    )
    if need < have:
        return Finding("memory", "ok", words)
    return Finding("memory", "problem", f"{words}: train less of the model, or LoRA")


def device_memory(device: torch.device) -> int:
    """Return the bytes of a device."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[1])
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
