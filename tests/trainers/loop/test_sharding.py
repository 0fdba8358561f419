"""Two real processes with shares of the model learn what one learns with all of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.trainers.loop.runs import start
from tests.trainers.loop.sharded_runs import STEPS, lora, small, untied
from tests.trainers.loop.test_run import losses, stop_after
from tests.trainers.loop.together import together
from trainers.loop import checkpoint
from trainers.loop.log import read_log

pytestmark = pytest.mark.slow
NEAR = {"rel": 1e-6, "abs": 1e-6}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return what one process and what two processes with shares have made."""
    folder = tmp_path_factory.mktemp("sharded")
    made = {
        "one": small(),
        "one-few": small(stages__0__batch=1),
        "one-lora": lora(),
        "one-untied": untied(),
        "one-short": small(stages__0__steps=2),
        "one-bf16": small(run__precision="bf16"),
    }
    for name, recipe in made.items():
        assert start(folder / name, recipe)[0].train()
    assert not start(folder / "begun", small(), stop=stop_after(2))[0].train()
    together("tests.trainers.loop.sharded_runs", str(folder))
    assert start(folder / "stopped", small())[0].train()
    return folder


@pytest.mark.parametrize(
    ("shared", "alone"),
    [
        ("replicate", "one"),
        ("shard", "one"),
        ("few", "one-few"),
        ("lora", "one-lora"),
        ("untied", "one-untied"),
        ("stopped", "one"),
        ("begun", "one"),
    ],
)
def test_losses_and_norms_are_those_of_one_process(folder, shared, alone):
    """Stopped with shares and ended without; begun without and ended with; fewer than processes."""
    assert losses(folder / shared) == pytest.approx(losses(folder / alone), **NEAR)
    norms = [_values(folder / one, "step", "gradient_norm") for one in (shared, alone)]
    assert norms[0] == pytest.approx(norms[1], rel=1e-6)
    assert max(norms[0]) > 1  # so clipping took part
    for name in ("loss", "vision_gap"):
        left, right = (_values(folder / one, "held_out", name) for one in (shared, alone))
        assert len(left) >= 1
        assert left == pytest.approx(right, rel=1e-5, abs=1e-5)


def test_compiled_blocks_with_shares_learn_the_same(folder):
    assert losses(folder / "compiled") == pytest.approx(losses(folder / "one-short"), **NEAR)


def test_bf16_with_shares_is_as_near_as_bf16_can_be(folder):
    left, right = losses(folder / "bf16"), losses(folder / "one-bf16")
    assert left == pytest.approx(right, rel=5e-3)
    assert left != pytest.approx(losses(folder / "one"), **NEAR)


def test_checkpoints_are_the_same_files(folder):
    for name in (checkpoint.WEIGHTS, checkpoint.OPTIMISER):
        left, right = (
            load_file(folder / one / "checkpoints" / "step-00000002" / name)
            for one in ("shard", "one")
        )
        assert len(left) > 20
        assert left.keys() == right.keys()
        for key, value in left.items():
            assert value.dtype == right[key].dtype
            assert torch.allclose(value, right[key], rtol=1e-4, atol=1e-6), key


def test_stages_end_with_whole_weights(folder):
    """LoRA is merged, and the last stage begins with the weights that the one before ended with."""
    left, right = (
        load_file(checkpoint.latest(folder / one / "checkpoints") / checkpoint.WEIGHTS)
        for one in ("lora", "one-lora")
    )
    assert left.keys() == right.keys()
    assert not any("lora_" in key for key in left)
    assert all(torch.allclose(left[key], right[key], rtol=1e-4, atol=1e-5) for key in left)


def test_blocks_are_shared_and_small_frozen_towers_are_not(folder):
    found = [_found(folder, rank)["held"] for rank in range(2)]
    language = [f"language.model.decoder.layers.{number}" for number in range(2)]
    tower = [f"towers.vary.encoder.vision_encoder.layers.{number}" for number in range(2)]
    assert found[0]["small"]["modules"] == ["", *language]
    assert sorted(found[0]["large"]["modules"]) == sorted(["", *tower, *language])
    whole = found[0]["large"]["whole"]
    assert sum(one["large"]["held"] for one in found) == whole
    assert all(abs(one["large"]["held"] / whole - 0.5) < 0.05 for one in found)
    assert [one["large"]["left"] for one in found] == [0, 0]
    frozen = found[0]["small"]["left"]  # the tower, which both models use
    assert sum(one["small"]["held"] for one in found) == whole + frozen


def test_full_device_names_what_helps_a_sharded_model(folder):
    told = _found(folder, 1)["full"]
    assert "run.checkpoint_activations to [language, vary]" in told
    assert "more devices make each one's share" in told
    assert "run.parallel shard" not in told


def _values(folder: Path, kind: str, name: str) -> list[float]:
    lines = [line for line in read_log(folder) if line["kind"] == kind]
    assert kind != "step" or len(lines) >= STEPS
    return [line[name] for line in lines]


def _found(folder: Path, rank: int):
    return json.loads((folder / f"found-{rank}.json").read_text())
