"""Trackers take what the log takes; missing ones are told at once, failing ones are left out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from dataengine.errors import ConfigError, ToolMissing
from tests.trainers.loop.runs import recipe, start
from trainers.loop.trackers import MODULES, TENSORBOARD_FOLDER, Guarded, check_trackers
from trainers.recipe import resolve


class Writer:
    """Stands in for torch's writer."""

    made: list[Writer] = []

    def __init__(self, folder: str, purge_step: int) -> None:
        self.folder, self.purge_step = folder, purge_step
        self.scalars: list[tuple[str, float, int]] = []
        self.texts: list[tuple[str, str, int]] = []
        self.images: list[tuple[str, tuple[int, ...], int, str]] = []
        self.closed = False
        Writer.made.append(self)

    def add_scalar(self, name: str, value: float, step: int) -> None:
        self.scalars.append((name, value, step))

    def add_text(self, name: str, text: str, step: int) -> None:
        self.texts.append((name, text, step))

    def add_image(self, name: str, image: np.ndarray, step: int, dataformats: str) -> None:
        self.images.append((name, image.shape, step, dataformats))

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
    assert second.images == [("transcripts/0", (64, 64), 3, "HW")]


def test_pictures_are_written_once(writers, tmp_path):
    start(tmp_path, recipe(
        stages__0__steps=4, run__trackers=["tensorboard"], run__held_out=4, run__transcripts=3,
        run__evaluate_every=2,
    ))[0].train()  # fmt: skip
    (writer,) = writers
    assert [(name, step) for name, _, step in writer.texts] == [
        (f"transcripts/{number}", step) for step in (2, 4) for number in range(3)
    ]
    assert [(name, step) for name, _, step, _ in writer.images] == [
        (f"transcripts/{number}", 2) for number in range(3)
    ]
    assert writer.texts[0][1].startswith("    read\n\n    ")


def test_trackers_do_not_change_what_is_learned():
    assert recipe(run__trackers=["tensorboard"]).content_hash() == recipe().content_hash()


@pytest.mark.parametrize("name", sorted(MODULES))
def test_without_the_package_the_remedy_is_named(name, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, MODULES[name], None)
    with pytest.raises(ToolMissing, match=f"pip install {name}"):
        check_trackers([name])
    with pytest.raises(ToolMissing, match=f"pip install {name}"):
        start(tmp_path, recipe(run__trackers=[name]))


class Failing:
    """A service that is gone after its first line."""

    def __init__(self) -> None:
        self.lines = 0

    def write(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        del step, kind, values
        self.lines += 1
        if self.lines > 1:
            raise ConnectionError("no answer")

    def close(self) -> None:
        raise AssertionError("it was left out")


def test_a_tracker_that_fails_does_not_end_a_run():
    failing = Failing()
    tracker = Guarded("trackio", failing)
    tracker.write(1, "step", {})
    with pytest.warns(RuntimeWarning, match="trackio failed .*ConnectionError: no answer"):
        tracker.write(2, "step", {})
    tracker.write(3, "step", {})
    tracker.close()
    assert failing.lines == 2


def test_unknown_tracker_is_refused():
    data = recipe().model_dump(mode="json")
    data["run"]["trackers"] = ["mlflow"]
    with pytest.raises(ConfigError, match="trackers"):
        resolve(data, "test")
