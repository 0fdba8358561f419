"""A checkpoint is loaded from its own folder alone, as the model that was trained."""

from __future__ import annotations

import shutil

import pytest
import torch

from dataengine.errors import ConfigError
from tests.trainers.loop import runs
from tests.trainers.models.conftest import TINY_CLIP
from tests.trainers.tokens.conftest import tokenizer_folder  # noqa: F401  a fixture
from trainers.cli.commands import export
from trainers.evaluation.loading import load_checkpoint
from trainers.recipe import TrainRecipe
from trainers.tokens import layout as layouts

CPU = torch.device("cpu")
CLIP = {"kind": "clip", "config": {**TINY_CLIP, "image_size": 32}, "layer": -2}


def two_towers(*order: str, tokenizer: str = "") -> TrainRecipe:
    """Return a recipe of two towers of 16 features each, in an order of their own."""
    data = runs.recipe(stages__0__steps=1, run__held_out=0).model_dump(mode="json")
    sam = {**data["model"]["towers"]["vary"], "downsample": [32]}
    towers = {"clip": CLIP, "vary": sam}
    data["model"] |= {
        "towers": {name: towers[name] for name in order}, "connector": {"kind": "channel_concat"}
    }  # fmt: skip
    if tokenizer:
        data["model"] |= {"layout": "opt_caption", "tokenizer": tokenizer}
        data["model"]["language"]["config"] |= {"vocab_size": 420, "max_position_embeddings": 96}
        data["data"] |= {"max_tokens": 96, "buckets": [96]}
    return TrainRecipe.model_validate(data)


def images() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(4)
    return {
        "clip": torch.randn(2, 3, 32, 32, generator=generator),
        "vary": torch.randn(2, 3, 64, 64, generator=generator),
    }


@pytest.mark.parametrize("order", [("clip", "vary"), ("vary", "clip")])
def test_towers_keep_their_order(order, tmp_path):
    """Both give as wide features: in another order the model would compute without complaint."""
    run, _ = runs.start(tmp_path, two_towers(*order))
    assert run.train()
    model = run._parts.model.eval()
    loaded = load_checkpoint(tmp_path, CPU)
    assert list(loaded.model.towers) == list(order)
    with torch.no_grad():
        assert torch.equal(loaded.model.features(images()), model.features(images()))


def test_the_order_of_towers_is_part_of_a_recipes_hash():
    assert two_towers("clip", "vary").content_hash() != two_towers("vary", "clip").content_hash()


@pytest.fixture(scope="module")
def alone(tokenizer_folder, tmp_path_factory):  # noqa: F811
    """Return a run's model and a copy of its checkpoint, whose tokenizer is gone."""
    folder = tmp_path_factory.mktemp("alone")
    shutil.copytree(tokenizer_folder, folder / "tokenizer")
    run, _ = runs.start(folder, two_towers("clip", "vary", tokenizer=str(folder / "tokenizer")))
    assert run.train()
    shutil.copytree(next((folder / "checkpoints").iterdir()), folder / "copied")
    shutil.rmtree(folder / "tokenizer")
    shutil.rmtree(folder / "checkpoints")
    return run._parts, folder / "copied"


def test_neither_tokenizer_nor_layout_is_needed(alone, monkeypatch):
    parts, folder = alone
    monkeypatch.setattr(layouts, "layout_paths", dict)
    loaded = load_checkpoint(folder, CPU)
    assert loaded.layout.ids == parts.layout.ids
    turns = parts.source.example(3).conversation.turns
    ours, theirs = (one.encode(turns, 16).ids.tolist() for one in (parts.layout, loaded.layout))
    assert ours == theirs


def test_an_export_has_the_tokenizer(alone, tmp_path):
    transformers = pytest.importorskip("transformers")
    parts, folder = alone
    export.command.main([str(folder), str(tmp_path / "out")], standalone_mode=False)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path / "out" / "language")
    ids = parts.layout.ids
    assert (tokenizer.eos_token_id, tokenizer.bos_token_id) == (ids.end, ids.begin)
    assert tokenizer.pad_token_id == ids.pad
    found = tokenizer("the quick fox", add_special_tokens=False)["input_ids"]
    assert found == parts.layout.vocabulary.encode("the quick fox")[0]
    assert tokenizer.convert_tokens_to_ids("<imgpad>") == ids.image
    assert (tmp_path / "out" / "tokens" / "layout.yaml").is_file()


def test_a_damaged_tokenizer_is_told(alone, tmp_path):
    _, folder = alone
    shutil.copytree(folder, tmp_path / "broken")
    (tmp_path / "broken" / "tokens" / "tokenizer.json").write_text("{")
    with pytest.raises(ConfigError, match=r"tokenizer in .*tokens is damaged"):
        load_checkpoint(tmp_path / "broken", CPU)
