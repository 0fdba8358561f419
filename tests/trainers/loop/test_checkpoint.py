"""Checkpoints: whole or absent, the newest kept, and clear words for one that does not fit."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys

import pytest
import torch

from tests.trainers.models.conftest import IDS, tiny
from trainers.errors import TrainError, WeightsError
from trainers.loop import checkpoint
from trainers.loop.checkpoint import RunState
from trainers.models.building import build_model


def made(seed: int = 0):
    model = build_model(tiny(), IDS, seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.1)
    ids = torch.tensor([[2, *[IDS.image] * 4, 5, 6]])
    model(ids, {"vary": torch.randn(1, 3, 64, 64)}).square().mean().backward()
    optimiser.step()
    return model, optimiser


def save(folder, step, model, optimiser, keep=2):
    state = RunState(total_steps=step, step=step, epoch=1)
    return checkpoint.save(folder, model, optimiser, state, {"name": "x"}, keep=keep)


def test_comes_back_bit_for_bit(tmp_path):
    model, optimiser = made()
    path = save(tmp_path, 7, model, optimiser)
    other = build_model(tiny(), IDS, seed=9)
    checkpoint.load_weights(path, other)
    pairs = zip(model.state_dict().items(), other.state_dict().items(), strict=True)
    assert all(left == right and torch.equal(a, b) for (left, a), (right, b) in pairs)
    fresh = torch.optim.AdamW(other.parameters(), lr=0.1)
    checkpoint.load_optimiser(path, other, fresh)
    assert fresh.state_dict()["state"].keys() == optimiser.state_dict()["state"].keys()
    for key, state in optimiser.state_dict()["state"].items():
        for name, value in state.items():
            assert torch.equal(fresh.state_dict()["state"][key][name], value)
    assert checkpoint.read_state(path) == RunState(total_steps=7, step=7, epoch=1)
    assert checkpoint.read_recipe(path) == {"name": "x"}


def test_tied_weights_are_stored_once_and_stay_tied(tmp_path):
    model, optimiser = made()
    path = save(tmp_path, 1, model, optimiser)
    other = build_model(tiny(), IDS, seed=3)
    checkpoint.load_weights(path, other)
    language = other.language
    assert language.get_output_embeddings().weight is language.get_input_embeddings().weight
    names = set(checkpoint.unshared(model))
    assert len(names) == len(model.state_dict()) - 1


def test_oldest_are_removed_and_leftovers_do_not_count(tmp_path):
    model, optimiser = made()
    (tmp_path / ".partial-step-00000009").mkdir()
    for step in (1, 2, 10):
        save(tmp_path, step, model, optimiser)
    assert [path.name for path in checkpoint.checkpoints(tmp_path)] == [
        "step-00000002",
        "step-00000010",
    ]
    assert checkpoint.latest(tmp_path) == tmp_path / "step-00000010"
    assert checkpoint.latest(tmp_path / "none") is None


def test_one_process_writes_and_the_others_only_give(tmp_path):
    model, optimiser = made()
    state = RunState(total_steps=3)
    path = checkpoint.save(tmp_path / "run", model, optimiser, state, {}, keep=2, writes=False)
    assert path.name == "step-00000003"
    assert not (tmp_path / "run").exists()


def test_full_disk_leaves_the_last_one_whole(tmp_path):
    """The limit on file sizes stands in for a full disk; it needs a process of its own."""
    model, optimiser = made()
    first = save(tmp_path, 1, model, optimiser)
    code = (
        "import resource, sys, signal\n"
        "from pathlib import Path\n"
        "from tests.trainers.loop.test_checkpoint import made, save\n"
        "from trainers.errors import TrainError\n"
        "model, optimiser = made()\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "try:\n"
        "    save(Path(sys.argv[1]), 2, model, optimiser)\n"
        "except TrainError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
    )
    assert "cannot save a checkpoint" in done.stdout
    assert str(first) in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == [first.name]
    checkpoint.load_weights(first, build_model(tiny(), IDS))


def test_what_does_not_fit_is_said(tmp_path):
    model, optimiser = made()
    path = save(tmp_path, 1, model, optimiser)
    wider = tiny()
    wider = wider.model_copy(
        update={
            "language": wider.language.model_copy(
                update={"config": {**wider.language.config, "ffn_dim": 128}}
            )
        }
    )
    with pytest.raises(WeightsError, match=r"has shape .* the model wants"):
        checkpoint.load_weights(path, build_model(wider, IDS))
    with pytest.raises(WeightsError, match="does not fit the model: missing"):
        checkpoint.load_weights(path, torch.nn.Linear(2, 2))
    (path / "state.json").write_text(json.dumps({"format": 0}))
    with pytest.raises(TrainError, match="another version"):
        checkpoint.read_state(path)
    (path / "model.safetensors").write_bytes(b"\0" * 20)
    with pytest.raises(WeightsError, match="cannot read"):
        checkpoint.load_weights(path, model)
    frozen = torch.optim.AdamW(model.connector.parameters())
    with pytest.raises(WeightsError, match="which is frozen"):
        checkpoint.load_optimiser(path, model, frozen)
    (path / "optimiser.safetensors").write_bytes(b"cos\nsystem\n(S'echo hacked'\ntR.")
    with pytest.raises(WeightsError, match="cannot read"):
        checkpoint.load_optimiser(path, model, optimiser)


def test_a_kill_while_an_old_one_is_removed_leaves_whole_ones_only(tmp_path, monkeypatch):
    model, optimiser = made()
    save(tmp_path, 1, model, optimiser, keep=1)

    def killed(path, **_):
        if path.exists():
            (path / checkpoint.WEIGHTS).unlink()
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint.shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path, 2, model, optimiser, keep=1)
    assert [one.name for one in checkpoint.checkpoints(tmp_path)] == ["step-00000002"]
    monkeypatch.undo()
    save(tmp_path, 3, model, optimiser, keep=1)
    assert [one.name for one in tmp_path.iterdir()] == ["step-00000003"]


def test_a_kill_while_one_is_written_again_leaves_it(tmp_path, monkeypatch):
    model, optimiser = made()
    save(tmp_path, 1, model, optimiser, keep=1)
    removed = shutil.rmtree

    def killed(path, **named):
        removed(path, **named)
        if not path.name.startswith(".partial-step"):
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint.shutil, "rmtree", killed)
    with contextlib.suppress(KeyboardInterrupt):
        save(tmp_path, 1, model, optimiser, keep=1)
    assert checkpoint.latest(tmp_path) is not None


def test_fused_adamw_finds_its_count_of_steps_on_its_device(tmp_path):
    """Its kernels read the count where the weights are; torch's own loading moves it, too."""
    model, optimiser = made()
    path = save(tmp_path, 1, model, optimiser)
    with torch.device("meta"):
        other = build_model(tiny(), IDS)
    for fused in (True, False):
        fresh = torch.optim.AdamW(other.parameters(), lr=0.1)
        fresh.param_groups[0]["fused"] = fused
        checkpoint.load_optimiser(path, other, fresh)
        places = {state["step"].device.type for state in fresh.state.values()}
        assert places == {"meta" if fused else "cpu"}
