"""CLIP's vision transformer, from whole models, vision models of any version, and Vary."""

from __future__ import annotations

import pytest
import torch
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPVisionConfig, CLIPVisionModel

from tests.trainers.models.conftest import TINY_CLIP, tiny
from tests.trainers.weights.original import build
from trainers.errors import WeightsError
from trainers.weights.loading import load_pretrained

TEXT = CLIPTextConfig(
    vocab_size=50, hidden_size=16, intermediate_size=16, num_hidden_layers=1,
    num_attention_heads=2, bos_token_id=0, eos_token_id=1, pad_token_id=1,
)  # fmt: skip


def whole():
    torch.manual_seed(7)
    vision = CLIPVisionConfig(**TINY_CLIP).to_dict()
    return CLIPModel(CLIPConfig(text_config=TEXT.to_dict(), vision_config=vision)).eval()


def recipe(pretrained, **config):
    settings = {
        "kind": "clip", "config": {**TINY_CLIP, **config}, "layer": -2, "pretrained": pretrained,
    }  # fmt: skip
    return tiny(towers={"clip": settings})


def load(path, tensors, **config):
    torch.save(tensors, path)
    model = build(recipe(str(path), **config))
    return model, load_pretrained(model, recipe(str(path), **config)).parts[0]


def features(reference, pixels):
    with torch.no_grad():
        hidden = reference(pixels, output_hidden_states=True, interpolate_pos_encoding=True)
    return hidden.hidden_states[-2][:, 1:]


@pytest.mark.parametrize(
    ("prefix", "others"),
    [
        ("vision_model.", ["text_model.a", "text_projection.weight", "logit_scale",
                           "visual_projection.weight"]),
        ("", []),
        ("transformer.vision_tower.vision_model.", [
            "transformer.h.0.ln_1.weight", "transformer.vision_tower_high.pos_embed",
            "transformer.mm_projector.weight", "lm_head.weight"]),
        ("model.vision_tower.vision_model.", ["model.layers.0.x", "model.mm_projector_vary.bias",
                                              "model.vision_tower_high.pos_embed"]),
    ],
)  # fmt: skip
def test_features_are_those_of_transformers(prefix, others, tmp_path):
    reference = whole().vision_model
    tensors = {prefix + name: one for name, one in reference.state_dict().items()}
    extra = {name: torch.zeros(1) for name in others}
    extra[f"{prefix}embeddings.position_ids"] = torch.arange(5)[None]  # files of version 4
    model, report = load(tmp_path / "clip.pth", tensors | extra)
    pixels = torch.randn(2, 3, 16, 16)
    assert torch.equal(model.towers["clip"](pixels).detach(), features(reference, pixels))
    assert sorted(key for keys in report.dropped.values() for key in keys) == sorted(extra)


def test_folder_of_the_whole_clip(tmp_path):
    whole().save_pretrained(tmp_path / "clip")
    made = recipe(str(tmp_path / "clip"))
    model = build(made)
    report = load_pretrained(model, made).parts[0]
    assert report.source == "CLIP"
    wanted = whole().vision_model.state_dict()
    found = model.towers["clip"].encoder.state_dict()
    assert all(torch.equal(one, wanted[name]) for name, one in found.items())


def test_folder_of_the_vision_model(tmp_path):
    torch.manual_seed(1)
    reference = CLIPVisionModel(CLIPVisionConfig(**TINY_CLIP)).eval()
    reference.save_pretrained(tmp_path / "clip")
    made = recipe(str(tmp_path / "clip"))
    model = build(made)
    load_pretrained(model, made)
    pixels = torch.randn(1, 3, 16, 16)
    assert torch.equal(model.towers["clip"](pixels).detach(), features(reference, pixels))


@pytest.mark.parametrize("size", [8, 32])
def test_positions_are_resized_as_transformers_does(size, tmp_path):
    reference = whole().vision_model
    model, report = load(tmp_path / "clip.pth", reference.state_dict(), image_size=size)
    assert len(report.resized) == 1
    pixels = torch.randn(1, 3, size, size)
    torch.testing.assert_close(
        model.towers["clip"](pixels).detach(), features(reference, pixels), atol=1e-6, rtol=1e-5
    )


def test_a_table_that_is_no_square_is_an_error(tmp_path):
    tensors = dict(whole().vision_model.state_dict())
    tensors["embeddings.position_embedding.weight"] = torch.zeros(7, 32)
    with pytest.raises(WeightsError, match=r"position_embedding.weight has shape \(7, 32\)"):
        load(tmp_path / "clip.pth", tensors)


def test_large_14_at_full_size():
    from trainers.models.towers import clip as towers
    from trainers.recipe import TowerSettings
    from trainers.weights.files import Checkpoint
    from trainers.weights.filling import prepare
    from trainers.weights.towers import clip

    with torch.device("meta"):
        tower = towers.build(TowerSettings(kind="clip", layer=-2), 0.02)
        reference = CLIPModel(
            CLIPConfig(text_config={}, vision_config=CLIPVisionConfig(**towers.LARGE_14).to_dict())
        )
    tensors = reference.state_dict()
    report = prepare(
        "tower", tower, Checkpoint("meta", tensors), clip.sources(tensors.keys(), "clip"),
        lambda name, tensor, shape: None, lambda source: "",
    ).report  # fmt: skip
    assert len(report.loaded) == 391  # 24 layers of 16, and 7
    assert not report.fresh
