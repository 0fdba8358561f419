"""`train`: Ctrl-C stops with a checkpoint, the same command goes on; bad input is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tests.trainers.cli.commands.digit_files import write_mixture, write_recipe
from trainers.cli import main
from trainers.loop import checkpoint
from trainers.loop.log import read_log

CODE = """
import os, signal, sys
from trainers.cli import main
from trainers.cli.watching import Watching

told = Watching.tell
at = int(sys.argv.pop(1))

def tell(self, step, kind, values):
    told(self, step, kind, values)
    if kind == "step" and step == at:
        os.kill(os.getpid(), signal.SIGINT)

Watching.tell = tell
main()
"""


@pytest.fixture(autouse=True)
def _handlers():
    """Put back the signal handlers that the command sets in this process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def mixture(tmp_path_factory):
    return write_mixture(tmp_path_factory.mktemp("digits"))


def words_of(recipe, mixture, out) -> list[str]:
    words = ["train", recipe, "--data", mixture, "--out", out, "--held-out", "none"]
    return [*map(str, words), "--device", "cpu"]


def interrupted(at: int, words: list[str]) -> tuple[int, str]:
    """Train in a process of its own, to which Ctrl-C comes at a step."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(at), *words],
        env=env, check=False, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_ctrl_c_stops_with_a_checkpoint_and_the_same_command_goes_on(mixture, tmp_path):
    recipe = write_recipe(tmp_path / "r.yaml", stages__0__steps=5)
    words = words_of(recipe, mixture, tmp_path / "run")
    code, said = interrupted(3, words)
    assert code == 3, said
    assert "stopping after this step" in said
    assert "the same command goes on" in said
    newest = checkpoint.latest(tmp_path / "run" / "checkpoints")
    assert checkpoint.read_state(newest).total_steps == 3
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert "going on from step 3" in done.output
    steps = [one["step"] for one in read_log(tmp_path / "run") if one["kind"] == "step"]
    assert steps == [1, 2, 3, 4, 5]


def refused(recipe, mixture, tmp_path) -> tuple[int, str]:
    found = CliRunner().invoke(main, words_of(recipe, mixture, tmp_path / "run"))
    assert not (tmp_path / "run" / "checkpoints").exists()
    return found.exit_code, found.output


def test_dataset_of_another_schema_version_is_told(mixture, tmp_path, monkeypatch):
    """A later dataengine, whose columns are others, reads a mixture of today."""
    monkeypatch.setattr("dataengine.manifest.SCHEMA_VERSION", 2)
    code, said = refused(write_recipe(tmp_path / "r.yaml"), mixture, tmp_path)
    assert code == 1
    assert "columns of version 1" in said


def test_tokenizer_that_is_no_tokenizer_is_told(mixture, tmp_path):
    (tmp_path / "empty").mkdir()
    recipe = write_recipe(
        tmp_path / "r.yaml", model__layout="opt_caption", model__tokenizer=str(tmp_path / "empty")
    )
    code, said = refused(recipe, mixture, tmp_path)
    assert code == 2
    assert "no tokenizer in the folder" in said


def test_missing_weights_are_told(mixture, tmp_path):
    recipe = write_recipe(
        tmp_path / "r.yaml", model__towers__vary__pretrained=str(tmp_path / "sam.pth")
    )
    code, said = refused(recipe, mixture, tmp_path)
    assert code in (1, 2)
    assert "sam.pth" in said


def test_missing_tracker_is_told_before_anything_is_built(mixture, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "trackio", None)
    recipe = write_recipe(
        tmp_path / "r.yaml", run__trackers=["trackio"],
        model__towers__vary__pretrained=str(tmp_path / "sam.pth"),
    )  # fmt: skip
    code, said = refused(recipe, mixture, tmp_path)
    assert code == 1
    assert "pip install trackio" in said
    assert not (tmp_path / "run").exists()
