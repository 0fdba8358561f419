"""Every bundled recipe, stage by stage: what learns, a full step in no memory, small real ones."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from tests.trainers.models.conftest import TINY_CLIP, TINY_OPT, TINY_SAM
from trainers.loop.loss import summed_loss
from trainers.loop.optimising import make_optimiser
from trainers.models.building import build_model
from trainers.models.freezing import apply_freeze_map, trainable_by_module
from trainers.models.lora import add_lora
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import Stage, TrainRecipe, load_recipe, recipe_paths, resolve
from trainers.tokens.ids import TokenIds
from trainers.tokens.layout import Layout

STAGES = [
    (name, number) for name in recipe_paths() for number in range(len(load_recipe(name).stages))
]
PIECES = 12
"""Tokens of an answer."""
ADDED = 3
"""Rows of the embedding that the layouts of Vary add."""

SAM = 89_670_912 + 9 * (256 * 512 + 512 * 1024)  # ViTDet-B with its neck; two convolutions
OPT = 125_239_296 + ADDED * 768
QWEN_7B, QWEN_1_8B = 7_721_324_544 + 2 * ADDED * 4096, 1_836_828_672 + 2 * ADDED * 2048
VICUNA_7B = 6_738_415_616 + 2 * ADDED * 4096
LEARNED = {  # towers, connector, language model
    "vary_tiny": [(SAM, 1024 * 768 + 768, OPT + 2048 * 768)],  # 2,048 further positions
    "vary_tiny_600k": [(SAM, 1024 * 768 + 768, OPT)],
    "vary_base": [(0, 2 * (1024 * 2048 + 2048), QWEN_7B)] * 2,
    "vary_base_vicuna": [(0, 2 * (1024 * 2048 + 2048), VICUNA_7B)] * 2,
    "vary_toy": [(0, 2 * (1024 * 1024 + 1024), QWEN_1_8B)] * 2,
    "clip_qwen": [(0, 1024 * 4096 + 4096 + 4096 * 4096 + 4096, 224_395_264)],
    "nano_cpu": [(508_192, 96 * 96 + 96, 255_552)],
    "nano_curriculum": [(369_952, 64 * 96 + 96, 260_160)],
    "nano_gpu": [(11_998_592, 384 * 384 + 384, 11_069_184)],
}
"""Recipe -> parameters that learn in each stage: all of Vary-tiny; no tower of the others."""


def full_ids(recipe: TrainRecipe) -> TokenIds:
    if recipe.model.layout == "bytes":
        return Layout("bytes").ids
    rows = {"opt": 50272, "llama": 32000, "qwen2": 151936}[recipe.model.language.kind]
    return TokenIds(vocabulary=rows + ADDED, image=rows, pad=1, end=2)


def prepared(model: VisionLanguageModel, stage: Stage) -> dict[str, float]:
    """Freeze and wrap a model as a run does; return its learned parameters' factors."""
    if stage.lora:
        add_lora(model.language, stage.lora)
    return apply_freeze_map(model, stage.train)


def sequences(model: VisionLanguageModel, rows: int) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Return ids, the mask of learned ones, and pictures."""
    answers = torch.arange(5, 5 + PIECES)
    row = torch.cat([torch.full((model.image_tokens,), model.ids.image), answers])
    ids = row.repeat(rows, 1)
    learned = (ids != model.ids.image) & (torch.arange(len(row)) > model.image_tokens)
    images = {
        name: torch.linspace(-1, 1, rows * 3 * tower.image_size**2).view(
            rows, 3, tower.image_size, tower.image_size
        )
        for name, tower in model.towers.items()
    }
    return ids, learned, images


def test_no_recipe_is_forgotten():
    assert set(LEARNED) == set(recipe_paths())


@pytest.mark.parametrize(("name", "number"), STAGES)
def test_a_step_at_full_size(name, number, monkeypatch):
    recipe = load_recipe(name)
    stage = recipe.stages[number]
    # Counting needs values, and on the meta device there are none.
    monkeypatch.setattr(VisionLanguageModel, "_check_counts", lambda self, counts, pictures: None)
    with torch.device("meta"):
        model = build_model(recipe.model, full_ids(recipe))
        factors = prepared(model, stage)
        learned = {key: count for key, (count, _) in trainable_by_module(model, 1).items()}
        assert tuple(learned.values()) == LEARNED[name][number]
        model.train()
        ids, _, images = (
            {key: one.to("meta") for key, one in value.items()}
            if isinstance(value, dict)
            else value.to("meta")
            for value in sequences(model, 1)
        )
        width = ids.shape[1]
        attention = torch.ones(1, 1, width, width, dtype=torch.bool)  # packed: given, not made
        logits = model(ids, images, attention, torch.arange(width)[None])
        rows = model.language.get_input_embeddings().weight.shape[0]
        assert logits.shape == (1, model.image_tokens + PIECES, rows)
        assert rows >= model.ids.vocabulary
        F.cross_entropy(logits[0].float(), ids[0]).backward()
        with_gradient = {key for key, one in model.named_parameters() if one.grad is not None}
        assert with_gradient == set(factors)
        make_optimiser(model, factors, stage.optimiser).step()


def small(recipe: TrainRecipe) -> TrainRecipe:
    """Return a recipe with all of its parts, each tiny."""
    data: dict[str, Any] = recipe.model_dump(mode="json")
    for tower in data["model"]["towers"].values():
        tower["config"] = TINY_SAM if tower["kind"] == "sam_vitdet" else TINY_CLIP
        tower["downsample"] = [24, 32][: len(tower["downsample"])]
    language = data["model"]["language"]
    language["config"] = (
        {**TINY_OPT, "max_position_embeddings": 128}
        if language["kind"] == "opt"
        else {
            "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
            "num_key_value_heads": 2, "intermediate_size": 64, "vocab_size": 40,
        }
    )  # fmt: skip
    return resolve(data, "test")


@pytest.mark.parametrize(("name", "number"), STAGES)
def test_small_ones_begin_at_chance_and_learn_what_they_should(name, number):
    recipe = small(load_recipe(name))
    stage = recipe.stages[number]
    model = build_model(recipe.model, TokenIds(vocabulary=44, image=40, pad=1, end=2), seed=1)
    factors = prepared(model, stage)
    optimiser = make_optimiser(model, factors, stage.optimiser)
    before = {key: one.detach().clone() for key, one in model.named_parameters()}
    model.train()
    ids, mask, images = sequences(model, 2)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        losses = []
        for _ in range(4):
            loss = summed_loss(model, ids, mask, images) / mask.sum()
            loss.backward()
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            losses.append(float(loss.detach()))
    assert losses[0] == pytest.approx(math.log(44), abs=0.6)
    assert losses[-1] < losses[0]
    changed = {key for key, one in model.named_parameters() if not torch.equal(one, before[key])}
    assert changed == set(factors)
