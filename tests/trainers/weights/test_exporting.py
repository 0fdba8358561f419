"""What is exported, others load; and what is loaded again computes the same, bit for bit."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors.torch import load_file
from transformers import (
    AutoModelForCausalLM,
    CLIPVisionModel,
    GenerationConfig,
    OPTForCausalLM,
    SamVisionModel,
)

from tests.trainers.models.conftest import TINY_CLIP, TINY_OPT, TINY_SAM, tiny
from tests.trainers.weights.original import TINY, build, sam_features, tower_recipe
from trainers.errors import WeightsError
from trainers.models.building import build_model
from trainers.models.lora import add_lora
from trainers.recipe import Lora
from trainers.tokens.ids import TokenIds
from trainers.weights import exporting
from trainers.weights.exporting import export
from trainers.weights.loading import load_exported, load_pretrained

TWO = tiny(
    towers={
        "clip": {"kind": "clip", "config": {**TINY_CLIP, "image_size": 16}, "layer": -2},
        "vary": {
            "kind": "sam_vitdet", "config": TINY_SAM, "downsample": [24, 32],
            "relative_positions": "folded",
        },
    },
    connector={"kind": "channel_concat"},
    language={"kind": "opt", "config": TINY_OPT, "positions": 96},
)  # fmt: skip
IDS = torch.tensor([[2, 41, 40, 40, 40, 40, 42, 7, 8, 9]])


def disturbed(recipe=TWO, seed=11):
    """Return a model whose every value is random, as after training."""
    model = build(recipe)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for one in model.parameters():
            one += 0.1 * torch.randn(one.shape, generator=generator)
    return model


def images(recipe):
    generator = torch.Generator().manual_seed(4)
    sizes = {name: 16 if one.kind == "clip" else 64 for name, one in recipe.towers.items()}
    return {name: torch.randn(1, 3, s, s, generator=generator) for name, s in sizes.items()}


def logits(model, recipe=TWO):
    with torch.no_grad():
        return model(IDS, images(recipe))


def test_a_round_trip_changes_no_bit(tmp_path):
    model = disturbed()
    export(model, TWO, tmp_path / "out")
    fresh = build(TWO, seed=3)
    assert not torch.equal(logits(fresh), logits(model))
    report = load_exported(fresh, TWO, tmp_path / "out")
    assert torch.equal(logits(fresh), logits(model))
    wanted = model.state_dict()
    assert all(torch.equal(one, wanted[name]) for name, one in fresh.state_dict().items())
    assert [one.part for one in report.parts] == [
        "towers.clip", "towers.vary", "connector", "language"
    ]  # fmt: skip
    assert all(not (one.resized or one.fresh or one.dropped) for one in report.parts)


def test_transformers_loads_each_part(tmp_path):
    model = disturbed()
    out = export(model, TWO, tmp_path / "out")
    pixels = images(TWO)
    clip, good = CLIPVisionModel.from_pretrained(out / "towers/clip", output_loading_info=True)
    assert not any(good.values())
    sam, good = SamVisionModel.from_pretrained(out / "towers/vary", output_loading_info=True)
    assert not any(good.values())
    opt, good = OPTForCausalLM.from_pretrained(out / "language", output_loading_info=True)
    assert not any(good.values())
    with torch.no_grad():
        hidden = clip(pixels["clip"], output_hidden_states=True).hidden_states[-2][:, 1:]
        assert torch.equal(hidden, model.towers["clip"](pixels["clip"]))
        map_ = sam(pixels["vary"]).last_hidden_state
        for weight in load_file(out / "towers/vary/downsample.safetensors").values():
            map_ = torch.nn.functional.conv2d(map_, weight, stride=2, padding=1)
        wanted = model.towers["vary"](pixels["vary"])  # folded: equal but for rounding
        torch.testing.assert_close(map_.flatten(2).transpose(1, 2), wanted, atol=1e-4, rtol=1e-4)
        found = opt(input_ids=IDS).logits
        assert torch.equal(found, model.language(input_ids=IDS).logits)


def test_configurations_say_what_the_tables_are(tmp_path):
    out = export(build(TWO), TWO, tmp_path / "out")
    opt = AutoModelForCausalLM.from_pretrained(out / "language")
    assert type(opt) is OPTForCausalLM
    assert opt.config.vocab_size == opt.get_input_embeddings().weight.shape[0] == 44
    assert opt.config.max_position_embeddings == 96
    assert (opt.config.bos_token_id, opt.config.eos_token_id, opt.config.pad_token_id) == (2, 2, 1)
    generation = GenerationConfig.from_pretrained(out / "language")
    assert (generation.eos_token_id, generation.pad_token_id) == (2, 1)
    config = json.loads((out / "towers/vary/config.json").read_text())
    assert config["architectures"] == ["SamVisionModel"]
    assert config["initializer_range"] == 0.02
    about = json.loads((out / "model.json").read_text())
    assert about["model"] == TWO.model_dump(mode="json")
    assert TokenIds(**about["tokens"]).image == 40


def test_the_vocabulary_network_is_what_vary_loads(tmp_path):
    recipe = tower_recipe("")
    model = disturbed(recipe)
    out = export(model, recipe, tmp_path / "out")
    tensors = torch.load(out / "towers/vary/vary.pth", weights_only=True)
    pixels = images(recipe)["vary"]
    with torch.no_grad():
        wanted = model.towers["vary"](pixels)
        found = sam_features(tensors, TINY, pixels)
    torch.testing.assert_close(found, wanted, atol=2e-5, rtol=1e-4)
    again = build(tower_recipe(str(out / "towers/vary/vary.pth")), seed=3)
    load_pretrained(again, tower_recipe(str(out / "towers/vary/vary.pth")))
    with torch.no_grad():
        assert torch.equal(again.towers["vary"](pixels), wanted)


@pytest.mark.parametrize("downsample", [[], [24], [24, 32, 32]])
def test_another_number_of_convolutions_is_no_vocabulary_network(downsample, tmp_path):
    recipe = tower_recipe("", downsample=downsample)
    model = disturbed(recipe)
    out = export(model, recipe, tmp_path / "out")
    names = {path.name for path in (out / "towers/vary").iterdir()}
    beside = {"downsample.safetensors"} if downsample else set()
    assert names == {"config.json", "model.safetensors"} | beside
    again = build(recipe, seed=3)
    load_exported(again, recipe, out)
    wanted = model.state_dict()
    assert all(torch.equal(one, wanted[name]) for name, one in again.state_dict().items())


def test_low_rank_changes_are_in_the_layers(tmp_path):
    recipe = tower_recipe("")
    model = disturbed(recipe)
    add_lora(model.language, Lora(rank=2, alpha=4, targets=("q_proj", "fc1")))
    generator = torch.Generator().manual_seed(0)
    for name, one in model.named_parameters():
        if "lora_up" in name:
            one.data = torch.randn(one.shape, generator=generator)
    model.eval()
    before = {name: one.clone() for name, one in model.state_dict().items()}
    out = export(model, recipe, tmp_path / "out")
    opt, good = OPTForCausalLM.from_pretrained(out / "language", output_loading_info=True)
    assert not any(good.values())
    with torch.no_grad():
        found, wanted = opt(input_ids=IDS).logits, model.language(input_ids=IDS).logits
    torch.testing.assert_close(found, wanted, atol=1e-4, rtol=1e-4)
    assert all(torch.equal(one, before[name]) for name, one in model.state_dict().items())


def test_large_models_are_written_in_shards(tmp_path, monkeypatch):
    monkeypatch.setattr("trainers.weights.writing._SHARD", "20KB")
    model = disturbed()
    out = export(model, TWO, tmp_path / "out")
    assert (out / "language/model.safetensors.index.json").is_file()
    fresh = build(TWO, seed=3)
    load_exported(fresh, TWO, out)
    assert torch.equal(logits(fresh), logits(model))
    assert OPTForCausalLM.from_pretrained(out / "language").config.vocab_size == 44


def test_the_same_model_is_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        export(disturbed(), TWO, tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) >= 9
    for path in files:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()


def test_an_existing_folder_is_left_alone(tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(WeightsError, match="exists already"):
        export(build(TWO), TWO, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "save_tensors", full)
    with pytest.raises(WeightsError, match=r"No space left.*is there room"):
        export(build(TWO), TWO, tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_an_export_of_another_recipe_is_an_error(tmp_path):
    out = export(build(TWO), TWO, tmp_path / "out")
    other = tower_recipe("")
    with pytest.raises(WeightsError):
        load_exported(
            build_model(other, TokenIds(vocabulary=44, image=40, pad=1, end=2)), other, out
        )
