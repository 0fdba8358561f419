"""Scratch folders go when their owner goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pipelines.latex_pages.tex.scratch import PREFIX, scratch_folder, sweep

HOLD = """
import sys, time
from pipelines.latex_pages.tex.scratch import scratch_folder
with scratch_folder() as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_a_folder_is_private_and_goes_at_the_end(place: Path) -> None:
    def use() -> None:
        with scratch_folder() as folder:
            assert folder.is_dir()
            assert folder.parent.stat().st_mode & 0o777 == 0o700
            raise ValueError

    with pytest.raises(ValueError):
        use()
    assert os.listdir(place) == []


def test_only_the_folders_of_the_dead_are_swept(place: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        folder = Path(holder.stdout.readline().decode().strip())
        with scratch_folder() as own:
            assert sweep() == 0
            assert folder.is_dir()
            assert own.is_dir()
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            assert sweep() == 1
            assert own.is_dir()
    assert os.listdir(place) == []


def test_a_strangers_link_is_left_alone(
    place: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    target = tmp_path_factory.mktemp("target")
    (target / "held").touch()
    (place / f"{PREFIX}link").symlink_to(target)
    assert sweep() == 0
    assert (target / "held").exists()
