"""Trackio and Weights & Biases get figures and pictures, and a resumed run its old name."""

from __future__ import annotations

import json
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from dataengine.errors import ConfigError
from tests.trainers.digits import picture
from tests.trainers.loop.runs import recipe, start
from trainers.loop.pictures import small
from trainers.loop.tracked_runs import COLUMNS, MOST_PICTURES, NAME_FILE, STEP, TrackedRun


class FakeRun:
    """Keeps what is logged."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.logged: list[tuple[int | None, dict[str, Any]]] = []
        self.metrics: list[tuple[str, dict[str, Any]]] = []
        self.finished = False

    def log(self, values: dict[str, Any], step: int | None = None) -> None:
        self.logged.append((step, values))

    def define_metric(self, name: str, **options: Any) -> None:
        self.metrics.append((name, options))

    def finish(self) -> None:
        self.finished = True


@pytest.fixture(params=["trackio", "wandb"])
def service(request, monkeypatch):
    """Stand in for one of the two."""
    module = ModuleType(request.param)
    module.runs = []

    def init(**options: Any) -> FakeRun:
        module.runs.append(FakeRun(options))
        return module.runs[-1]

    module.init = init
    module.Settings = lambda **options: options
    module.Image = lambda value, caption=None: SimpleNamespace(value=value, caption=caption)
    module.Table = lambda columns, data: SimpleNamespace(columns=columns, data=data)
    monkeypatch.setitem(sys.modules, request.param, module)
    monkeypatch.delenv("WANDB_MODE", raising=False)
    return module


def test_a_run_and_its_resumption_are_one(service, tmp_path):
    name = service.__name__
    folder = tmp_path / "A run: 读"
    made = recipe(
        stages__0__steps=4, run__trackers=[name], run__held_out=2, run__transcripts=1,
        run__evaluate_every=2, run__save_every=2,
    )  # fmt: skip
    left = iter([False, True])
    run, said = start(folder, made, stop=lambda: next(left))
    assert not run.train()
    assert start(folder, made)[0].train()
    first, second = service.runs
    called = first.options["name"]
    assert called == second.options["name"] == (folder / NAME_FILE).read_text().strip()
    assert called.startswith("A-run-")
    assert first.options["resume"] == "allow"
    assert first.options["config"]["seed"] == made.seed
    assert json.dumps(first.options["config"])
    assert first.finished
    assert second.finished
    losses = [(line[0], line[2]["loss"]) for line in said if line[1] == "step"]
    found = [
        (values[STEP] if name == "wandb" else step, values["step/loss"])
        for step, values in first.logged
        if "step/loss" in values
    ]
    assert found == losses
    assert any("held_out/vision_gap" in values for _, values in second.logged)


def test_nothing_leaves_the_machine_by_itself(service, tmp_path, monkeypatch):
    TrackedRun(service.__name__, service, tmp_path, recipe())
    options = service.runs[0].options
    if service.__name__ == "trackio":
        assert not {"space_id", "server_url", "dataset_id", "bucket_id"} & set(options)
        return
    assert (options["mode"], options["dir"]) == ("offline", str(tmp_path))
    assert options["id"] == options["name"]
    monkeypatch.setenv("WANDB_MODE", "online")
    TrackedRun("wandb", service, tmp_path, recipe())
    assert service.runs[1].options["mode"] == "online"


def test_steps_may_go_back(service, tmp_path):
    tracked = TrackedRun(service.__name__, service, tmp_path, recipe())
    tracked.write(8, "step", {"loss": 1.0})
    tracked.write(7, "step", {"loss": 2.0, "name": "x", "nan": float("nan")})
    tracked.write(7, "skipped", {"id": "a", "reason": "long"})
    run = service.runs[0]
    if service.__name__ == "trackio":
        assert run.logged == [(8, {"step/loss": 1.0}), (7, {"step/loss": 2.0})]
    else:
        assert run.logged == [
            (None, {STEP: 8, "step/loss": 1.0}),
            (None, {STEP: 7, "step/loss": 2.0}),
        ]
        assert ("*", {"step_metric": STEP}) in run.metrics


def test_transcripts_come_with_their_pictures(service, tmp_path):
    tracked = TrackedRun(service.__name__, service, tmp_path, recipe())
    png = small(picture("12"))
    one = {"id": "a", "asked": "read", "target": "12\u202e", "said": "1\n2", "picture": png}
    many = [one, {**one, "picture": b""}, *[one] * MOST_PICTURES]
    tracked.write(3, "held_out", {"loss": 1.0, "transcripts": many})
    found = service.runs[0].logged[0][1]["held_out/transcripts"]
    if service.__name__ == "trackio":
        assert found.columns == COLUMNS
        assert len(found.data) == MOST_PICTURES
        assert found.data[0][0].value.size == (64, 64)
        assert found.data[0][1:] == ["a", "read", "12\ufffd", "1\n2"]
        assert found.data[1][0] is None
    else:
        assert [one.caption for one in found] == ["12\ufffd\n→ 1\n2"] * (MOST_PICTURES - 1)
        assert found[0].value.size == (64, 64)


def test_a_refusal_is_told(service, tmp_path):
    def init(**options: Any) -> FakeRun:
        raise RuntimeError("nobody is logged in")

    service.init = init
    with pytest.raises(ConfigError, match="nobody is logged in; mend that, or take it out"):
        TrackedRun(service.__name__, service, tmp_path, recipe())


def test_a_name_that_is_none_is_told(service, tmp_path):
    (tmp_path / NAME_FILE).write_text("../../x")
    with pytest.raises(ConfigError, match="holds no name of a run"):
        TrackedRun(service.__name__, service, tmp_path, recipe())


def test_wandb_itself_keeps_everything_in_the_folder(tmp_path, monkeypatch):
    wandb = pytest.importorskip("wandb", reason="wandb is not installed")
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")
    tracked = TrackedRun("wandb", wandb, tmp_path, recipe())
    one = {"id": "a", "asked": "", "target": "1", "said": "2", "picture": small(picture("1"))}
    tracked.write(3, "held_out", {"loss": 1.0, "transcripts": [one]})
    tracked.write(2, "step", {"loss": 2.0})
    tracked.close()
    assert list(tmp_path.glob("wandb/offline-run-*/files/media/images/held_out/*.png"))
    assert list(tmp_path.glob("wandb/offline-run-*/*.wandb"))
