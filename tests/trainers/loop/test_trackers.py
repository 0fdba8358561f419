"""TensorBoard takes what the log takes; without the package the message says what to do."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from dataengine.errors import ConfigError, ToolMissing
from tests.trainers.loop.runs import recipe, start
from trainers.loop.trackers import TENSORBOARD_FOLDER
from trainers.recipe import resolve


class Writer:
    """Stands in for torch's writer."""

    made: list[Writer] = []

    def __init__(self, folder: str, purge_step: int) -> None:
        self.folder, self.purge_step = folder, purge_step
        self.scalars: list[tuple[str, float, int]] = []
        self.texts: list[tuple[str, str, int]] = []
        self.closed = False
        Writer.made.append(self)

    def add_scalar(self, name: str, value: float, step: int) -> None:
        self.scalars.append((name, value, step))

    def add_text(self, name: str, text: str, step: int) -> None:
        self.texts.append((name, text, step))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def writers(monkeypatch):
    module = ModuleType("torch.utils.tensorboard")
    module.SummaryWriter = Writer
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    Writer.made = []
    return Writer.made


def test_figures_and_transcripts_are_written(writers, tmp_path):
    made = recipe(
        stages__0__steps=3, run__trackers=["tensorboard"], run__held_out=2, run__transcripts=1
    )
    left = iter([False, True])
    run, said = start(tmp_path, made, stop=lambda: next(left))
    assert not run.train()
    assert start(tmp_path, made)[0].train()
    first, second = writers
    assert first.folder == str(tmp_path / TENSORBOARD_FOLDER)
    assert (first.purge_step, second.purge_step) == (1, 3)
    assert first.closed
    assert second.closed
    losses = [(value, step) for name, value, step in first.scalars if name == "step/loss"]
    assert losses == [(line[2]["loss"], line[0]) for line in said if line[1] == "step"]
    assert [step for name, _, step in second.scalars if name == "held_out/vision_gap"] == [3]
    assert [name for name, _, _ in second.texts] == ["transcripts/0"]


def test_trackers_do_not_change_what_is_learned():
    assert recipe(run__trackers=["tensorboard"]).content_hash() == recipe().content_hash()


def test_without_the_package_the_remedy_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(ToolMissing, match="pip install tensorboard"):
        start(tmp_path, recipe(run__trackers=["tensorboard"]))


def test_unknown_tracker_is_refused():
    data = recipe().model_dump(mode="json")
    data["run"]["trackers"] = ["wandb"]
    with pytest.raises(ConfigError, match="trackers"):
        resolve(data, "test")
