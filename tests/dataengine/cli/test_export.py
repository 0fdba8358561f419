"""`dataengine export` as a user meets it: kills, messages, and the same bytes in the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from dataengine.cli import USAGE, main
from dataengine.finalize import finalize
from dataengine.storage import Storage
from tests.conftest import Corpus, recipe_for, render, words
from tests.dataengine.exporting.sources import contents


@pytest.fixture(scope="module")
def kept() -> dict[str, Path]:
    """What the tests of this module share."""
    return {}


@pytest.fixture
def made(kept: dict[str, Path], corpus: Corpus, tmp_path: Path) -> Path:
    """A finished dataset of 60 samples, rendered once and only read."""
    if "made" in kept:
        return kept["made"]
    out = tmp_path / "data"
    plan, _ = render(out, recipe_for(corpus({"a": words(0, 60)})))
    finalize(Storage(str(out)), plan)
    kept["made"] = out
    return out


def arguments(source: Path, out: Path, *more: str, name: str = "llava") -> list[str]:
    """Return the arguments of an export of three examples a shard."""
    told = ["--format", name, "--out", str(out), "--option", "shard_examples=3"]
    return ["export", str(source), *told, "--set", "tasks.text=1", *more]


def printed(*given: str, code: int = 0) -> str:
    """Run a command and return what it prints."""
    done = CliRunner().invoke(main, given)
    assert done.exit_code == code, done.output
    return done.output


def test_a_dataset_is_exported_and_summed_up(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    text = printed(*arguments(made, out))
    assert "train: 60 of 60 examples in 20 shards" in text
    assert "whole already" in printed(*arguments(made, out))
    counts = json.loads(CliRunner().invoke(main, arguments(made, out, "--json")).stdout)
    assert counts["total"]["written"] == 60
    assert len(json.loads((out / "train.json").read_text())) == 60


@pytest.mark.parametrize("name", ["llava", "webdataset"])
def test_a_killed_export_goes_on(made: Path, tmp_path: Path, name: str) -> None:
    out, whole = tmp_path / "killed", tmp_path / "whole"
    command = [sys.executable, "-m", "dataengine", *arguments(made, out, name=name)]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while running.poll() is None and not (out / "receipts" / "train-000002.json").exists():
        time.sleep(0.002)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert not (out / "export.json").exists()
    assert "train-000000: kept" in printed(*arguments(made, out, name=name))
    printed(*arguments(made, whole, name=name))
    assert contents(out) == contents(whole)


def test_a_limit_and_a_split_are_kept_to(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "train: 7 of 7" in printed(*arguments(made, out, "--limit", "7", "--split", "train"))
    assert "another export: its limit is 7" in printed(*arguments(made, out), code=USAGE)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--set", "tasks.txt=1"], "did you mean 'text'"),
        (["--set", "per_samples=1"], "did you mean 'per_sample'"),
        (["--option", "marks=x"], "did you mean 'mark'"),
        (["--split", "trian"], "did you mean 'train'"),
    ],
)
def test_wrong_settings_are_explained(
    made: Path, tmp_path: Path, more: list[str], message: str
) -> None:
    assert message in printed(*arguments(made, tmp_path / "out", *more), code=USAGE)
    assert not (tmp_path / "out" / "export_plan.json").exists()


def test_an_unknown_format_is_explained(made: Path, tmp_path: Path) -> None:
    text = printed(*arguments(made, tmp_path / "out", name="webdatasets"), code=USAGE)
    assert "did you mean 'webdataset'" in text
