"""A disk that fills up or is read-only: said clearly, nothing half-written taken for done."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dataengine.errors import StorageError
from tests.conftest import contents, recipe_for, render, words

FEW = {"rows": 20, "at_least": 1, "min_rows": 10}


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Callable[[str], Path]]:
    """Return a function that mounts a disk of a size (again: with another)."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options: str) -> Path:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True
        )
        if done.returncode:
            pytest.skip("mounting a small disk is not permitted here")
        return folder

    yield mount
    subprocess.run(["umount", "-l", str(folder)], capture_output=True)


@pytest.fixture
def lines(corpus):
    return corpus({f"f{n}": words(100 * n, 20) for n in range(8)})


def test_full_disk_stops_the_job_and_the_same_command_goes_on(lines, tmp_path, small_disk):
    out = small_disk("size=2m") / "out"
    recipe = recipe_for(lines, shards=FEW, options={"side_px": 96})
    _, report = render(out, recipe)
    assert isinstance(report.stopped_by, StorageError)
    assert "the disk is full" in str(report.stopped_by)
    assert 0 < len(report.made) < 8
    assert len(list(out.glob("receipts/**/*.json"))) == len(report.made)
    assert len(list(out.glob("data/**/*.parquet"))) == len(report.made)
    small_disk("remount,size=64m")
    _, rest = render(out, recipe)
    assert rest.complete
    render(tmp_path / "roomy", recipe)
    assert contents(out) == contents(tmp_path / "roomy")


def test_read_only_disk_is_said_so_before_any_work(lines, tmp_path, small_disk):
    out = small_disk("size=4m") / "out"
    out.mkdir()
    small_disk("remount,ro")
    command = [sys.executable, "-m", "dataengine", "render", "toy_found"]
    done = subprocess.run(
        [*command, "--corpus", str(lines), "--out", str(out)], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "read-only" in done.stderr
    assert "choose another folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_full_disk_while_finalizing_leaves_no_manifest(lines, tmp_path, small_disk):
    out = small_disk("size=64m") / "out"
    recipe = recipe_for(lines, shards=FEW, options={"side_px": 96})
    render(out, recipe)
    used = subprocess.run(["du", "-sk", str(out)], capture_output=True, text=True).stdout.split()[0]
    small_disk(f"remount,size={int(used) + 40}k")
    command = [sys.executable, "-m", "dataengine", "finalize", str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    assert not (out / "manifest.json").exists()
    small_disk("remount,size=64m")
    assert subprocess.run(command, capture_output=True).returncode == 0
