"""A stage's steps: what is left out is listed once, steps of a curriculum resume, all agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.trainers.digits import DigitSource
from tests.trainers.loop.runs import equal, recipe, start, weights
from tests.trainers.loop.together import together
from trainers.errors import TrainError
from trainers.loop import checkpoint
from trainers.loop.log import read_log
from trainers.loop.watching import Unwatched


class Broken(DigitSource):
    """Pictures are damaged, one in three or all."""

    every = 3

    def example(self, number):
        whole = super().example(number)
        return replace(whole, image=whole.image[:50]) if number % self.every == 0 else whole


class AllBroken(Broken):
    every = 1


class TwoMembers(DigitSource):
    """Half of the pictures belong to another member."""

    member_names = ("first", "second")

    def __init__(self, count: int, seed: int = 0, longest: int = 5) -> None:
        super().__init__(count, seed, longest)
        self.members = np.arange(count) % 2


class Killed(Exception):
    """Stands for a kill: nothing is saved on the way out."""


class KilledAfter(Unwatched):
    """Ends a run behind a step, before anything is measured or saved."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def stepped(self, moment):
        self._left -= 1
        if not self._left:
            raise Killed


def test_a_resumed_run_lists_what_was_left_out_once(tmp_path):
    made = recipe(data__on_bad_sample="skip", data__max_skipped_share=1, run__save_every=2)
    run, _ = start(tmp_path, made, Broken(60), watch=KilledAfter(5))
    with pytest.raises(Killed):
        run.train()
    run, _ = start(tmp_path, made, Broken(60))
    assert run.train()
    listed = [line for line in read_log(tmp_path) if line["kind"] == "skipped"]
    assert len(listed) == run.state.skipped > 0
    assert len({line["id"] for line in listed}) == len(listed)
    assert all(1 <= line["step"] <= 6 for line in listed)


def test_reasons_are_in_the_log_before_a_run_ends_for_them(tmp_path):
    made = recipe(data__on_bad_sample="skip", data__max_skipped_share=1)
    run, _ = start(tmp_path, made, AllBroken(60))
    with pytest.raises(TrainError, match="for the reasons in the log"):
        run.train()
    listed = [line for line in read_log(tmp_path) if line["kind"] == "skipped"]
    assert len(listed) == 8
    assert all("cannot be decoded" in line["reason"] for line in listed)


def test_a_checkpoint_is_written_once_where_two_reasons_meet(tmp_path, monkeypatch):
    saved = []
    save = checkpoint.save
    monkeypatch.setattr(
        checkpoint, "save", lambda *given, **named: saved.append(given[3]) or save(*given, **named)
    )
    made = recipe(run__save_every=2)
    steps = iter(range(10))
    run, _ = start(tmp_path, made, stop=lambda: next(steps) == 1)
    assert not run.train()
    assert [one.total_steps for one in saved] == [2]


def curriculum(**changes):
    steps = [
        {"name": "one", "max_answer_chars": 3, "max_samples": 16, "until_edit_distance": 0.0},
        {"name": "two", "members": ["first"], "keep": 0.3, "max_samples": 8},
        {"name": "three"},
    ]
    stages = [{"name": name, "batch": 8, "steps": 4} for name in ("early", "late")]
    config = {**recipe().model.language.config, "dropout": 0.1}
    return recipe(
        data__curriculum=steps, stages=stages, run__evaluate_every=1, run__transcripts=1,
        run__held_out=2, model__language__config=config, **changes,
    )  # fmt: skip


def begun(folder, made, **options):
    run, said = start(folder, made, TwoMembers(60), **options)
    object.__setattr__(run._parts, "held_out", TwoMembers(20, seed=9))
    return run, said


def test_a_curriculum_resumes_to_the_same_weights(tmp_path):
    """Killed before, at and behind the ends of its steps and of stages."""
    whole, said = begun(tmp_path / "whole", curriculum())
    assert whole.train()
    assert [line[0] for line in said if line[1] == "curriculum"] == [2, 3]
    assert whole.state.curriculum == 2
    for count in (2, 3, 4, 8):
        folder = tmp_path / str(count)
        with pytest.raises(Killed):
            begun(folder, curriculum(run__save_every=2), watch=KilledAfter(count))[0].train()
        run, _ = begun(folder, curriculum(run__save_every=2))
        assert run.train()
        assert equal(weights(run), weights(whole)), count
        assert run.state == whole.state
        lines = [line["step"] for line in read_log(folder) if line["kind"] == "curriculum"]
        assert lines == [2, 3]


def test_every_step_of_a_curriculum_is_looked_at_before_the_first_one(tmp_path):
    """Not hours later, when it is its turn."""
    run, _ = begun(tmp_path, curriculum())
    run._parts.held_out.members[:] = 1
    with pytest.raises(TrainError, match=r"stage early, to measure with: .*'two'"):
        run.train()
    last = [{"name": "one", "max_samples": 8}, {"name": "two", "members": ["second"]}]
    run, _ = start(tmp_path, recipe(data__curriculum=last), DigitSource(60))
    with pytest.raises(TrainError, match=r"stage all, to learn from: .*'second'"):
        run.train()
    assert not (tmp_path / "checkpoints").exists()


def test_processes_agree_and_end_together(tmp_path):
    together("tests.trainers.loop.worlds", str(tmp_path))
