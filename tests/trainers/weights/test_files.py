"""Files and folders of weights: read without running anything, refused with words."""

from __future__ import annotations

import json
import os
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from trainers.errors import WeightsError
from trainers.weights.files import read_file, read_folder

WEIGHTS = {"a.weight": torch.arange(6.0).reshape(2, 3), "b": torch.ones(4, dtype=torch.bfloat16)}


def same(found):
    return found.keys() == WEIGHTS.keys() and all(
        torch.equal(found[name], one) for name, one in WEIGHTS.items()
    )


@pytest.mark.parametrize("data", [WEIGHTS, {"model": WEIGHTS, "epoch": 3}, {"state_dict": WEIGHTS}])
@pytest.mark.parametrize("archive", [True, False])
def test_files_of_torch_of_any_age(data, archive, tmp_path):
    path = tmp_path / "weights.pth"
    torch.save(data, path, _use_new_zipfile_serialization=archive)
    assert same(read_file(path))


def test_safetensors(tmp_path):
    save_file(WEIGHTS, tmp_path / "weights.safetensors")
    assert same(read_file(tmp_path / "weights.safetensors"))


class Bomb:
    """What a hostile file holds: it would make a folder where it is read."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("archive", [True, False])
def test_a_file_that_would_run_code_is_refused_and_does_not_run(archive, tmp_path):
    path = tmp_path / "weights.pth"
    data = {"a": torch.ones(1), "b": Bomb(tmp_path / "ran")}
    torch.save(data, path, _use_new_zipfile_serialization=archive)
    with pytest.raises(WeightsError, match="Only tensors are read"):
        read_file(path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "holds no weights"),
        ([torch.ones(1)], "holds no weights but a list"),
        ({"a": torch.ones(1), "step": 4, "rate": 0.1}, "other things than weights: rate, step"),
        ({3: torch.ones(1)}, "other things than weights: 3"),
        ({"model": {"a": {"b": torch.ones(1)}}}, "other things than weights: a"),
    ],
)
def test_what_holds_no_plain_weights_is_refused(data, words, tmp_path):
    torch.save(data, tmp_path / "weights.pth")
    with pytest.raises(WeightsError, match=words):
        read_file(tmp_path / "weights.pth")


def test_other_formats_are_named(tmp_path):
    (tmp_path / "weights.npz").write_bytes(b"")
    with pytest.raises(WeightsError, match=r"neither \.safetensors nor \.pth, \.pt, \.bin"):
        read_file(tmp_path / "weights.npz")


def stored(kind):
    import io

    from safetensors.torch import save

    if kind == "safetensors":
        return save(WEIGHTS)
    buffer = io.BytesIO()
    torch.save(WEIGHTS, buffer, _use_new_zipfile_serialization=kind == "pth")
    return buffer.getvalue()


STORED = {kind: stored(kind) for kind in ("safetensors", "pth", "pt")}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.sampled_from(sorted(STORED)), st.floats(0, 1), st.booleans(), st.integers(0, 255))
def test_damage_is_an_error_or_unnoticed_but_never_a_crash(tmp_path, kind, where, cut, byte):
    data = STORED[kind]
    place = int(where * (len(data) - 1))
    damaged = data[:place] if cut else data[:place] + bytes([byte]) + data[place + 1 :]
    path = tmp_path / f"damaged.{kind}"
    path.write_bytes(damaged)
    try:
        found = read_file(path)
    except WeightsError:
        return
    assert not cut or kind == "pt"  # the old format has padding at its end
    assert all(isinstance(one, torch.Tensor) for one in found.values())


@pytest.mark.parametrize("suffix", ["safetensors", "pth", "bin"])
@pytest.mark.parametrize("data", [b"", b"version https://git-lfs.github.com/spec/v1\n", b"\0" * 99])
def test_what_is_no_file_of_weights(suffix, data, tmp_path):
    path = tmp_path / f"weights.{suffix}"
    path.write_bytes(data)
    with pytest.raises(WeightsError, match="cannot read"):
        read_file(path)


def test_a_header_that_claims_too_much(tmp_path):
    header = json.dumps({"a": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}})
    data = len(header).to_bytes(8, "little") + header.encode()
    (tmp_path / "a.safetensors").write_bytes(data)
    (tmp_path / "b.safetensors").write_bytes((1 << 60).to_bytes(8, "little") + b"{}")
    for name in ("a", "b"):
        with pytest.raises(WeightsError, match="cannot read"):
            read_file(tmp_path / f"{name}.safetensors")


def test_an_archive_that_is_no_checkpoint(tmp_path):
    with zipfile.ZipFile(tmp_path / "weights.pth", "w") as archive:
        archive.writestr("../../escaped", "text")
    with pytest.raises(WeightsError):
        read_file(tmp_path / "weights.pth")
    assert not (tmp_path.parent.parent / "escaped").exists()


def test_arrays_of_numpy_are_no_tensors(tmp_path):
    torch.save({"a": np.ones(3)}, tmp_path / "weights.pth")
    with pytest.raises(WeightsError):
        read_file(tmp_path / "weights.pth")


def shards(folder, index="model.safetensors.index.json", **places):
    one, two = WEIGHTS.items()
    save_file(dict([one]), folder / "model-00001-of-00002.safetensors")
    save_file(dict([two]), folder / "model-00002-of-00002.safetensors")
    places = places or {
        "a.weight": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"
    }  # fmt: skip
    (folder / index).write_text(json.dumps({"metadata": {}, "weight_map": places}))


def test_shards_by_their_index(tmp_path):
    shards(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "opt"}')
    found = read_folder(tmp_path, "name")
    assert same(found.tensors)
    assert found.config == {"model_type": "opt"}
    assert found.origin == "name"


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"a.weight": "model-00003-of-00002.safetensors"}, "not in the folder"),
        ({"a.weight": "../outside.safetensors"}, "not in the folder"),
        ({"a.weight": "/etc/passwd"}, "not in the folder"),
        ({"c": "model-00001-of-00002.safetensors"}, "the shards lack c"),
        ({"a.weight": 3}, "it has no weight_map"),
    ],
)
def test_an_index_that_lies(places, words, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    save_file(WEIGHTS, tmp_path / "outside.safetensors")
    shards(folder, **places)
    with pytest.raises(WeightsError, match=words):
        read_folder(folder, "name")


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100000, '{"weight_map": []}'])
def test_an_index_that_is_none(text, tmp_path):
    (tmp_path / "model.safetensors.index.json").write_text(text)
    with pytest.raises(WeightsError, match="index"):
        read_folder(tmp_path, "name")


def test_a_folder_without_weights(tmp_path):
    with pytest.raises(WeightsError, match="has no weights; expected"):
        read_folder(tmp_path, "name")


def test_a_folder_of_old_files(tmp_path):
    torch.save(WEIGHTS, tmp_path / "pytorch_model.bin")
    assert same(read_folder(tmp_path, "name").tensors)
