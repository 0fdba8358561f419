"""A run resumes to the same weights, bit for bit, whatever happened to it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trainers.digits import DigitSource
from tests.trainers.loop.runs import equal, recipe, start, weights
from trainers.errors import TrainError
from trainers.loop import checkpoint
from trainers.loop.log import read_log


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """Return the weights of a run that nothing happened to: six steps, dropout on."""
    run, said = start(tmp_path_factory.mktemp("straight"), dropping())
    assert run.train()
    return weights(run), [line for line in said if line[1] == "step"]


def dropping(**changes):
    config = {**recipe().model.language.config, "dropout": 0.1}
    return recipe(model__language__config=config, **changes)


def stop_after(count: int):
    left = iter(range(count))

    def stop() -> bool:
        next(left, None)
        return next(iter([left.__length_hint__() == 0]))

    return stop


@pytest.mark.parametrize("stops", [[3], [1, 2], [5]])
def test_stopped_run_goes_on_to_the_same_weights(straight, tmp_path, stops):
    for number, count in enumerate(stops):
        run, _ = start(tmp_path, dropping(run__data_workers=1 + number), stop=stop_after(count))
        assert not run.train()
        assert run.state.total_steps == sum(stops[: number + 1])
    run, _ = start(tmp_path, dropping(run__data_workers=4))
    assert run.train()
    assert equal(weights(run), straight[0])


def test_killed_run_goes_on_to_the_same_weights(straight, tmp_path):
    """kill -9 between two checkpoints: the steps since the last one are made again."""
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from tests.trainers.loop.runs import start\n"
        "from tests.trainers.loop.test_run import dropping\n"
        "steps = iter(range(10))\n"
        "def stop():\n"
        "    if next(steps) == 4:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return False\n"
        "start(Path(sys.argv[1]), dropping(run__save_every=2), stop=stop)[0].train()\n"
    )
    # Sums are rounded by how many threads take part, so both runs have one.
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=env, check=False)
    assert done.returncode == -9
    assert checkpoint.read_state(checkpoint.latest(tmp_path / "checkpoints")).total_steps == 4
    assert [line["step"] for line in read_log(tmp_path) if line["kind"] == "step"] == [
        1,
        2,
        3,
        4,
        5,
    ]
    run, _ = start(tmp_path, dropping(run__save_every=2))
    assert run.train()
    assert equal(weights(run), straight[0])
    steps = [line for line in read_log(tmp_path) if line["kind"] == "step"]
    assert [line["step"] for line in steps] == [1, 2, 3, 4, 5, 6]
    assert [line["loss"] for line in steps] == [line[2]["loss"] for line in straight[1]]


def test_finished_run_is_not_made_again(tmp_path):
    made = recipe(stages__0__steps=2)
    first, _ = start(tmp_path, made)
    assert first.train()
    again, said = start(tmp_path, made)
    assert again.train()
    assert said == []
    assert equal(weights(again), weights(first))


def test_stages_follow_each_other_with_their_own_freeze_maps(tmp_path):
    stages = [
        {"name": "connect", "train": {"connector.*": 1.0}, "batch": 8, "steps": 2},
        {"name": "lora", "train": {"*.lora_*": 1.0}, "lora": {"rank": 2}, "batch": 8, "steps": 2},
        {"name": "all", "batch": 8, "steps": 2},
    ]
    made = recipe(stages=stages)
    whole, _ = start(tmp_path / "whole", made)
    before = weights(whole)
    assert whole.train()
    for count in range(1, 6):
        folder = tmp_path / str(count)
        run, _ = start(folder, made, stop=stop_after(count))
        run.train()
        run, _ = start(folder, made)
        assert run.train()
        assert equal(weights(run), weights(whole)), count
    assert set(weights(whole)) == set(before)


def losses(folder: Path) -> list[float]:
    return [line["loss"] for line in read_log(folder) if line["kind"] == "step"]


def test_micro_batches_change_nothing_but_rounding(tmp_path):
    """Losses are compared: where a gradient is zero (key biases), AdamW makes steps of rounding."""
    for name, changes in (("whole", {}), ("parts", {"stages__0__micro_batch": 3})):
        start(tmp_path / name, recipe(**changes))[0].train()
    assert losses(tmp_path / "parts") == pytest.approx(losses(tmp_path / "whole"), abs=1e-3)


def test_another_recipe_or_other_data_is_refused(tmp_path):
    run, _ = start(tmp_path, recipe(stages__0__steps=1))
    run.train()
    with pytest.raises(TrainError, match="made under another recipe"):
        start(tmp_path, recipe(stages__0__steps=2))
    with pytest.raises(TrainError, match="made from other data"):
        start(tmp_path, recipe(stages__0__steps=1), DigitSource(61))
    start(tmp_path, recipe(stages__0__steps=1, run__log_every=7))


def test_loss_that_is_no_number_ends_the_run_by_name(tmp_path):
    run, _ = start(
        tmp_path, recipe(stages__0__optimiser={"learning_rate": 1e30, "clip_norm": None})
    )
    with pytest.raises(TrainError, match=r"the (loss|gradient's norm) is (nan|inf)"):
        run.train()
    assert not (tmp_path / "checkpoints").exists()


def test_two_processes_learn_what_one_learns(tmp_path):
    """Two real processes over gloo, with shares that are not equal, against one."""
    made = recipe(stages__0__batch=5, stages__0__steps=3)
    alone, _ = start(tmp_path / "one", made)
    alone.train()
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.trainers.loop.runs import parts, recipe\n"
        "from trainers.loop.distributed import joined\n"
        "from trainers.loop.run import Run\n"
        "made = recipe(stages__0__batch=5, stages__0__steps=3)\n"
        "with joined('cpu') as world:\n"
        "    Run(parts(made), Path(sys.argv[1]), world).train()\n"
    )
    env = {
        **os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(_free_port()), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    folder = tmp_path / "two"
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(folder)], env={**env, "RANK": str(rank)})
        for rank in range(2)
    ]
    assert [one.wait(timeout=200) for one in running] == [0, 0]
    assert losses(folder) == pytest.approx(losses(tmp_path / "one"), abs=1e-3)
    assert len(losses(folder)) == 3


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_learns_to_read_32_pictures(tmp_path: Path):
    """Overfitting 32 pictures to exact transcripts in 100 steps; the vision gap opens."""
    texts = DigitSource(32)
    made = recipe(
        stages__0__batch=32, stages__0__steps=100, run__evaluate_every=20, run__held_out=32,
        run__transcripts=32, stages__0__optimiser={"learning_rate": 2e-3, "warmup_steps": 10},
    )  # fmt: skip
    run, said = start(tmp_path, made, texts)
    object.__setattr__(run._parts, "held_out", texts)
    assert run.train()
    measured = [line[2] for line in said if line[1] == "held_out"]
    assert measured[-1]["exact"] == 1.0
    assert measured[-1]["edit_distance"] == 0.0
    assert measured[-1]["vision_gap"] > 2
    assert measured[0]["vision_gap"] < 0.5
