"""SAM, Vary and GOT encoders in all their spellings, at their own size and at others."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file
from transformers import GotOcr2Config, SamConfig, SamVisionConfig
from transformers.models.deepseek_ocr2.configuration_deepseek_ocr2 import (
    DeepseekOcr2SamVisionConfig,
)
from transformers.models.deepseek_ocr2.modeling_deepseek_ocr2 import DeepseekOcr2SamVisionEncoder
from transformers.models.got_ocr2.modeling_got_ocr2 import GotOcr2ForConditionalGeneration
from transformers.models.sam.modeling_sam import SamModel, SamVisionAttention

from tests.trainers.models.conftest import TINY_SAM
from tests.trainers.weights.original import (
    TINY,
    VIT_B,
    build,
    sam,
    sam_features,
    sam_shapes,
    tower_recipe,
)
from trainers.errors import WeightsError
from trainers.models.towers import sam_vitdet as towers
from trainers.recipe import TowerSettings
from trainers.weights.files import Checkpoint
from trainers.weights.filling import prepare
from trainers.weights.loading import load_pretrained
from trainers.weights.towers import sam_vitdet

PIXELS = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
LANGUAGE = {
    "model.vision_tower.": ["model.decoder.layers.0.fc1.weight", "lm_head.weight",
                            "model.mm_projector.weight"],
    "transformer.vision_tower_high.": [
        "transformer.wte.weight", "transformer.h.0.ln_1.weight", "transformer.ln_f.weight",
        "transformer.vision_tower.vision_model.embeddings.class_embedding", "lm_head.weight",
        "transformer.mm_projector.bias", "transformer.mm_projector_vary.bias",
    ],
    "model.vision_tower_high.": ["model.layers.0.input_layernorm.weight", "model.norm.weight",
                                 "model.embed_tokens.weight", "lm_head.weight",
                                 "model.mm_projector_vary.weight"],
    "model.vision_tower_2.": [],
    "visual_encoder.": ["opt_model.model.decoder.layers.0.fc1.weight", "opt_proj.weight"],
}  # fmt: skip
"""Prefixes of whole models -> some of what else is in them."""


def load(path, tensors, **changes):
    torch.save(tensors, path)
    recipe = tower_recipe(str(path), **changes)
    model = build(recipe)
    return model, load_pretrained(model, recipe).parts[0]


@pytest.mark.parametrize("prefix", ["", *LANGUAGE])
def test_features_are_those_of_the_original(prefix, tmp_path):
    others = {name: torch.zeros(2) for name in LANGUAGE.get(prefix, [])}
    model, report = load(tmp_path / "weights.pth", sam(prefix) | others)
    with torch.no_grad():
        features = model.towers["vary"](PIXELS)
        wanted = sam_features(sam(), TINY, PIXELS)
    assert wanted.std() > 0.1
    torch.testing.assert_close(features, wanted, atol=2e-5, rtol=1e-4)
    assert sorted(key for keys in report.dropped.values() for key in keys) == sorted(others)
    assert len(report.loaded) == len(sam())
    assert report.fresh == ()


@pytest.mark.parametrize("positions", ["reference", "folded"])
def test_sam_itself_leaves_the_convolutions_random(positions, tmp_path):
    tensors = sam("image_encoder.", convolutions=False)
    others = {name: torch.zeros(2) for name in ("mask_decoder.a.weight", "prompt_encoder.b")}
    before = [one.weight.clone() for one in build().towers["vary"].downsample]
    changes = {"relative_positions": positions}
    model, report = load(tmp_path / "sam.pth", tensors | others, **changes)
    assert report.fresh == ("downsample.0.weight", "downsample.1.weight")
    assert [len(keys) for keys in report.dropped.values()] == [2]
    after = [one.weight for one in model.towers["vary"].downsample]
    assert all(torch.equal(*pair) for pair in zip(before, after, strict=True))
    with torch.no_grad():
        for number, one in enumerate(after, start=2):
            tensors[f"image_encoder.net_{number}.weight"] = one
        plain = {name.removeprefix("image_encoder."): one for name, one in tensors.items()}
        wanted = sam_features(plain, TINY, PIXELS)
        torch.testing.assert_close(model.towers["vary"](PIXELS), wanted, atol=2e-5, rtol=1e-4)


def test_features_are_those_of_deepseek_ocr2(tmp_path):
    config = DeepseekOcr2SamVisionConfig(**TINY_SAM, downsample_channels=[24, 32])
    reference = DeepseekOcr2SamVisionEncoder(config).eval()
    generator = torch.Generator().manual_seed(3)
    for one in reference.parameters():
        one.data = 0.2 * torch.randn(one.shape, generator=generator)
    tensors = {
        f"vision_encoder.{name}": one
        for name, one in reference.state_dict().items()
        if not name.startswith("proj.")
    }
    for number, name in enumerate(("proj.conv1.weight", "proj.conv2.weight")):
        tensors[f"downsample.{number}.weight"] = reference.state_dict()[name]
    model, _ = load(tmp_path / "weights.pth", tensors)
    with torch.no_grad():
        wanted = reference(PIXELS).last_hidden_state.flatten(2).transpose(1, 2)
        torch.testing.assert_close(model.towers["vary"](PIXELS), wanted, atol=2e-5, rtol=1e-4)


def arrange_meta(tensors, settings):
    """Prepare a full-size tower without memory; raises where a key or a shape does not fit."""
    with torch.device("meta"):
        tower = towers.build(TowerSettings.model_validate(settings), 0.02)
    return prepare(
        "tower", tower, Checkpoint("meta", tensors),
        sam_vitdet.sources(tensors.keys(), "vary"),
        lambda name, tensor, shape: sam_vitdet.resize(tower, name, tensor, shape),
        lambda source: sam_vitdet.advise(tower, "vary", source, tensors),
    ).report  # fmt: skip


def meta(shapes):
    return {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}


VARY = {"kind": "sam_vitdet", "downsample": [512, 1024]}
LARGE = {
    "hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "mlp_dim": 4096,
    "global_attn_indexes": [5, 11, 17, 23],
}  # fmt: skip
HUGE = {
    "hidden_size": 1280, "num_hidden_layers": 32, "num_attention_heads": 16, "mlp_dim": 5120,
    "global_attn_indexes": [7, 15, 23, 31],
}  # fmt: skip


def vit(config):
    return VIT_B | {
        "dim": config["hidden_size"], "layers": config["num_hidden_layers"],
        "heads": config["num_attention_heads"], "mlp": config["mlp_dim"],
        "whole": tuple(config["global_attn_indexes"]),
    }  # fmt: skip


def test_vit_b_at_full_size():
    tensors = meta(sam_shapes(VIT_B))
    assert len(tensors) == 179  # 177 of SAM's encoder, and two convolutions
    report = arrange_meta(tensors, VARY)
    assert len(report.loaded) == 179
    assert not report.resized


@pytest.mark.parametrize("config", [LARGE, HUGE])
def test_larger_ones_by_their_config(config):
    report = arrange_meta(meta(sam_shapes(vit(config))), {**VARY, "config": config})
    assert not report.resized
    assert not report.fresh


def test_a_wrong_size_is_told_what_to_set():
    with pytest.raises(WeightsError) as caught:
        arrange_meta(meta(sam_shapes(vit(LARGE))), VARY)
    assert "Set in towers.vary.config what these weights have" in str(caught.value)
    for key, value in LARGE.items():
        assert f"'{key}': {value}" in str(caught.value)


def test_missing_convolutions_of_the_recipe_are_told():
    with pytest.raises(WeightsError, match=r"net_2.*Set towers.vary.downsample: \[512, 1024\]"):
        arrange_meta(meta(sam_shapes(VIT_B)), {"kind": "sam_vitdet"})


def test_all_of_sam_as_transformers_names_it():
    with torch.device("meta"):
        tensors = SamModel(SamConfig(vision_config=SamVisionConfig())).state_dict()
    report = arrange_meta(tensors, VARY)
    assert len(report.loaded) == 177
    assert report.fresh == ("downsample.0.weight", "downsample.1.weight")
    (dropped,) = report.dropped.values()
    assert len(dropped) == len(tensors) - 177


def test_all_of_got_as_transformers_names_it():
    with torch.device("meta"):
        tensors = GotOcr2ForConditionalGeneration(GotOcr2Config()).state_dict()
    report = arrange_meta(tensors, VARY)
    assert len(report.loaded) == 179
    older = {name.removeprefix("model."): one for name, one in tensors.items()}
    assert len(arrange_meta(older, VARY).loaded) == 179


def test_half_of_the_convolutions_is_an_error(tmp_path):
    tensors = sam()
    del tensors["net_3.weight"]
    with pytest.raises(WeightsError, match=r"it lacks downsample\.1\.weight"):
        load(tmp_path / "weights.pth", tensors)


LARGER = {"image_size": 96}  # 12 x 12 places instead of 8 x 8


def test_another_resolution_resizes_what_depends_on_it(tmp_path):
    model, report = load(tmp_path / "weights.pth", sam(), config={**TINY_SAM, **LARGER})
    prefix = "encoder.vision_encoder."
    assert sorted(report.resized) == [
        f"{prefix}layers.1.attn.rel_pos_h",
        f"{prefix}layers.1.attn.rel_pos_w",
        f"{prefix}pos_embed",
    ]
    assert report.resized[f"{prefix}pos_embed"] == "(1, 8, 8, 32) -> (1, 12, 12, 32)"
    encoder = model.towers["vary"].encoder.vision_encoder
    assert torch.equal(encoder.layers[0].attn.rel_pos_h, sam()["blocks.0.attn.rel_pos_h"])


@pytest.mark.parametrize("side", [4, 12])
def test_positions_are_resized_as_deepseek_ocr2_does(side, tmp_path):
    model, _ = load(tmp_path / "weights.pth", sam(), config={**TINY_SAM, "image_size": side * 8})
    reference = DeepseekOcr2SamVisionEncoder(DeepseekOcr2SamVisionConfig(**TINY_SAM))
    reference.pos_embed.data = sam()["pos_embed"]
    wanted = reference.interpolate_pos_encoding(side, side)
    assert torch.equal(model.towers["vary"].encoder.vision_encoder.pos_embed, wanted)


@pytest.mark.parametrize("side", [4, 12])
def test_relative_positions_are_resized_as_sam_does(side, tmp_path):
    model, _ = load(tmp_path / "weights.pth", sam(), config={**TINY_SAM, "image_size": side * 8})
    attention = model.towers["vary"].encoder.vision_encoder.layers[1].attn
    reference = SamVisionAttention.get_rel_pos
    table = sam()["blocks.1.attn.rel_pos_h"]
    wanted = reference(attention, side, side, table)
    assert torch.allclose(reference(attention, side, side, attention.rel_pos_h), wanted)


def test_windows_of_another_size_are_an_error(tmp_path):
    with pytest.raises(WeightsError, match="'window_size': 4"):
        load(tmp_path / "weights.pth", sam(), config={**TINY_SAM, "window_size": 2})


def test_a_shape_of_other_dimensions_is_an_error(tmp_path):
    tensors = sam()
    tensors["pos_embed"] = torch.zeros(32)
    with pytest.raises(WeightsError, match=r"pos_embed has shape \(32,\)"):
        load(tmp_path / "weights.pth", tensors)


def test_the_tower_of_another_run_is_taken(tmp_path):
    donor = build(seed=5)
    save_file(
        {name: one.clone() for name, one in donor.state_dict().items() if "lm_head" not in name},
        tmp_path / "model.safetensors",
    )
    recipe = tower_recipe(str(tmp_path))
    model = build(recipe)
    report = load_pretrained(model, recipe).parts[0]
    assert report.source == "checkpoint of a run"
    wanted = donor.towers["vary"].state_dict()
    assert all(
        torch.equal(one, wanted[name]) for name, one in model.towers["vary"].state_dict().items()
    )
