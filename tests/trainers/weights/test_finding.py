"""What `pretrained` names: files, folders, and names on the Hub, without a connection."""

from __future__ import annotations

import huggingface_hub.constants
import pytest
import torch
from huggingface_hub import _snapshot_download
from safetensors.torch import save_file

from trainers.errors import WeightsError
from trainers.weights import finding
from trainers.weights.finding import read

WEIGHTS = {"a": torch.ones(2)}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Return an empty cache of the Hub, with the Hub out of reach."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(_snapshot_download.constants, "HF_HUB_CACHE", str(tmp_path))
    return tmp_path


def put(cache, name):
    """Return the folder of a repository in the cache, as the Hub's client lays it out."""
    root = cache / f"models--{name.replace('/', '--')}"
    folder = root / "snapshots" / ("0" * 40)
    folder.mkdir(parents=True)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text("0" * 40)
    return folder


def test_a_file(tmp_path):
    torch.save(WEIGHTS, tmp_path / "a.pth")
    assert read(str(tmp_path / "a.pth")).tensors.keys() == {"a"}


def test_a_folder(tmp_path):
    save_file(WEIGHTS, tmp_path / "model.safetensors")
    assert read(str(tmp_path)).tensors.keys() == {"a"}


@pytest.mark.parametrize("kind", ["model.safetensors", "pytorch_model.bin"])
def test_a_repository_in_the_cache(kind, cache):
    folder = put(cache, "owner/name")
    save = save_file if kind == "model.safetensors" else torch.save
    save(WEIGHTS, folder / kind)
    (folder / "config.json").write_text('{"model_type": "opt"}')
    found = read("owner/name")
    assert found.tensors.keys() == {"a"}
    assert found.config == {"model_type": "opt"}
    assert found.origin == "owner/name"


def test_a_repository_out_of_reach_is_told_how_to_bring(cache):
    with pytest.raises(WeightsError, match="hf download owner/name --local-dir FOLDER"):
        read("owner/name")


def test_a_name_that_cannot_be_one(cache):
    with pytest.raises(WeightsError, match="is the name right"):
        read("no name at all")


@pytest.mark.parametrize("name", ["./weights", "/none/such", "sam_vit_b.pth", "a/b/c", "~/none"])
def test_paths_are_never_asked_of_the_hub(name, monkeypatch):
    monkeypatch.setattr(finding, "snapshot_download", None)
    with pytest.raises(WeightsError, match="there is no file or folder"):
        read(name)


def test_files_of_torch_are_asked_for_only_where_there_are_no_others(cache, monkeypatch):
    asked = []

    def snapshot(name, allow_patterns):
        asked.append(allow_patterns)
        return str(put_once)

    put_once = put(cache, "owner/name")
    save_file(WEIGHTS, put_once / "model.safetensors")
    monkeypatch.setattr(finding, "snapshot_download", snapshot)
    read("owner/name")
    assert len(asked) == 1
    assert not any(pattern.endswith(".bin") for pattern in asked[0])
