"""Full-size recipes on the meta device: parameter counts and shapes of the papers, in no memory."""

from __future__ import annotations

import pytest
import torch

from trainers.models.building import build_model
from trainers.recipe import ModelRecipe
from trainers.tokens.ids import TokenIds

SAM = {"kind": "sam_vitdet", "downsample": [512, 1024]}
CLIP = {"kind": "clip", "layer": -2}
OPT_IDS = TokenIds(vocabulary=50272, image=50266, pad=1, end=2)
QWEN_IDS = TokenIds(vocabulary=151936, image=151859, pad=151643, end=151645)
VICUNA_IDS = TokenIds(vocabulary=32003, image=32000, pad=0, end=2)


def millions(module: torch.nn.Module) -> float:
    unique = {id(p): p.numel() for p in module.parameters()}
    return round(sum(unique.values()) / 1e6, 2)


def full(ids: TokenIds, towers: dict, language: dict, connector: str = "linear"):
    recipe = ModelRecipe.model_validate(
        {"towers": towers, "connector": {"kind": connector}, "language": language, "layout": "x"}
    )
    with torch.device("meta"):
        return build_model(recipe, ids)


def test_vary_tiny():
    model = full(OPT_IDS, {"vary": SAM}, {"kind": "opt", "positions": 4096})
    tower = model.towers["vary"]
    assert (tower.tokens, tower.channels, tower.image_size) == (256, 1024, 1024)
    assert millions(tower.encoder) == 89.67
    assert millions(tower.downsample) == 5.90
    assert millions(model.language) == pytest.approx(
        125.24 + 1.57, abs=0.011
    )  # 2048 further positions of 768
    assert model.language.model.decoder.embed_positions.weight.shape == (4098, 768)
    assert model.connector.project.weight.shape == (768, 1024)


def test_vary_base_with_qwen_7b():
    qwen = {
        "kind": "qwen2",
        "config": {
            "hidden_size": 4096,
            "num_hidden_layers": 32,
            "num_attention_heads": 32,
            "num_key_value_heads": 32,
            "intermediate_size": 11008,
            "vocab_size": 151936,
        },
    }
    model = full(QWEN_IDS, {"clip": CLIP, "vary": SAM}, qwen, "channel_concat")
    assert millions(model.towers["clip"]) == 303.18
    assert [layer.weight.shape for layer in model.connector.project] == [(2048, 1024)] * 2
    assert model.image_tokens == 256
    assert 7600 < millions(model.language) < 7800


def test_vicuna_7b():
    llama = {
        "kind": "llama",
        "config": {
            "hidden_size": 4096,
            "num_hidden_layers": 32,
            "num_attention_heads": 32,
            "intermediate_size": 11008,
            "vocab_size": 32000,
        },
    }
    model = full(VICUNA_IDS, {"clip": CLIP, "vary": SAM}, llama, "channel_concat")
    assert millions(model.language) == pytest.approx(6738.4, abs=0.2)
    assert model.language.get_input_embeddings().weight.shape[0] == 32003


def test_a_forward_pass_of_vary_tiny_has_the_papers_shapes():
    model = full(OPT_IDS, {"vary": SAM}, {"kind": "opt", "positions": 4096})
    with torch.device("meta"):
        features = model.features({"vary": torch.empty(2, 3, 1024, 1024)})
    assert features.shape == (2, 256, 768)
