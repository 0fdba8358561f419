"""What a run is made of: weights at its begin only, and never before they are known to fit."""

from __future__ import annotations

import json
import shutil

import pytest
import torch

from tests.trainers.evaluation.test_loading import two_towers
from tests.trainers.loop import runs
from tests.trainers.loop.runs import equal, recipe, weights
from tests.trainers.loop.test_run import stop_after
from tests.trainers.tokens.conftest import tokenizer_folder  # noqa: F401  a fixture
from tests.trainers.weights.test_loading import saved
from trainers.errors import WeightsError
from trainers.loop import parts as parts_module
from trainers.loop.distributed import World
from trainers.loop.parts import build_parts
from trainers.loop.resuming import resumed
from trainers.loop.run import Run
from trainers.tokens import vocabulary


@pytest.fixture
def donor(tmp_path):
    _, path = saved(tmp_path / "donor")
    return path


def made_with(donor):
    return recipe(
        model__towers__vary__pretrained=str(donor),
        model__connector={"kind": "linear", "pretrained": str(donor)},
        model__language__pretrained=str(donor),
        stages__0__steps=4, run__held_out=0,
    )  # fmt: skip


def go(made, folder, stop=lambda: False):
    source = runs.DigitSource(60)
    newest = resumed(folder, made, {"all": source.identity})
    run = Run(
        build_parts(made, source, None, resumed=newest), folder,
        World(0, 1, torch.device("cpu")), stop=stop,
    )  # fmt: skip
    return run, run.train()


def test_a_run_goes_on_without_the_weights_that_it_began_with(donor, tmp_path):
    made = made_with(donor)
    straight, _ = go(made, tmp_path / "straight")
    _, ended = go(made, tmp_path / "run", stop_after(2))
    assert not ended
    shutil.rmtree(donor.parent)
    run, ended = go(made, tmp_path / "run")
    assert ended
    assert equal(weights(run), weights(straight))


def test_a_run_goes_on_without_its_tokenizer(tokenizer_folder, tmp_path, monkeypatch):  # noqa: F811
    made = two_towers("clip", "vary", tokenizer=str(tokenizer_folder))
    made = made.model_copy(update={"stages": (made.stages[0].model_copy(update={"steps": 2}),)})
    _, ended = go(made, tmp_path, stop_after(1))
    assert not ended

    def never(*arguments):
        raise AssertionError(arguments)

    monkeypatch.setattr(vocabulary, "pretrained", never)
    run, ended = go(made, tmp_path)
    assert ended
    assert run.state.total_steps == 2


def test_what_was_loaded_lies_in_the_runs_folder(donor, tmp_path):
    go(made_with(donor), tmp_path / "run", stop_after(1))
    parts = json.loads((tmp_path / "run" / "weights.json").read_text())["parts"]
    assert [one["part"] for one in parts] == ["towers.vary", "connector", "language"]
    assert parts[1]["loaded"] == ["project.bias", "project.weight"]
    assert parts[1]["origin"] == str(donor)
    before = (tmp_path / "run" / "weights.json").read_bytes()
    shutil.rmtree(donor.parent)
    go(made_with(donor), tmp_path / "run")
    assert (tmp_path / "run" / "weights.json").read_bytes() == before


def test_all_of_the_model_is_what_was_named(donor):
    found = build_parts(made_with(donor), runs.DigitSource(4), None).model.state_dict()
    wanted = runs.parts(recipe(seed=5)).model.state_dict()
    assert all(torch.equal(one, wanted[name]) for name, one in found.items())


def test_weights_are_refused_before_memory_is_taken(donor, monkeypatch):
    build, devices = parts_module.build_model, []

    def watched(*arguments):
        model = build(*arguments)
        devices.append(next(model.parameters()).device.type)
        return model

    monkeypatch.setattr(parts_module, "build_model", watched)
    made = made_with(donor.parent / "nowhere")
    with pytest.raises(WeightsError, match="no file or folder"):
        build_parts(made, runs.DigitSource(4), None)
    assert devices == ["meta"]
