"""Every key and every tensor accounted for; nothing bad gets in, and nothing changes by halves."""

from __future__ import annotations

import pytest
import torch

from tests.trainers.models.conftest import TINY_OPT, TINY_SAM, tiny
from tests.trainers.weights.original import IDS, build, sam, tower_recipe
from trainers.errors import WeightsError
from trainers.models.building import build_model
from trainers.weights.loading import load_pretrained

LAYER = "encoder.vision_encoder.layers.0."


def load(path, tensors):
    torch.save(tensors, path)
    recipe = tower_recipe(str(path))
    model = build(recipe)
    return model.towers["vary"], load_pretrained(model, recipe).parts[0]


def test_a_missing_key_is_named(tmp_path):
    tensors = sam()
    del tensors["blocks.0.norm1.bias"]
    with pytest.raises(WeightsError, match=rf"it lacks {LAYER}layer_norm1\.bias"):
        load(tmp_path / "a.pth", tensors)


def test_many_missing_keys_are_counted(tmp_path):
    tensors = {key: one for key, one in sam().items() if not key.startswith("blocks.0.")}
    with pytest.raises(WeightsError, match="and 8 more"):
        load(tmp_path / "a.pth", tensors)


def test_an_unknown_key_is_named(tmp_path):
    with pytest.raises(WeightsError, match=r"no place for blocks\.0\.norm9\.bias, extra"):
        load(
            tmp_path / "a.pth",
            sam() | dict.fromkeys(["extra", "blocks.0.norm9.bias"], torch.ones(1)),
        )


def test_an_unknown_family_is_told_the_known_ones(tmp_path):
    with pytest.raises(WeightsError, match=r"none of the known names; it begins with other"):
        load(tmp_path / "a.pth", {"other": torch.ones(1)})


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_become_the_models_own(dtype, tmp_path):
    tensors = {name: one.to(dtype) for name, one in sam().items()}
    tower, _ = load(tmp_path / "a.pth", tensors)
    weight = tower.encoder.vision_encoder.layers[0].layer_norm1.bias
    assert weight.dtype == torch.float32
    assert torch.equal(weight, tensors["blocks.0.norm1.bias"].float())


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_named(value, tmp_path):
    tensors = sam()
    tensors["blocks.1.attn.qkv.weight"][3, 4] = value
    with pytest.raises(WeightsError, match=r"blocks\.1\.attn\.qkv\.weight has values that are inf"):
        load(tmp_path / "a.pth", tensors)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: one.to(torch.int8), "holds int8: quantised"),
        (lambda one: one.to(torch.float8_e4m3fn), "holds float8_e4m3fn: quantised"),
        (lambda one: one.to(torch.complex64), "holds complex64"),
        (lambda one: one.to_sparse(), "is a sparse tensor"),
        (lambda one: one.T, r"has shape \(32, 96\), the model's .* \(96, 32\)"),
        (lambda one: one[:0], r"has shape \(0, 32\)"),
    ],
)
def test_tensors_that_do_not_serve_are_named(change, words, tmp_path):
    tensors = sam()
    tensors["blocks.1.attn.qkv.weight"] = change(tensors["blocks.1.attn.qkv.weight"])
    with pytest.raises(WeightsError, match=rf"blocks\.1\.attn\.qkv\.weight {words}"):
        load(tmp_path / "a.pth", tensors)


def test_a_tensor_without_memory_behind_it_is_refused(tmp_path):
    tensors = sam()
    tensors["pos_embed"] = torch.zeros(1).expand(1, 8, 8, 32)  # one value stands for all
    tower, _ = load(tmp_path / "a.pth", tensors)
    tower.encoder.vision_encoder.pos_embed.data[0, 0, 0, 0] = 5.0
    assert (tower.encoder.vision_encoder.pos_embed == 5.0).sum() == 1


def test_nothing_changes_unless_everything_fits(tmp_path):
    torch.save(sam(), tmp_path / "good.pth")
    torch.save({"bad": torch.ones(1)}, tmp_path / "bad.pth")
    recipe = tiny(
        towers={
            "vary": {
                "kind": "sam_vitdet", "config": TINY_SAM, "downsample": [24, 32],
                "pretrained": str(tmp_path / "good.pth"),
            }
        },
        language={
            "kind": "opt", "config": TINY_OPT, "pretrained": str(tmp_path / "bad.pth")
        },
    )  # fmt: skip
    model = build(recipe)
    before = {name: one.clone() for name, one in model.state_dict().items()}
    with pytest.raises(WeightsError, match=r"^language: .*bad\.pth"):
        load_pretrained(model, recipe)
    assert all(torch.equal(one, before[name]) for name, one in model.state_dict().items())


def test_a_model_without_memory_is_refused(tmp_path):
    torch.save(sam(), tmp_path / "a.pth")
    recipe = tower_recipe(str(tmp_path / "a.pth"))
    with torch.device("meta"):
        model = build_model(recipe, IDS)
    with pytest.raises(WeightsError, match="without memory"):
        load_pretrained(model, recipe)
