"""CLIP + Qwen at full size on the meta device: what it has, and what of it learns."""

from __future__ import annotations

import pytest
import torch

from trainers.models.building import build_model
from trainers.models.freezing import apply_freeze_map, trainable_by_module
from trainers.models.lora import add_lora
from trainers.recipe import load_recipe
from trainers.tokens.ids import TokenIds

IDS = TokenIds(vocabulary=151936, image=151646, pad=151647, end=151643)
RECIPE = load_recipe("clip_qwen")
(STAGE,) = RECIPE.stages


@pytest.fixture(scope="module")
def built():
    with torch.device("meta"):
        model = build_model(RECIPE.model, IDS)
        wrapped = add_lora(model.language, STAGE.lora)
        factors = apply_freeze_map(model, STAGE.train)
    return model, wrapped, factors


def size(module) -> int:
    return sum(one.numel() for one in {id(p): p for p in module.parameters()}.values())


def test_sizes(built):
    model, _, _ = built
    assert size(model.towers["clip"]) == 303_179_776
    assert size(model.connector) == (1024 * 4096 + 4096) + (4096 * 4096 + 4096) == 20_979_712
    narrow = sum(p.numel() for name, p in model.named_parameters() if ".lora_" in name)
    assert size(model.language) - narrow == 7_721_324_544  # Qwen-7B
    assert model.image_tokens == 256
    assert model.towers["clip"].layer == -1


def test_what_learns(built):
    model, wrapped, factors = built
    per_layer = 3 * 128 * (4096 + 4096) + 2 * 128 * (4096 + 11008)  # q, k, v; up, gate
    learned = {name: p.numel() for name, p in model.named_parameters() if p.requires_grad}
    narrow = {name: count for name, count in learned.items() if ".lora_" in name}
    assert sum(narrow.values()) == 32 * per_layer == 224_395_264
    assert len(wrapped) == 32 * 5
    rest = set(learned) - set(narrow)
    assert rest == {f"connector.project.{n}.{kind}" for n in (0, 2) for kind in ("weight", "bias")}
    assert {factors[name] for name in narrow} == {1.0}
    (factor,) = {factors[name] for name in rest}
    assert factor * STAGE.optimiser.learning_rate == pytest.approx(1e-4)
    assert trainable_by_module(model)["towers.clip"][0] == 0


def test_shapes(built):
    model, _, _ = built
    with torch.device("meta"):
        features = model.features({"clip": torch.empty(2, 3, 224, 224)})
    assert features.shape == (2, 256, 4096)


def test_the_connector_begins_as_in_the_repository():
    small = RECIPE.model.model_copy(
        update={
            "towers": {
                "clip": RECIPE.model.towers["clip"].model_copy(
                    update={"config": {"num_hidden_layers": 1}}
                )
            },
            "language": RECIPE.model.language.model_copy(
                update={"config": {"hidden_size": 256, "num_hidden_layers": 1, "vocab_size": 64,
                                   "num_attention_heads": 4, "num_key_value_heads": 4,
                                   "intermediate_size": 64}}
            ),
        }
    )  # fmt: skip
    model = build_model(small, TokenIds(vocabulary=64, image=4, pad=1, end=1))
    for number in (0, 2):
        layer = model.connector.project[number]
        assert float(layer.weight.detach().std()) == pytest.approx(0.01, rel=0.02)
        assert not layer.bias.any()
