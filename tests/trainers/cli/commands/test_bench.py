"""`bench`: tables on the terminal, figures as JSON; names that are wrong are told."""

from __future__ import annotations

import json
import signal

import pytest
from click.testing import CliRunner

from tests.trainers.cli.commands.digit_files import write_mixture, write_recipe
from trainers.cli import main


@pytest.fixture(autouse=True)
def _handler():
    """Put back the signal handler that the command sets in this process."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    return write_recipe(folder / "r.yaml"), write_mixture(folder)


def called(*words: object):
    return CliRunner().invoke(main, ["bench", *map(str, words)])


def test_data(files, tmp_path):
    recipe, mixture = files
    path = tmp_path / "data.json"
    done = called(
        "data", recipe, "--data", mixture, "--threads", 1, "--processes", 1, "--seconds", 0,
        "--json", path,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    found = json.loads(path.read_text())
    assert [(one["by"], one["workers"]) for one in found["speeds"]] == [
        ("threads", 1), ("processes", 1)
    ]  # fmt: skip
    assert {one["device"] for one in found["needed"]} == {"A100", "H100", "H200"}
    assert found["parts"]["reading"] > 0
    assert "1 processes" in done.output


def test_step(files, tmp_path):
    recipe, _ = files
    path = tmp_path / "steps.json"
    done = called(
        "step", recipe, "--device", "cpu", "--micro-batch", 1, "--tokens", 16, "--seconds", 0,
        "--only", "eager", "--only", "folded", "--json", path,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    found = json.loads(path.read_text())
    assert [one["variant"] for one in found["rows"]] == ["eager", "folded"]
    assert found["machine"]["device"] == "cpu"
    assert "folded" in done.output


def test_a_way_that_is_not_known(files):
    done = called("step", files[0], "--only", "fold")
    assert done.exit_code == 2
    assert "'folded'; 'bias, compiled'" in done.output


def test_proof_says_which_phase_failed(files, tmp_path):
    recipe, mixture = files
    words = ("proof", recipe, "--data", mixture, "--out", tmp_path / "out")
    ended = called(*words, "--bench-recipe", "no such recipe")
    assert ended.exit_code == 1
    assert "error: steps failed" in ended.output
    assert "no training recipe is called" in ended.output
