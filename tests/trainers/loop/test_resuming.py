"""Stages with data of their own, and what a run may go on with."""

from __future__ import annotations

import pytest
import torch

from tests.trainers.digits import DigitSource
from tests.trainers.loop.runs import equal, recipe, weights
from tests.trainers.loop.test_run import stop_after
from trainers.data.stage_data import StageData
from trainers.errors import TrainError
from trainers.loop.distributed import World
from trainers.loop.parts import build_parts
from trainers.loop.resuming import data_hash, identities, resumed
from trainers.loop.run import Run

STAGES = [
    {"name": "first", "batch": 8, "steps": 2},
    {"name": "second", "batch": 8, "steps": 2},
]
MADE = recipe(stages=STAGES, run__held_out=0)


class Watched(DigitSource):
    """Remembers that it was read."""

    read = 0

    def example(self, number):
        self.read += 1
        return super().example(number)


def by_stage(seed=2):
    return {
        "first": StageData(Watched(40, seed=1), None),
        "second": StageData(Watched(40, seed=seed), None),
    }


def go(folder, data, stop=lambda: False):
    found = resumed(folder, MADE, identities(MADE, data))
    parts = build_parts(MADE, data["first"].source, None, data, found)
    run = Run(parts, folder, World(0, 1, torch.device("cpu")), stop=stop)
    return run, run.train()


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    run, ended = go(tmp_path_factory.mktemp("straight"), by_stage())
    assert ended
    return weights(run)


def test_each_stage_reads_its_own_data(tmp_path, straight):
    data = by_stage()
    _, ended = go(tmp_path, data, stop_after(1))
    assert not ended
    assert data["first"].source.read
    assert not data["second"].source.read
    data = by_stage()
    run, ended = go(tmp_path, data, stop_after(1))
    assert not ended
    assert data["second"].source.read
    run, ended = go(tmp_path, by_stage())
    assert ended
    assert equal(weights(run), straight)


def test_the_second_stage_matters(tmp_path, straight):
    run, _ = go(tmp_path, by_stage(seed=3))
    assert not equal(weights(run), straight)


def test_other_data_of_a_stage_is_refused_by_its_name(tmp_path):
    go(tmp_path, by_stage(), stop_after(1))
    with pytest.raises(TrainError, match=r"other data in the stage second; name what .* --data"):
        go(tmp_path, by_stage(seed=3))
    with pytest.raises(TrainError, match="another recipe"):
        resumed(tmp_path, recipe(stages=STAGES, seed=1), identities(MADE, by_stage()))
    same = {name: by_stage()["first"] for name in ("first", "second")}
    with pytest.raises(TrainError, match="other data in the stage second"):
        resumed(tmp_path, MADE, identities(MADE, same))


def test_held_out_examples_count_where_they_end_steps():
    steps = [{"name": "a", "max_samples": 8}, {"name": "b"}]
    for curriculum, decides in ((steps, True), (steps[:1], False)):
        made = recipe(data__curriculum=curriculum)
        one, other = (
            identities(made, {"all": StageData(DigitSource(40, seed=1), DigitSource(9, seed=seed))})
            for seed in (2, 3)
        )
        assert (one != other) == decides


def test_nothing_to_go_on_from(tmp_path):
    assert resumed(tmp_path, MADE, {}) is None


def test_one_mixture_for_all_stages_has_its_own_hash():
    """So that runs that were begun with one mixture go on."""
    assert data_hash({"a": "x", "b": "x"}) == "x"
    assert data_hash({"a": "x", "b": "y"}) != data_hash({"a": "y", "b": "x"})
