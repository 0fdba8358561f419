"""A proof: phase after phase, killed and resumed in between; a page and a JSON at any moment."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dataengine.report.page import page_html
from tests.trainers.loop.runs import recipe, start
from trainers.bench import proof as proving
from trainers.bench.child import KILLED
from trainers.bench.found import collect
from trainers.bench.proof import Plan, prove
from trainers.bench.proof_page import proof_page
from trainers.bench.writing import read_json, write_json
from trainers.errors import TrainError
from trainers.loop import checkpoint

PHASES = [
    "steps", "mixture", "data", "own steps", "train, killed", "train, resumed", "evaluate",
    "report", "export",
]  # fmt: skip


class Commands:
    """Stands for the commands: writes what they would, counts them."""

    def __init__(self, trained: Path) -> None:
        self.ran: list[list[str]] = []
        self.codes: dict[str, list[int | None]] = {}
        self._trained = trained

    def __call__(self, command, log, deadline, kill=lambda: False):
        words = [one for one in command if one not in ("-m", "trainers", "dataengine")][1:]
        self.ran.append(words)
        name = words[0] if words[0] != "bench" else f"bench {words[1]}"
        code = self.codes.get(name, [0]).pop(0) if self.codes.get(name) else 0
        log.write_text("$\nwords before\nthe reason\n")
        if name == "train":
            code = self._train(words, log, kill)
        if "--json" in words and code == 0:
            machine = {"device": "cpu", "processor": "p", "cores": 2}
            rows = {"recipe": "r", "machine": machine, "rows": [], "speeds": [], "needed": []}
            write_json(Path(words[words.index("--json") + 1]), rows)
        return code

    def _train(self, words, log, kill):
        folder = Path(words[words.index("--out") + 1])
        before = folder / checkpoint.CHECKPOINTS
        if before.exists():
            step = checkpoint.read_state(checkpoint.latest(before)).total_steps
            log.write_text(f"going on from step {step}\n")
            return 0
        assert not kill(), "killed before there was a checkpoint"
        shutil.copytree(self._trained, folder)
        assert kill()
        return KILLED


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained") / "run"
    made = recipe(stages__0__steps=4, run__evaluate_every=2, run__held_out=4)
    assert start(folder, made)[0].train()
    return folder


@pytest.fixture
def commands(monkeypatch, trained):
    found = Commands(trained)
    monkeypatch.setattr(proving, "run", found)
    monkeypatch.setattr(proving, "KILLED_BETWEEN", (0.0, 0.0))
    return found


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(json.dumps(recipe().model_dump(mode="json", exclude_none=True)))
    return Plan(str(path), tmp_path / "out", minutes=1, workers=3, limit=7, device="cpu")


def test_from_nothing_to_the_end(commands, plan):
    said: list[str] = []
    assert prove(plan, said.append)
    assert said == PHASES
    trains = [one for one in commands.ran if one[0] == "train"]
    assert len(trains) == 2
    assert trains[0] == trains[1], "resumed by another command"
    assert "run.data_processes=3" in trains[0]
    found = read_json(plan.out / proving.FIGURES)
    assert found["done"] == PHASES
    assert found["resume"]["agrees"] is True
    assert found["resume"]["checkpoint_step"] == 4
    assert len(found["resume"]["weights_sha256"]) == 64
    assert [one["step"] for one in found["held_out"]] == [2, 4]
    assert found["held_out"][1]["samples"] == 32
    assert found["training"]["samples"] == 32
    assert found["training"]["speed"]["images_per_s"] > 0
    assert "killed" in (plan.out / proving.PAGE).read_text()
    again = len(commands.ran)
    assert prove(plan)
    assert len(commands.ran) == again, "what was done is done again"


def test_goes_on_where_it_was_stopped_or_failed(commands, plan):
    commands.codes = {"mix": [3], "evaluate": [1, None]}
    assert not prove(plan)
    assert read_json(plan.out / proving.FIGURES)["done"] == ["steps"]
    with pytest.raises(TrainError, match=r"evaluate failed with exit code 1, .*the reason"):
        prove(plan)
    assert not prove(plan)
    assert prove(plan)
    names = [one[0] for one in commands.ran]
    assert names.count("mix") == 2
    assert names.count("evaluate") == 3
    assert names.count("train") == 2


def test_a_mixture_at_hand_is_taken(commands, plan, tmp_path):
    assert prove(replace(plan, data=tmp_path))
    assert "mix" not in [one[0] for one in commands.ran]
    (train, _) = [one for one in commands.ran if one[0] == "train"]
    assert train[train.index("--data") + 1] == str(tmp_path)


def test_a_stretch_ends_between_phases(commands, plan):
    assert not prove(replace(plan, stretch=1e-9))
    assert not commands.ran
    assert prove(plan)


def test_the_folder_of_another_plan_is_refused(commands, plan):
    write_json(plan.out / proving.STATE, {"plan": "0" * 64, "done": {}})
    with pytest.raises(TrainError, match="another plan"):
        prove(plan)


def test_training_that_fails_says_so(commands, plan, monkeypatch):
    monkeypatch.setattr(Commands, "_train", lambda *_: 1)
    with pytest.raises(TrainError, match="training failed with exit code 1"):
        prove(plan)


def test_the_page_of_a_proof_that_has_nothing_yet(tmp_path):
    found = collect(tmp_path, recipe(), {"done": {}})
    page = page_html(proof_page(found))
    assert "on its language prior" in page
    assert "Proof of digits" in page


def test_the_page_says_of_which_member_figures_are(tmp_path):
    found = collect(tmp_path, recipe(), {"done": {}})
    found["curriculum"] = [{"step": 16, "from": "digits", "to": "letters"}]
    group = {"task": "text", "kind": None, "language": None, "member": "lines", "cases": 3}
    found["evaluation"] = {"groups": [{**group, "figures": {}}]}
    page = page_html(proof_page(found))
    assert "text, lines; cases: 3" in page
    assert page.index("digits</") < page.index("letters</")


def test_a_resume_from_elsewhere_does_not_agree(tmp_path):
    killed = {"checkpoint_step": 12, "weights_sha256": "0", "after_s": 1.0}
    for said, agrees in (("going on from step 12", True), ("going on from step 120", False)):
        found = collect(tmp_path, recipe(), {"killed": killed, "resumed": said})
        assert found["resume"]["agrees"] is agrees
    assert collect(tmp_path, recipe(), {"killed": killed})["resume"]["agrees"] is None
